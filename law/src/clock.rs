//! A clock: one duty with its dates, and the reason for each of them.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::CalendarRef;
use crate::duty::{Duty, Event, Kind};
use crate::matter::{Appeal, ExtensionNotice, Inquiry, Matter};
use crate::regime::Regime;
use crate::right::Right;
use words::words;

/// One duty with its dates. It is stored whole and recomputed only by an explicit, logged act: a later version of a rule
/// does not move a clock that runs.
///
/// All dates are civil days in `zone`, all ends the last microsecond of their day there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The rules it was computed from, as a whole.
    pub pack: PackRef,
    /// The law that sets the duty.
    pub regime: Regime,
    /// What the person asked for; `None` for duties that no single request starts.
    pub right: Option<Right>,
    /// What has to be done.
    pub duty: Duty,
    /// Whether the dates are a last day, a first day, or no figure of law at all.
    pub kind: Kind,
    /// What happened on day 0.
    pub event: Event,
    /// The instant of that event, as it was given.
    pub received: Timestamp,
    /// IANA name of the zone whose civil days count: that of the establishment that must act. A zone without a name
    /// stands here by its offset.
    pub zone: String,
    /// Day 0: the civil day of the event in that zone. It may be a weekend or holiday.
    pub receipt_day: Date,
    /// The date in the strictest reading: from the first receipt, no pause, no restart, no rolling. Work to this one.
    pub cautious: Date,
    /// The date in the best reading.
    pub statutory: Date,
    /// An internal date before the cautious one, by the controller's policy; never before day 0.
    pub target: Date,
    /// The best reading *before* it is moved past weekends and public holidays. Pauses are added to this one, never to a
    /// date that moved.
    pub unrolled: Date,
    /// Where a rule that might move the date is too doubtful to rely on: the day it would give. For comparison only.
    pub if_rolled: Option<Date>,
    /// Whether an extension that was announced in time is in the dates.
    pub extended: bool,
    /// The ends of those days.
    pub ends: Ends,
    /// The rule that was applied.
    pub rule: RuleRef,
    /// The calendar that was asked for holidays; `None` where the rule knows none.
    pub calendar: Option<CalendarRef>,
    /// The facts beyond the receipt that the dates were computed from.
    pub inputs: Inputs,
    /// What each question put to the person did to the dates.
    pub pauses: Vec<Pause>,
    /// How the dates came about, in order.
    pub derivation: Vec<Step>,
}

impl Clock {
    /// The last instant of the cautious day.
    pub fn cautious_end(&self) -> Timestamp {
        self.ends.cautious
    }

    /// The last instant of the statutory day.
    pub fn statutory_end(&self) -> Timestamp {
        self.ends.statutory
    }
}

/// The last instants of a clock's days in its zone, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    /// Of the cautious day.
    pub cautious: Timestamp,
    /// Of the statutory day.
    pub statutory: Timestamp,
    /// Of the target day.
    pub target: Timestamp,
}

/// Which edition of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// The edition's name.
    pub id: Cow<'static, str>,
    /// SHA-256 over the files of rules and of holidays, in lower-case hex.
    pub sha256: Cow<'static, str>,
}

/// Which rule, in which version, from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRef {
    /// Such as `eu_gdpr.respond`.
    pub id: Cow<'static, str>,
    /// Counts up whenever the rule's data changes.
    pub version: u16,
    /// The provision that sets the period.
    pub source: Cow<'static, str>,
    /// How well that provision is known.
    pub confidence: Confidence,
}

words! {
    /// How well a rule is known.
    pub enum Confidence {
        /// The primary text or the regulator's own page was read.
        High = "H",
        /// A reliable secondary source, or a primary text that was not read again.
        Medium = "M",
        /// Weak, contradictory or unsettled: let counsel confirm.
        Low = "L",
    }
}

/// All facts that the law was told, whether this clock asks for them or not: so that it can be computed again by other rules
/// and nothing but the rules makes the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// When the request arrived, also where another event starts the clock.
    pub received: Timestamp,
    /// The questions put to the person.
    pub inquiries: Vec<Inquiry>,
    /// The notice that more time is taken.
    pub extension: Option<ExtensionNotice>,
    /// The appeal.
    pub appeal: Option<Appeal>,
    /// When the request was closed.
    pub closed: Option<Timestamp>,
    /// How many days before the cautious date the target lies.
    pub target_days: u16,
}

impl Inputs {
    /// The facts of a matter.
    pub(crate) fn of(matter: &Matter<'_>) -> Self {
        Self {
            received: matter.received,
            inquiries: matter.inquiries.to_vec(),
            extension: matter.extension,
            appeal: matter.appeal,
            closed: matter.closed,
            target_days: matter.target_days,
        }
    }
}

/// What one question did to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The question.
    pub inquiry: Inquiry,
    /// What it does under the rule.
    pub effect: PauseEffect,
    /// By how many days it moved the statutory date, before rolling.
    pub days: u16,
    /// Why so, for people to read.
    pub says: String,
    /// The provision or guidance behind it.
    pub source: Cow<'static, str>,
}

words! {
    /// What a question put to the person does to the period.
    pub enum PauseEffect {
        /// The nights between question and answer are added; nights under two questions count once.
        Suspend = "suspend",
        /// The period begins again with the answer.
        Restart = "restart",
        /// The days from question to answer, both included, are left out of the count.
        Stop = "stop",
        /// Nothing.
        None = "none",
    }
}

/// One step of a derivation, for an officer or a regulator to follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done and what came out, as a sentence.
    pub text: String,
    /// The kind of step: `receipt_day`, `period`, `month_end`, `pause`, `extension`, `rolling`, `cautious`, `note` ….
    pub rule: Cow<'static, str>,
    /// The provision or guidance behind it.
    pub source: Cow<'static, str>,
}
