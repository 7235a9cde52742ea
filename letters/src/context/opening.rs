//! Letters while a request is opened: it has arrived, who is asking, what is meant.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::common::Common;
use words::words;

/// The request has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The day by which the answer will be given.
    pub expected_by: Date,
    /// How it is made sure who asks.
    pub verification: Verification,
}

words! {
    /// How it is made sure who asks.
    pub enum Verification {
        /// It is known already.
        Proven = "proven",
        /// By a link in a mail of its own.
        Link = "link",
        /// Somebody will get in touch.
        Contact = "contact",
        /// It need not be known, as with an opt-out.
        NotNeeded = "not_needed",
    }
}

/// A link by which to prove who one is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityLink {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The link. It works once.
    pub link: String,
    /// Until when it works, in `time_zone`.
    pub expires: DateTime,
    /// The IANA time zone of `expires`, shown beside it.
    pub time_zone: String,
    /// Why there is a doubt about who asks.
    pub why: Option<String>,
}

/// A link to the page on which the person sees where their request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusLink {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The link. It works once.
    pub link: String,
    /// Where to ask for another one.
    pub again: String,
    /// Until when it works, in `time_zone`.
    pub expires: DateTime,
    /// The IANA time zone of `expires`, shown beside it.
    pub time_zone: String,
}

/// A question about what is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarification {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The question.
    pub question: String,
    /// Why it is asked.
    pub why: Option<String>,
    /// Where to answer; without it the person answers the mail.
    pub reply_link: Option<String>,
    /// By when an answer is asked for.
    pub reply_by: Option<Date>,
    /// Whether the time to answer stands still until the reply arrives.
    pub clock_waits: bool,
}
