//! The forecast as it is told: days instead of instants, and the assumptions it rests on in words and figures.

use std::time::Duration;

use entities::id::RequestId;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::time::At;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::habit::Habit;
use super::{Expected, Extension, Situation, Verdict, WaitsFor, forecast};
use crate::period::day;
use crate::sheet::{flag, maybe};

/// What is always assumed.
const ALWAYS: [&str; 6] = [
    "Requests are worked on in the order of their cautious dates; every open request takes its calls from the budget, also those that wait for a person.",
    "The whole budget of the platform credential is this controller's: what other controllers with the same credential need is not counted.",
    "People do their part as long after receipt as they usually did (median); where too little has been seen, or that time has passed, they are taken to do it now.",
    "A request on hold, or with questions open, is taken to be released or answered now; decide_by says until when that keeps its cautious date.",
    "The platform takes as long as nine in ten of its ended jobs did; a job that has taken longer already is taken to need as long again.",
    "No new requests arrive. Dates are those stored now: an extension counts only once its notice was sent in time.",
];

/// The forecast for one controller.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastFigures)]
pub struct Told {
    /// What it rests on.
    pub assumptions: Assumptions,
    /// How many stand how.
    pub summary: Summary,
    /// The open requests, in the order of their cautious dates.
    pub items: Vec<Line>,
}

/// What a forecast rests on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastAssumptions)]
pub struct Assumptions {
    /// Platform calls a minute.
    pub calls_a_minute: u32,
    /// Whether the platform has said so; else it is what its documents say.
    pub calls_a_minute_learnt: bool,
    /// What requests take, by right.
    pub rights: Vec<OfRight>,
    /// In words.
    pub notes: Vec<&'static str>,
}

/// What a request for one right is assumed to take.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastHabit)]
pub struct OfRight {
    /// The right.
    #[schema(value_type = String)]
    pub right: Right,
    /// Closed requests that this was learnt from.
    pub requests_seen: usize,
    /// Ended platform requests that it was learnt from.
    pub jobs_seen: usize,
    /// Platform requests it takes.
    pub jobs: u64,
    /// Platform calls it takes.
    pub calls: u64,
    /// Days from receipt to approval; null where people are taken to act at once.
    pub approval_days: Option<f64>,
    /// Days on the platform; null where people do what is asked.
    pub platform_days: Option<f64>,
    /// Days from receipt to the answer, where people do what is asked and that is known.
    pub by_people_days: Option<f64>,
}

/// How many requests stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ForecastSummary)]
pub struct Summary {
    /// Open requests, and those refused of which the person has not been told.
    pub open: usize,
    /// Answered by their cautious dates.
    pub in_time: usize,
    /// After their cautious dates, by their statutory ones.
    pub misses_cautious: usize,
    /// After their statutory dates.
    pub misses_statutory: usize,
    /// Past their statutory dates already.
    pub overdue: usize,
    /// Those that will miss a date, and for which more time can still be taken.
    pub extension_advised: usize,
}

/// What is to be expected of one request.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastLine)]
pub struct Line {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: RequestId,
    /// Its short name.
    pub reference: String,
    /// What is asked for.
    #[schema(value_type = String)]
    pub right: Right,
    /// Where it stands.
    #[schema(value_type = String)]
    pub status: RequestStatus,
    /// The cautious day to answer by.
    pub cautious_on: Date,
    /// The statutory day to answer by.
    pub statutory_on: Date,
    /// The day on which it will be answered.
    pub expected_on: Date,
    /// How it will stand to its dates: `in_time`, `misses_cautious`, `misses_statutory`, `overdue`.
    pub verdict: &'static str,
    /// What it waits for: `identity`, `review`, `hold`, `question`, `people`,
    /// `notice` where a refusal was decided and the person has not been told.
    pub waits_for: Vec<&'static str>,
    /// The day by which people must have done their part for the cautious date to be kept; it may have passed.
    pub decide_by: Option<Date>,
    /// Platform calls it will take.
    pub calls: u64,
    /// Whether more time can be taken: `announced`, `possible`, `too_late`, or `none` where no law knows one.
    pub extension: &'static str,
    /// The day by which the notice of an extension must be sent, where it can be.
    pub announce_extension_by: Option<Date>,
    /// Whether it will miss a date, and more time can still be taken.
    pub extension_advised: bool,
}

/// The names of the columns, in the order of [`Line::cells`].
pub const COLUMNS: [&str; 14] = [
    "id",
    "reference",
    "right",
    "status",
    "cautious_on",
    "statutory_on",
    "expected_on",
    "verdict",
    "waits_for",
    "decide_by",
    "calls",
    "extension",
    "announce_extension_by",
    "extension_advised",
];

impl Line {
    /// The line as cells of a table.
    #[must_use]
    pub fn cells(&self) -> [String; COLUMNS.len()] {
        [
            self.id.to_string(),
            self.reference.clone(),
            self.right.to_string(),
            self.status.to_string(),
            self.cautious_on.to_string(),
            self.statutory_on.to_string(),
            self.expected_on.to_string(),
            self.verdict.to_owned(),
            self.waits_for.join(" "),
            maybe(self.decide_by),
            self.calls.to_string(),
            self.extension.to_owned(),
            maybe(self.announce_extension_by),
            flag(Some(self.extension_advised)),
        ]
    }

    fn of(expected: &Expected, zone: &TimeZone) -> Self {
        let Expected { of, at, verdict, waits_for, decide_by, calls, extension } = expected;
        let on = |at: At| day(zone, at);
        let (word, by) = match extension {
            Extension::Announced => ("announced", None),
            Extension::Possible(by) => ("possible", Some(on(*by))),
            Extension::TooLate => ("too_late", None),
            Extension::Unknown => ("none", None),
        };
        Self {
            id: of.id,
            reference: of.reference.clone(),
            right: of.right,
            status: of.status,
            cautious_on: on(of.cautious_at),
            statutory_on: on(of.statutory_at),
            expected_on: on(*at),
            verdict: verdict_word(*verdict),
            waits_for: waits_for.iter().map(|it| waits_word(*it)).collect(),
            decide_by: decide_by.map(on),
            calls: *calls,
            extension: word,
            announce_extension_by: by,
            extension_advised: by.is_some() && *verdict != Verdict::InTime,
        }
    }
}

const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::InTime => "in_time",
        Verdict::MissesCautious => "misses_cautious",
        Verdict::MissesStatutory => "misses_statutory",
        Verdict::Overdue => "overdue",
    }
}

const fn waits_word(waits_for: WaitsFor) -> &'static str {
    match waits_for {
        WaitsFor::Identity => "identity",
        WaitsFor::Review => "review",
        WaitsFor::Hold => "hold",
        WaitsFor::Question => "question",
        WaitsFor::People => "people",
        WaitsFor::Notice => "notice",
    }
}

/// The forecast for a situation, with days in this zone.
#[must_use]
pub fn tell(situation: &Situation, zone: &TimeZone) -> Told {
    let expected = forecast(situation);
    let items: Vec<Line> = expected.iter().map(|it| Line::of(it, zone)).collect();
    let count = |verdict| expected.iter().filter(|it| it.verdict == verdict).count();
    Told {
        assumptions: Assumptions {
            calls_a_minute: situation.budget.calls_a_minute,
            calls_a_minute_learnt: situation.budget.is_learnt,
            rights: Right::ALL.iter().map(|right| OfRight::of(*right, situation.habits.of(*right))).collect(),
            notes: ALWAYS.to_vec(),
        },
        summary: Summary {
            open: items.len(),
            in_time: count(Verdict::InTime),
            misses_cautious: count(Verdict::MissesCautious),
            misses_statutory: count(Verdict::MissesStatutory),
            overdue: count(Verdict::Overdue),
            extension_advised: items.iter().filter(|it| it.extension_advised).count(),
        },
        items,
    }
}

impl OfRight {
    fn of(right: Right, habit: Habit) -> Self {
        let is_on_platform = right.on_platform().is_some();
        Self {
            right,
            requests_seen: habit.requests_seen,
            jobs_seen: habit.jobs_seen,
            jobs: if is_on_platform { habit.jobs } else { 0 },
            calls: if is_on_platform { habit.calls(right) } else { 0 },
            approval_days: habit.approval.map(days),
            platform_days: is_on_platform.then(|| days(habit.on_platform)),
            by_people_days: habit.by_people.map(days),
        }
    }
}

/// A time in days, to one place.
fn days(time: Duration) -> f64 {
    (time.as_secs_f64() / 86_400.0 * 10.0).round() / 10.0
}
