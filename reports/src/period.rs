//! The time a report is about: whole civil days in the controller's zone.

use entities::time::At;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Civil days from the first to the last, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The zone whose civil days are meant: the controller's.
    pub zone: TimeZone,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// The first year that a report can be asked for.
pub const FIRST_YEAR: i16 = 1970;
/// The last.
pub const LAST_YEAR: i16 = 2999;

impl Period {
    /// The days from `from` to `to`; none if there is no such time: the end before the beginning, or a year beyond
    /// [`FIRST_YEAR`] to [`LAST_YEAR`].
    #[must_use]
    pub fn days(zone: TimeZone, from: Date, to: Date) -> Option<Self> {
        let is_known = |day: Date| (FIRST_YEAR..=LAST_YEAR).contains(&day.year());
        (from <= to && is_known(from) && is_known(to)).then_some(Self { zone, from, to })
    }

    /// A calendar year; none beyond [`FIRST_YEAR`] to [`LAST_YEAR`].
    #[must_use]
    pub fn year(zone: TimeZone, year: i16) -> Option<Self> {
        Self::days(zone, Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)
    }

    /// The first instant of the first day.
    #[must_use]
    pub fn start(&self) -> At {
        begin(&self.zone, self.from)
    }

    /// The first instant after the last day.
    #[must_use]
    pub fn end(&self) -> At {
        begin(&self.zone, self.to.saturating_add(1.day()))
    }
}

/// The first instant of a civil day. Where a change of the clocks leaves midnight out, it is the first that there is.
fn begin(zone: &TimeZone, day: Date) -> At {
    let midnight = zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible();
    midnight.map_or(At(i64::MAX), At::from)
}

/// The civil day of an instant.
#[must_use]
pub fn day(zone: &TimeZone, at: At) -> Date {
    at.timestamp().to_zoned(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn a_year_begins_at_midnight_where_the_controller_is() {
        let told = |name: &str| {
            let year = Period::year(zone(name), 2026).unwrap();
            (year.start().to_string(), year.end().to_string())
        };
        assert_eq!(told("UTC"), ("2026-01-01T00:00:00Z".into(), "2027-01-01T00:00:00Z".into()));
        assert_eq!(told("Europe/Berlin"), ("2025-12-31T23:00:00Z".into(), "2026-12-31T23:00:00Z".into()));
        assert_eq!(told("America/Los_Angeles"), ("2026-01-01T08:00:00Z".into(), "2027-01-01T08:00:00Z".into()));
    }

    #[test]
    fn a_day_without_midnight_begins_when_it_begins() {
        // In Beirut the clocks went from 0:00 to 1:00 on 30 March 2025.
        let day = Period::days(zone("Asia/Beirut"), date(2025, 3, 30), date(2025, 3, 30)).unwrap();
        assert_eq!(day.start().to_string(), "2025-03-29T22:00:00Z");
        assert_eq!(day.end().to_string(), "2025-03-30T21:00:00Z");
    }

    #[test]
    fn no_period_ends_before_it_begins_or_lies_beyond_time() {
        assert_eq!(Period::days(TimeZone::UTC, date(2026, 1, 2), date(2026, 1, 1)), None);
        assert_eq!(Period::year(TimeZone::UTC, 1969), None);
        assert_eq!(Period::year(TimeZone::UTC, 3000), None);
        assert!(Period::year(TimeZone::UTC, 2999).unwrap().end() > Period::year(TimeZone::UTC, 1970).unwrap().start());
    }

    #[test]
    fn an_evening_in_greenwich_is_the_next_day_in_berlin() {
        let at = At::from("2026-12-31T23:30:00Z".parse::<Timestamp>().unwrap());
        assert_eq!(day(&zone("Europe/Berlin"), at), date(2027, 1, 1));
        assert_eq!(day(&TimeZone::UTC, at), date(2026, 12, 31));
    }
}
