//! The rules of a law as its data file states them.
//!
//! A row is never edited once released: a change of law, or of our reading, closes the row with `to` and adds one with the
//! next version. So it can always be told which text a stored clock was computed from.

use jiff::civil::Date;
use serde::Deserialize;

use crate::clock::{Confidence, PauseEffect};
use crate::duty::{Duty, Event, Kind};
use crate::matter::InquiryKind;
use crate::period::Period;
use crate::right::Right;

/// One duty in one version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Such as `eu_gdpr.respond`. Left out, it is the regime and the duty.
    #[serde(default)]
    pub id: String,
    /// Counts up from 1 within an id.
    pub version: u16,
    /// Holds for requests received on this day or later.
    pub from: Option<Date>,
    /// Holds for requests received on this day or earlier.
    pub to: Option<Date>,
    /// The duty.
    pub duty: Duty,
    /// The rights it is owed for; empty means all of the law.
    #[serde(default)]
    pub rights: Vec<Right>,
    /// The event of day 0.
    #[serde(default = "receipt")]
    pub on: Event,
    /// Takes period, cautious period, pauses and rolling from the law's rule for this other duty.
    pub same_as: Option<Duty>,
    /// With `same_as`: whether an extension of that duty moves this one too.
    #[serde(default)]
    pub extends: bool,
    /// The period; `None` where `same_as` or `no_figure` stands in its place.
    pub period: Option<Period>,
    /// Where the law sets no figure: what to work to, by this pack's own choice.
    pub no_figure: Option<Period>,
    /// Whether the period is a minimum wait.
    #[serde(default)]
    pub not_before: bool,
    /// The strictest reading, where it differs.
    pub cautious: Option<Period>,
    /// What makes it differ.
    pub cautious_source: Option<String>,
    /// Overrides whether a last day that is no working day moves.
    pub rolls: Option<bool>,
    /// A rule that might move the last day, but is too doubtful to rely on.
    pub doubtful_rolling: Option<String>,
    /// The file of holidays that its business days are counted by.
    pub business_calendar: Option<String>,
    /// What questions to the person do. The first row that fits applies; without one, a question does nothing.
    #[serde(default, rename = "pause")]
    pub pauses: Vec<PauseRule>,
    /// How more time can be taken.
    pub extension: Option<ExtensionRule>,
    /// The provision that sets the duty.
    pub source: String,
    /// How well it is known.
    pub confidence: Confidence,
    /// What else there is to know, for people to read.
    pub note: Option<String>,
}

fn receipt() -> Event {
    Event::Receipt
}

/// What a question to the person does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseRule {
    /// The kind of question.
    pub inquiry: InquiryKind,
    /// Its effect.
    pub effect: PauseEffect,
    /// The rights with which it has it; empty means all.
    #[serde(default)]
    pub rights: Vec<Right>,
    /// The country in which it has it; left out, everywhere.
    pub country: Option<String>,
    /// The provision or guidance.
    pub source: String,
    /// How well it is known.
    pub confidence: Confidence,
}

/// How more time can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRule {
    /// How much; left out, until the day that the notice names.
    pub by: Option<Period>,
    /// The provision.
    pub source: String,
    /// The provision on the notice; left out, the same.
    pub notice: Option<String>,
    /// How well it is known.
    pub confidence: Confidence,
    /// Whether the strictest reading is the earlier of both ways to count: all in one step, or one period after the other.
    #[serde(default)]
    pub two_readings: bool,
}

/// How a law counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counting {
    /// Which day is day 0, for people to read.
    pub day_zero: String,
    /// The provision.
    pub day_zero_source: String,
    /// The provision for a day that the month lacks.
    pub month_end: Option<String>,
    /// The provision that moves a last day that is a Saturday, Sunday or public holiday to the next working day; left out
    /// where there is none, or none that is sure.
    pub rolling: Option<String>,
    /// The countries, by ISO 3166-1, whose public holidays can move a date under this law. In an establishment anywhere else
    /// only weekends do. Empty where nothing moves. Every law says so for itself: a place that a law is silent about must not
    /// lengthen its dates.
    pub holidays: Vec<String>,
    /// The provision that says whose holidays they are.
    pub holidays_source: Option<String>,
}

impl Rule {
    /// Whether it holds for a request for `right` that day.
    pub fn holds(&self, right: Option<Right>, day: Date) -> bool {
        let fits = self.rights.is_empty() || right.is_none_or(|right| self.rights.contains(&right));
        fits && self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// What its date forbids.
    pub fn kind(&self) -> Kind {
        match (self.no_figure, self.not_before) {
            (Some(_), _) => Kind::NoFigure,
            (None, true) => Kind::NotBefore,
            (None, false) => Kind::Deadline,
        }
    }

    /// The period its dates are counted with; `None` where another rule's is.
    pub fn counted(&self) -> Option<Period> {
        self.period.or(self.no_figure)
    }
}

impl PauseRule {
    /// Whether it speaks of that question, for that right, in that place.
    pub fn fits(&self, inquiry: InquiryKind, right: Option<Right>, region: &str) -> bool {
        let country = region.split('-').next().unwrap_or_default();
        self.inquiry == inquiry
            && (self.rights.is_empty() || right.is_some_and(|right| self.rights.contains(&right)))
            && self.country.as_ref().is_none_or(|here| here == country)
    }
}
