//! A ticket as one JSON value: the same shape whether it came with a call or was read by API.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

/// A ticket's fields, for the mapping to read. `Debug` shows none of them.
#[derive(Clone, PartialEq)]
pub struct Document {
    /// What the system's API calls the ticket, which may be another name than it was asked for by.
    pub ticket: String,
    /// The fields, in the shape of the system's recommended call.
    pub value: Value,
    /// When the ticket last changed, by the system's clock.
    pub updated_at: Option<Timestamp>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("updated_at", &self.updated_at).finish_non_exhaustive()
    }
}
