//! The parts of a letter that law asks for by name.

use words::words;

words! {
    /// Something a letter must or may say. Templates mark each with a fence (`::: reasons`), and
    /// [`crate::requirement`] says which letter must have which. The words are those of `law`.
    pub enum Part {
        /// That the request has arrived.
        Receipt = "receipt",
        /// That data is processed, or that none is.
        Confirmation = "confirmation",
        /// Why.
        Reasons = "reasons",
        /// The provision of law relied on.
        LegalBasis = "legal_basis",
        /// The later date.
        NewDate = "new_date",
        /// When to expect the answer.
        WhenToExpect = "when_to_expect",
        /// How identity is verified.
        HowVerified = "how_verified",
        /// That identity could not be verified.
        NotVerified = "not_verified",
        /// How identity can still be proven.
        WhatIsMissing = "what_is_missing",
        /// What the fee is.
        FeeAmount = "fee_amount",
        /// That the request can be withdrawn or narrowed before the fee is due.
        MayWithdraw = "may_withdraw",
        /// The supervisory authority one may complain to.
        Authority = "authority",
        /// That one may go to court.
        JudicialRemedy = "judicial_remedy",
        /// That one may complain to the controller itself.
        ComplaintToController = "complaint_to_controller",
        /// How to appeal to the controller.
        Appeal = "appeal",
        /// How to reach the Attorney General.
        AttorneyGeneral = "attorney_general",
        /// Until when a remedy is open.
        RemedyTimeLimit = "remedy_time_limit",
        /// What the data is used for.
        Purposes = "purposes",
        /// The categories of data.
        Categories = "categories",
        /// Who received or receives the data.
        Recipients = "recipients",
        /// How long it is kept.
        StoragePeriod = "storage_period",
        /// The rights one has.
        Rights = "rights",
        /// Where the data comes from.
        SourceOfData = "source_of_data",
        /// Automated decisions, their logic and what follows from them.
        AutomatedDecisions = "automated_decisions",
        /// Transfers to third countries and their safeguards.
        Transfers = "transfers",
        /// The copy of the data and how it comes.
        Copy = "copy",
        /// What was withheld.
        Withheld = "withheld",
        /// That a record of the request is kept.
        RecordKept = "record_kept",
        /// What was done, and where.
        WhatWasDone = "what_was_done",
        /// What remains.
        WhatRemains = "what_remains",
        /// Which recipients were told.
        RecipientsTold = "recipients_told",
        /// Which third parties were not told, and why.
        ThirdPartiesNotTold = "third_parties_not_told",
        /// Whether the person also wants to opt out of sale and sharing.
        OfferOptOut = "offer_opt_out",
        /// What was decided on an appeal.
        Decision = "decision",
    }
}
