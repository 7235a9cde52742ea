//! The kinds of letters, what people ask for, and what becomes of it.

use std::fmt;

use words::words;

words! {
    /// What a letter is for; stored by its word. Each kind has one context ([`crate::context`]) and one template a language.
    #[cfg_attr(feature = "sea-orm", derive(sea_orm::DeriveValueType), sea_orm(value_type = "String"))]
    pub enum LetterKind {
        /// The request has arrived; when to expect an answer.
        Acknowledgement = "acknowledgement",
        /// A single-use link by which the person proves to be themselves.
        IdentityLink = "identity_link",
        /// A question to the person about what they ask for.
        Clarification = "clarification",
        /// A fee will be charged, and why.
        FeeNotice = "fee_notice",
        /// The answer takes longer, until when, and why.
        Extension = "extension",
        /// The request, or a part of it, is refused.
        Refusal = "refusal",
        /// The person could not be identified.
        Unverified = "unverified",
        /// The answer to a request for access.
        AnswerAccess = "answer_access",
        /// The answer to a request for erasure.
        AnswerErasure = "answer_erasure",
        /// The answer to a request for rectification.
        AnswerRectification = "answer_rectification",
        /// The answer to an opt-out or an objection.
        AnswerOptOut = "answer_opt_out",
        /// The person has withdrawn the request; we confirm it.
        Withdrawal = "withdrawal",
        /// An appeal or a complaint to the controller has arrived.
        AppealReceived = "appeal_received",
        /// The decision on an appeal or a complaint to the controller.
        AppealDecision = "appeal_decision",
        /// To officers: a duty falls due soon.
        UpcomingDeadline = "upcoming_deadline",
        /// To officers: a duty is overdue.
        Overdue = "overdue",
        /// To officers: a letter did not arrive.
        DeliveryFailed = "delivery_failed",
        /// To officers: a subscriber to webhooks does not take what it is told.
        SubscriberSilent = "subscriber_silent",
        /// A single-use link to the page on which the person sees where their request stands.
        StatusLink = "status_link",
        /// To a guest: a single-use link into the regulator's room.
        RoomLink = "room_link",
        /// To a guest: the code that goes with it.
        RoomCode = "room_code",
    }
}

words! {
    /// Who reads a letter.
    #[cfg_attr(feature = "sea-orm", derive(sea_orm::DeriveValueType), sea_orm(value_type = "String"))]
    pub enum Audience {
        /// The person whose data it is about, or who acts for them.
        Person = "person",
        /// The controller's own officers. Their letters carry the reference and no personal data.
        Officer = "officer",
        /// Somebody from outside whom the controller lets look, such as a regulator. Their letters carry no personal data.
        Guest = "guest",
    }
}

impl LetterKind {
    /// Whether its words let whoever reads them in: nobody but its recipient is shown them, and it is never sent twice.
    #[must_use]
    pub const fn lets_in(self) -> bool {
        matches!(self, Self::IdentityLink | Self::StatusLink | Self::RoomLink | Self::RoomCode)
    }

    /// Whether it goes only to an address that was proven to be the person's: for what it says, or for what it opens.
    #[must_use]
    pub const fn needs_proven_address(self) -> bool {
        self.is_answer() || matches!(self, Self::StatusLink)
    }

    /// Whether it answers a request on the substance, and so tells what is held on the person.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        matches!(self, Self::AnswerAccess | Self::AnswerErasure | Self::AnswerRectification | Self::AnswerOptOut)
    }

    /// Who reads it.
    pub const fn audience(self) -> Audience {
        match self {
            Self::UpcomingDeadline | Self::Overdue | Self::DeliveryFailed | Self::SubscriberSilent => Audience::Officer,
            Self::RoomLink | Self::RoomCode => Audience::Guest,
            _ => Audience::Person,
        }
    }
}

words! {
    /// What the person asks for.
    pub enum Right {
        /// What is held on them, and a copy.
        Access = "access",
        /// Erasure.
        Erasure = "erasure",
        /// Correction.
        Rectification = "rectification",
        /// The data in a form that can be taken along.
        Portability = "portability",
        /// To keep the data but not use it.
        Restriction = "restriction",
        /// To stop a use, on grounds of their own or for advertising.
        Objection = "objection",
        /// To stop sale, sharing or targeted advertising.
        OptOut = "opt_out",
    }
}

words! {
    /// What became of a request.
    pub enum Outcome {
        /// All that was asked for was done.
        Fulfilled = "fulfilled",
        /// A part of it was done.
        Partly = "partly",
        /// Nothing is held on the person.
        NoDataFound = "no_data_found",
    }
}

words! {
    /// What became of an appeal.
    pub enum Decision {
        /// The person was right.
        Granted = "granted",
        /// The person was right in part.
        Partly = "partly",
        /// The first answer stands.
        Denied = "denied",
    }
}

words! {
    /// A duty with a date, as officers are reminded of it.
    pub enum Duty {
        /// To acknowledge receipt.
        Acknowledge = "acknowledge",
        /// To answer.
        Respond = "respond",
        /// To announce an extension.
        AnnounceExtension = "announce_extension",
        /// To decide an appeal or a complaint.
        DecideAppeal = "decide_appeal",
    }
}

words! {
    /// The way a letter was sent.
    pub enum Channel {
        /// Electronic mail.
        Email = "email",
        /// On paper.
        Post = "post",
    }
}

words! {
    /// Why a letter did not arrive.
    pub enum DeliveryCause {
        /// The other side does not know the mailbox or refuses mail for it.
        Rejected = "rejected",
        /// The other side could not be reached, however often it was tried.
        Unreachable = "unreachable",
        /// Our own mail server would not take it.
        NotSent = "not_sent",
    }
}

/// Shows a letter's kind and the laws it stands under, as errors name them.
pub(crate) struct Under<'a>(pub LetterKind, pub &'a [String]);

impl fmt::Display for Under<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.is_empty() { write!(f, "{}", self.0) } else { write!(f, "{} under {}", self.0, self.1.join(" and ")) }
    }
}
