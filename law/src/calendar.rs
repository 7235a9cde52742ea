//! Public holidays of one place.

use std::borrow::Cow;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::words::words;

/// The public holidays of the place where an establishment must act, with days the controller adds.
///
/// It answers only what it knows: where the place or the year is not covered, no day is a holiday, so no date moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    region: String,
    known: Known,
    /// Ascending.
    own_days: Vec<Date>,
}

words! {
    /// How far a calendar knows its place.
    pub enum Known as "state of a calendar" {
        /// The place itself.
        Place = "place",
        /// The country, but not the part of it that was named: only what holds in the whole country.
        Country = "country",
        /// Neither: no public holiday is known.
        Nothing = "nothing",
        /// The days were given one by one; there are no others.
        Given = "given",
    }
}

/// Which calendar a date was computed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarRef {
    /// The place, as it was asked for.
    pub region: String,
    /// How far it is known.
    pub known: Known,
    /// The edition of the data.
    pub edition: Cow<'static, str>,
    /// SHA-256 of the country's file, in lower-case hex; `None` where there is none.
    pub sha256: Option<Cow<'static, str>>,
    /// The days that the controller added.
    pub own_days: Vec<Date>,
}

impl Calendar {
    /// The calendar of a place: an ISO 3166-1 country (`DE`), a part of one by ISO 3166-2 (`DE-BY`), or `EW`, `SC`, `NI`
    /// for England and Wales, Scotland, Northern Ireland. `own_days` are holidays that the data cannot know yet, such as a
    /// day of mourning proclaimed at short notice.
    pub fn find(region: &str, own_days: &[Date]) -> Self {
        let mut own_days = own_days.to_vec();
        own_days.sort_unstable();
        own_days.dedup();
        Self { region: region.to_owned(), known: Known::Nothing, own_days }
    }

    /// A calendar of exactly these days, which is asked for every purpose, for worked examples.
    pub fn exactly(days: &[Date]) -> Self {
        Self { known: Known::Given, ..Self::find("", days) }
    }

    /// The place, as it was asked for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// How far it is known.
    pub fn known(&self) -> Known {
        self.known
    }

    /// The name of the public holiday on that day, if there is one.
    pub fn holiday(&self, day: Date) -> Option<&str> {
        self.own_days.binary_search(&day).ok().map(|_| "holiday added by the controller")
    }

    /// Whether that day is surely none to work on: a Saturday, a Sunday or a known public holiday.
    pub fn is_free(&self, day: Date) -> bool {
        matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || self.holiday(day).is_some()
    }

    /// What to store beside a date.
    pub fn reference(&self) -> CalendarRef {
        CalendarRef {
            region: self.region.clone(),
            known: self.known,
            edition: Cow::Borrowed("none"),
            sha256: None,
            own_days: self.own_days.clone(),
        }
    }
}
