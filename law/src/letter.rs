//! What a letter to the person must contain.

use jiff::civil::Date;

use crate::law::within;
use crate::pack;
use crate::regime::Regime;
use words::words;

words! {
    /// Letters to the person.
    pub enum LetterKind {
        /// The request arrived.
        Acknowledgement = "acknowledgement",
        /// More is needed to confirm who asks.
        IdentityInquiry = "identity_inquiry",
        /// More is needed to know what is meant.
        Clarification = "clarification",
        /// A fee is asked for.
        Fee = "fee",
        /// More time is taken.
        Extension = "extension",
        /// The answer to access.
        AnswerAccess = "answer_access",
        /// The answer to erasure.
        AnswerErasure = "answer_erasure",
        /// The answer to rectification.
        AnswerRectification = "answer_rectification",
        /// The answer to portability.
        AnswerPortability = "answer_portability",
        /// The answer to restriction.
        AnswerRestriction = "answer_restriction",
        /// The answer to objection.
        AnswerObjection = "answer_objection",
        /// The answer to an opt-out or a limit.
        AnswerOptOut = "answer_opt_out",
        /// Nothing, or not everything, is done.
        Refusal = "refusal",
        /// It could not be confirmed who asks.
        Unverified = "unverified",
        /// The decision on an appeal.
        AppealDecision = "appeal_decision",
        /// A complaint arrived.
        ComplaintAcknowledgement = "complaint_acknowledgement",
    }
}

words! {
    /// What a letter must say or carry.
    pub enum Part {
        /// That the request arrived, and when.
        Receipt = "receipt",
        /// How and when it will be handled.
        NextSteps = "next_steps",
        /// How identity is checked.
        HowVerified = "how_verified",
        /// What is missing.
        WhatIsMissing = "what_is_missing",
        /// When an answer can be expected.
        WhenToExpect = "when_to_expect",
        /// Why: the ground and the facts, for this person.
        Reasons = "reasons",
        /// The provision relied on.
        LegalBasis = "legal_basis",
        /// The new last day.
        NewDate = "new_date",
        /// The amount, and what it is for.
        FeeAmount = "fee_amount",
        /// That the request can be withdrawn or narrowed before the fee is due.
        MayWithdraw = "may_withdraw",
        /// That a supervisory authority can be complained to, by name.
        Authority = "authority",
        /// That a court can be asked.
        JudicialRemedy = "judicial_remedy",
        /// That the controller itself can be complained to.
        ComplaintToController = "complaint_to_controller",
        /// The remedies, with the time they must be used in.
        RemedyTimeLimit = "remedy_time_limit",
        /// How to appeal to the controller.
        Appeal = "appeal",
        /// How to reach the Attorney General.
        AttorneyGeneral = "attorney_general",
        /// Whether data of the person is held at all.
        Confirmation = "confirmation",
        /// The purposes.
        Purposes = "purposes",
        /// The categories of data.
        Categories = "categories",
        /// The recipients, by name where possible.
        Recipients = "recipients",
        /// How long it is kept, or by what criteria.
        StoragePeriod = "storage_period",
        /// The other rights.
        Rights = "rights",
        /// Where the data came from.
        SourceOfData = "source_of_data",
        /// Automated decisions: logic, significance, consequences.
        AutomatedDecisions = "automated_decisions",
        /// Safeguards of transfers to third countries.
        Transfers = "transfers",
        /// The copy of the data.
        Copy = "copy",
        /// That the copy is portable and readily usable.
        PortableFormat = "portable_format",
        /// What was withheld, and why.
        Withheld = "withheld",
        /// Sensitive values are not disclosed, only that they are held.
        HeldNotDisclosed = "held_not_disclosed",
        /// What was done, and where.
        WhatWasDone = "what_was_done",
        /// What remains, why and until when.
        WhatRemains = "what_remains",
        /// That recipients were told, and which on request.
        RecipientsTold = "recipients_told",
        /// Why third parties were not told.
        ThirdPartiesNotTold = "third_parties_not_told",
        /// That a record of the request is kept.
        RecordKept = "record_kept",
        /// Whether the person also wants to opt out of sale and sharing.
        OfferOptOut = "offer_opt_out",
        /// That a statement may be added to the data.
        StatementMayBeAdded = "statement_may_be_added",
        /// That identity could not be verified.
        NotVerified = "not_verified",
        /// What the decision is.
        Decision = "decision",
    }
}

/// A part a letter must have, and where that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    /// The part.
    pub part: Part,
    /// The provision.
    pub source: &'static str,
}

/// What a letter of that kind, written on `day`, must contain, in the order of the law; empty where it says nothing of such
/// a letter.
pub fn parts(regime: Regime, kind: LetterKind, day: Date) -> Vec<Needed> {
    let letters = pack::law(regime).letters.iter();
    letters
        .filter(|letter| letter.kind == kind && within(letter.from, letter.to, day))
        .flat_map(|letter| &letter.parts)
        .map(|(part, source)| Needed { part: *part, source })
        .collect()
}
