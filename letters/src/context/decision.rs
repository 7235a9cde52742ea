//! Letters that decide something other than the answer itself: a fee, more time, a refusal, the end.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::common::{Common, Stated};

/// A fee will be charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeNotice {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The amount with its currency, as it is to be read.
    pub fee: String,
    /// Why a fee is charged.
    pub reasons: Vec<String>,
    /// How to pay.
    pub how_to_pay: String,
    /// By when.
    pub pay_by: Option<Date>,
    /// Whether the time to answer begins only when the fee has arrived.
    pub clock_waits: bool,
}

/// The answer takes longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The day by which the answer will be given now.
    pub new_date: Date,
    /// Why it takes longer.
    pub reasons: Vec<String>,
}

/// The request, or a part of it, is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The part that is refused; without it all is.
    pub refused_part: Option<String>,
    /// Why: the grounds and the facts.
    pub reasons: Vec<String>,
    /// The provisions relied on.
    pub legal_basis: Vec<String>,
}

/// The person could not be identified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unverified {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// What was tried, and why it was not enough.
    pub reasons: Vec<String>,
    /// What the person can still do to prove who they are.
    pub how_to_prove: String,
    /// The categories of data held on people like this person, which California grants even so.
    pub categories: Vec<String>,
    /// The privacy policy, where not even that much is certain.
    pub policy: Option<String>,
}

/// The person has withdrawn the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// What all letters say.
    #[serde(flatten)]
    pub common: Common,
    /// The day the withdrawal arrived.
    pub withdrawn_on: Date,
    /// What had been done by then.
    pub done: Stated,
}
