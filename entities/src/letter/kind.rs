//! The kinds of letters, and what each may hold.

use crate::words;

words! {
    /// What a letter is.
    pub enum LetterKind {
        /// We have the request.
        Acknowledgement = "acknowledgement",
        /// A link by which the person proves that the address is theirs.
        IdentityLink = "identity_link",
        /// A question about what is asked for.
        Clarification = "clarification",
        /// A fee is asked for.
        FeeNotice = "fee_notice",
        /// The answer takes longer, and why.
        Extension = "extension",
        /// The request, or a part of it, is refused, and why.
        Refusal = "refusal",
        /// The person's identity could not be proven.
        Unverified = "unverified",
        /// The answer to a request for access.
        AnswerAccess = "answer_access",
        /// The answer to a request for erasure.
        AnswerErasure = "answer_erasure",
        /// The answer to a request for rectification.
        AnswerRectification = "answer_rectification",
        /// The answer to an opt-out or an objection.
        AnswerOptOut = "answer_opt_out",
        /// The request was withdrawn.
        Withdrawal = "withdrawal",
        /// We have the appeal.
        AppealReceived = "appeal_received",
        /// How the appeal was decided.
        AppealDecision = "appeal_decision",
        /// To officers: a date comes near.
        UpcomingDeadline = "upcoming_deadline",
        /// To officers: a date has passed.
        Overdue = "overdue",
        /// To officers: a letter did not reach its addressee.
        DeliveryFailed = "delivery_failed",
    }
}

words! {
    /// Who reads a letter.
    pub enum Audience {
        /// The person who asks.
        Person = "person",
        /// The controller's officers.
        Officer = "officer",
    }
}

words! {
    /// What became of a letter.
    pub enum LetterState {
        /// It waits to be sent, and is tried until it is.
        Queued = "queued",
        /// The mail server took it, or an officer sent it by other means.
        Sent = "sent",
        /// The mail server refused it for good, or it was tried for too long.
        Failed = "failed",
        /// It is not sent until somebody says so.
        Held = "held",
    }
}

words! {
    /// How a letter goes out.
    pub enum Means {
        /// By us, as an e-mail.
        Mail = "mail",
        /// By an officer, on paper.
        Post = "post",
        /// By an officer, who said it on the telephone.
        Telephone = "telephone",
        /// By an officer, through the controller's own portal.
        Portal = "portal",
        /// By an officer, handed over.
        InPerson = "in_person",
        /// By an officer, otherwise.
        Other = "other",
    }
}

impl LetterKind {
    /// Whether it tells what is held on the person: such a letter goes only to an address that was proven to be theirs.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        self.is_answer()
    }

    /// Whether it answers a request on the substance.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        matches!(self, Self::AnswerAccess | Self::AnswerErasure | Self::AnswerRectification | Self::AnswerOptOut)
    }

    /// Who reads it.
    #[must_use]
    pub const fn audience(self) -> Audience {
        match self {
            Self::UpcomingDeadline | Self::Overdue | Self::DeliveryFailed => Audience::Officer,
            _ => Audience::Person,
        }
    }
}
