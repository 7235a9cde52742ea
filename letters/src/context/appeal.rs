//! Letters about an appeal, or a complaint to the controller itself.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::common::Common;
use crate::kind::Decision;

/// An appeal has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealReceived {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The day the appeal arrived.
    pub appealed_on: Date,
    /// The day by which it will be decided.
    pub decided_by: Date,
}

/// An appeal is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealDecision {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The day the appeal arrived.
    pub appealed_on: Date,
    /// What was decided.
    pub decision: Decision,
    /// Why.
    pub reasons: Vec<String>,
    /// What is done now.
    pub next: Vec<String>,
}
