//! The register: one line a request, in the order of receipt, without personal data.
//!
//! It is what California asks to be kept (11 CCR 7101: date, nature and manner of the request, date and nature of the response,
//! basis of a denial) with the dates that a supervisory authority asks for (GDPR Art. 5(2)).

use entities::extension::table::ExtensionReason;
use entities::id::RequestId;
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use entities::time::At;
use jiff::civil;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fact::{Date, Fact};
use crate::period::day;
use crate::sheet::{flag, maybe};

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RegisterLine)]
pub struct Line {
    /// The request's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: RequestId,
    /// Its short name.
    pub reference: String,
    /// What is asked for.
    #[schema(value_type = String)]
    pub right: Right,
    /// The laws whose clocks run, the one that the answer goes by first.
    pub regimes: Vec<String>,
    /// How it reached the controller.
    pub channel: String,
    /// When it did.
    #[schema(value_type = jiff::Timestamp)]
    pub received_at: At,
    /// The civil day of that in the controller's zone: day 0 of the clocks.
    pub received_on: civil::Date,
    /// How the person's identity was proven.
    pub identity_method: Option<String>,
    /// Where it stands.
    #[schema(value_type = String)]
    pub status: RequestStatus,
    /// How it ended.
    #[schema(value_type = Option<String>)]
    pub outcome: Option<Outcome>,
    /// What the answer is narrowed to.
    #[schema(value_type = Option<String>)]
    pub answer_form: Option<AnswerForm>,
    /// The coded ground on which it was refused or narrowed.
    pub refusal_code: Option<String>,
    /// The provision behind that.
    pub refusal_basis: Option<String>,
    /// The cautious day to answer by: the strictest reading.
    pub cautious_on: Option<civil::Date>,
    /// The statutory day to answer by: the best reading.
    pub statutory_on: Option<civil::Date>,
    /// Whether more time was taken, by a notice that was sent in time.
    pub extended: bool,
    /// Why more time was decided on.
    #[schema(value_type = Option<String>)]
    pub extension_reason: Option<ExtensionReason>,
    /// When the notice of that was sent.
    #[schema(value_type = Option<jiff::Timestamp>)]
    pub extension_announced_at: Option<At>,
    /// When it was answered in substance.
    #[schema(value_type = Option<jiff::Timestamp>)]
    pub answered_at: Option<At>,
    /// When it was closed.
    #[schema(value_type = Option<jiff::Timestamp>)]
    pub closed_at: Option<At>,
    /// Days from receipt to the answer in substance.
    pub days_to_answer: Option<i64>,
    /// Whether it was answered by the cautious day; null while that is open, or where nothing is owed.
    pub in_time_cautious: Option<bool>,
    /// Whether it was answered by the statutory day; null while that is open, or where nothing is owed.
    pub in_time_statutory: Option<bool>,
    /// How many platform requests it took.
    pub jobs: u64,
    /// How many files were collected.
    pub files: u64,
}

/// The names of the columns, in the order of [`Line::cells`].
pub const COLUMNS: [&str; 25] = [
    "id",
    "reference",
    "right",
    "regimes",
    "channel",
    "received_at",
    "received_on",
    "identity_method",
    "status",
    "outcome",
    "answer_form",
    "refusal_code",
    "refusal_basis",
    "cautious_on",
    "statutory_on",
    "extended",
    "extension_reason",
    "extension_announced_at",
    "answered_at",
    "closed_at",
    "days_to_answer",
    "in_time_cautious",
    "in_time_statutory",
    "jobs",
    "files",
];

impl Line {
    /// The line of a request, as things stand at `now`.
    #[must_use]
    pub fn of(fact: &Fact, zone: &TimeZone, now: At) -> Self {
        let on = |date| fact.answer_by(date).map(|at| day(zone, at));
        Self {
            id: fact.id,
            reference: fact.reference.clone(),
            right: fact.right,
            regimes: fact.regimes.clone(),
            channel: fact.channel.clone(),
            received_at: fact.received_at,
            received_on: day(zone, fact.received_at),
            identity_method: fact.identity_method.clone(),
            status: fact.status,
            outcome: fact.outcome,
            answer_form: fact.answer_form,
            refusal_code: fact.refusal_code.clone(),
            refusal_basis: fact.refusal_basis.clone(),
            cautious_on: on(Date::Cautious),
            statutory_on: on(Date::Statutory),
            extended: fact.is_extended(),
            extension_reason: fact.extension.map(|it| it.reason),
            extension_announced_at: fact.extension.and_then(|it| it.announced_at),
            answered_at: fact.answered_at(),
            closed_at: fact.closed_at,
            days_to_answer: fact.days_to_answer(zone),
            in_time_cautious: fact.is_in_time(Date::Cautious, now),
            in_time_statutory: fact.is_in_time(Date::Statutory, now),
            jobs: fact.jobs,
            files: fact.files,
        }
    }

    /// The line as cells of a table.
    #[must_use]
    pub fn cells(&self) -> [String; COLUMNS.len()] {
        [
            self.id.to_string(),
            self.reference.clone(),
            self.right.to_string(),
            self.regimes.join(" "),
            self.channel.clone(),
            self.received_at.to_string(),
            self.received_on.to_string(),
            maybe(self.identity_method.as_deref()),
            self.status.to_string(),
            maybe(self.outcome),
            maybe(self.answer_form),
            maybe(self.refusal_code.as_deref()),
            maybe(self.refusal_basis.as_deref()),
            maybe(self.cautious_on),
            maybe(self.statutory_on),
            flag(Some(self.extended)),
            maybe(self.extension_reason),
            maybe(self.extension_announced_at),
            maybe(self.answered_at),
            maybe(self.closed_at),
            maybe(self.days_to_answer),
            flag(self.in_time_cautious),
            flag(self.in_time_statutory),
            self.jobs.to_string(),
            self.files.to_string(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::fact::tests::{at, closed};

    #[test]
    fn the_columns_are_the_fields_in_their_order() {
        let fact = closed(Outcome::Fulfilled, "2026-03-20T10:00:00Z");
        let line = Line::of(&fact, &TimeZone::UTC, at("2026-05-01T00:00:00Z"));
        let text = serde_json::to_string(&line).unwrap();
        let mut rest = text.as_str();
        for column in COLUMNS {
            let found = rest.find(&format!("\"{column}\":")).unwrap_or_else(|| panic!("{column} is out of order"));
            rest = &rest[found..];
        }
        let Value::Object(fields) = serde_json::to_value(&line).unwrap() else { panic!() };
        assert_eq!(fields.len(), COLUMNS.len());
        for (column, cell) in COLUMNS.iter().zip(line.cells()) {
            let expected = match &fields[*column] {
                Value::Null => String::new(),
                Value::Bool(is) => flag(Some(*is)),
                Value::String(text) => text.clone(),
                Value::Array(words) => words.iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>().join(" "),
                other => other.to_string(),
            };
            assert_eq!(cell, expected, "{column}");
        }
    }
}
