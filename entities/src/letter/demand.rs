//! What the law wants a letter to say, with the provisions that ask for it.

use letters::kind::Outcome as Ended;
use letters::part::Part;
use letters::requirement::Mandatory;
use serde::{Deserialize, Serialize};

use crate::request::status::Outcome;

/// A part that the law asks for, as it did when a letter was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// The part.
    pub part: Part,
    /// All provisions that ask for it.
    pub source: String,
}

impl From<&Mandatory> for Demand {
    fn from(must: &Mandatory) -> Self {
        Self { part: must.part, source: must.source() }
    }
}

/// How a request ended, as letters tell it.
pub(super) const fn ended(outcome: Outcome) -> Ended {
    match outcome {
        Outcome::NoDataFound => Ended::NoDataFound,
        Outcome::PartiallyFulfilled => Ended::Partly,
        _ => Ended::Fulfilled,
    }
}
