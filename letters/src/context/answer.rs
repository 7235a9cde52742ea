//! The answers themselves, one for each right.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::common::{Common, RecipientsTold, Stated, Withheld};
use words::words;

use crate::kind::Outcome;

/// The answer to a request for access, or for a copy to take along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerAccess {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// What became of the request. If nothing was found, only `searched` is told of what follows.
    pub outcome: Outcome,
    /// Where was searched.
    pub searched: Vec<String>,
    /// What the data is used for.
    pub purposes: Vec<String>,
    /// The categories of data.
    pub categories: Vec<String>,
    /// Who received or receives the data, by name where possible.
    pub recipients: Stated,
    /// How long the data is kept, or what decides it.
    pub storage_period: Vec<String>,
    /// Where the data comes from.
    pub source_of_data: Vec<String>,
    /// Decisions made by machines alone: their logic and what follows from them.
    pub automated_decisions: Stated,
    /// Transfers to third countries and their safeguards.
    pub transfers: Stated,
    /// How the copy comes.
    pub copy: Option<CopyOfData>,
    /// What was withheld.
    pub withheld: Vec<Withheld>,
}

/// A copy of the data on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOfData {
    /// How it comes.
    pub means: Means,
    /// Where to fetch it, if it is fetched.
    pub link: Option<String>,
    /// The last day it can be fetched.
    pub until: Option<Date>,
    /// The form of the files, in words.
    pub format: String,
}

words! {
    /// How a copy of the data comes.
    pub enum Means {
        /// With the letter.
        Attached = "attached",
        /// To be fetched by a link.
        Download = "download",
        /// On paper or a data carrier.
        Post = "post",
    }
}

/// The answer to a request for erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerErasure {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// What became of the request. If nothing was found, only `searched` is told of what follows.
    pub outcome: Outcome,
    /// Where was searched.
    pub searched: Vec<String>,
    /// What was erased, and where.
    pub done: Vec<String>,
    /// Nothing remains but the record of the request.
    pub nothing_remains: bool,
    /// What remains.
    pub remains: Vec<Kept>,
    /// The day by which copies in backups are gone.
    pub backups_until: Option<Date>,
    /// Whether recipients were told.
    pub recipients: RecipientsTold,
    /// Where to opt out of sale and sharing, offered to those who have not.
    pub opt_out_link: Option<String>,
}

/// Data that is kept in spite of a request for erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What.
    pub what: String,
    /// Why: the ground and the facts.
    pub why: String,
    /// The provision relied on.
    pub legal_basis: Option<String>,
    /// Until when.
    pub until: Option<Date>,
}

/// The answer to a request for rectification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRectification {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// What became of the request. If nothing was found, only `searched` is told of what follows.
    pub outcome: Outcome,
    /// Where was searched.
    pub searched: Vec<String>,
    /// What was corrected, and where; names of fields, not values.
    pub corrected: Vec<String>,
    /// What was not corrected.
    pub not_corrected: Vec<Withheld>,
    /// Whether recipients were told.
    pub recipients: RecipientsTold,
}

/// The answer to an opt-out, an objection or a restriction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerOptOut {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// What became of the request. If nothing was found, only `searched` is told of what follows.
    pub outcome: Outcome,
    /// Where was searched.
    pub searched: Vec<String>,
    /// What was stopped.
    pub done: Vec<String>,
    /// The day since which it is stopped.
    pub effective_on: Date,
    /// What was not stopped.
    pub not_done: Vec<Withheld>,
    /// Whether recipients were told.
    pub recipients: RecipientsTold,
    /// The day before which we do not ask for consent again.
    pub not_asked_before: Option<Date>,
}
