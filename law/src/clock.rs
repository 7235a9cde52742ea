//! A clock: one duty with its dates, and the reason for each of them.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::regime::Regime;

/// What has to be done by the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Answer the person: what was done, or why nothing was.
    Respond,
}

impl Duty {
    /// The stored text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Respond => "respond",
        }
    }
}

/// One duty with its dates. It is stored whole and recomputed only by an explicit, logged act: a later version of a rule
/// does not move a clock that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The law that sets the duty.
    pub regime: Regime,
    /// What has to be done.
    pub duty: Duty,
    /// The instant of receipt, as it was given.
    pub received: Timestamp,
    /// IANA name of the zone whose civil days count: that of the establishment that must act. A zone without a name
    /// stands here by its offset.
    pub zone: String,
    /// Day 0: the civil day of receipt in that zone. It may be a weekend or holiday.
    pub receipt_day: Date,
    /// The last day in the strictest reading: no pause, no restart, no rolling. Work to this one.
    pub cautious: Date,
    /// The last day in the best reading, *before* it is moved past weekends and public holidays. While no holiday
    /// calendar is applied, this is also the statutory date to show: a doubt never lengthens a deadline.
    pub statutory_unrolled: Date,
    /// The rule that was applied.
    pub rule: RuleRef,
    /// How the dates came about, in order.
    pub derivation: Vec<Step>,
    pub(crate) cautious_end: Timestamp,
    pub(crate) statutory_end: Timestamp,
}

impl Clock {
    /// The last instant of the cautious day in the clock's zone, to the microsecond.
    pub fn cautious_end(&self) -> Timestamp {
        self.cautious_end
    }

    /// The last instant of the unrolled statutory day in the clock's zone, to the microsecond.
    pub fn statutory_end(&self) -> Timestamp {
        self.statutory_end
    }
}

/// Which rule, in which version, from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRef {
    /// Such as `eu_gdpr.respond`.
    pub id: String,
    /// Counts up whenever the rule's data changes.
    pub version: u16,
    /// The provision that sets the period.
    pub source: Cow<'static, str>,
}

/// One step of a derivation, for an officer or a regulator to follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done and what came out, as a sentence.
    pub text: String,
    /// The kind of step: `receipt_day`, `period`, `month_end`, `rolling` or `cautious`.
    pub rule: Cow<'static, str>,
    /// The provision or guidance behind it.
    pub source: Cow<'static, str>,
}
