//! Instants as people read them: in the zone and the language they live in, with the exact instant beside for machines.

use std::fmt;

use entities::time::At;
use fluent_bundle::FluentArgs;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::words::Words;

/// A point in time on a page. Shows as a `time` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    exact: String,
    text: String,
}

impl When {
    /// The same as plain text, for a sentence that a message makes of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Both are made of digits and of words of ours alone.
        write!(f, "<time datetime=\"{}\">{}</time>", self.exact, self.text)
    }
}

impl askama::filters::HtmlSafe for When {}

/// How instants are shown: in which words, in whose zone.
#[derive(Clone)]
pub struct Dates {
    words: Words,
    zone: TimeZone,
}

impl Dates {
    /// In these words and this zone.
    #[must_use]
    pub fn new(words: Words, zone: TimeZone) -> Self {
        Self { words, zone }
    }

    /// The civil day of an instant.
    #[must_use]
    pub fn date(&self, at: At) -> Date {
        at.timestamp().to_zoned(self.zone.clone()).date()
    }

    /// The instant of a civil time, as clocks there show it; the earlier of two where they are set back.
    #[must_use]
    pub fn instant(&self, at: DateTime) -> Option<At> {
        at.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp().into())
    }

    /// The day of an instant: "2 March 2026".
    #[must_use]
    pub fn day(&self, at: At) -> When {
        let day = self.date(at);
        When { exact: day.to_string(), text: self.long(day) }
    }

    /// A civil day, which no zone moves.
    #[must_use]
    pub fn civil(&self, day: Date) -> When {
        When { exact: day.to_string(), text: self.long(day) }
    }

    /// The day of an instant with its day of the week: "Mon 2 March 2026".
    #[must_use]
    pub fn weekday(&self, at: At) -> When {
        let day = self.date(at);
        let mut values = self.parts(day);
        let weekday = day.weekday().to_monday_one_offset();
        values.set("weekday", self.words.t(&format!("weekday-{weekday}")));
        When { exact: day.to_string(), text: self.words.filled("date-weekday", &values) }
    }

    /// The day with its month cut short, for narrow columns: "2 Mar 2026".
    #[must_use]
    pub fn short(&self, at: At) -> When {
        let day = self.date(at);
        let mut values = FluentArgs::new();
        values.set("day", day.day().to_string());
        values.set("month", self.words.t(&format!("month-short-{}", day.month())));
        values.set("year", day.year().to_string());
        When { exact: day.to_string(), text: self.words.filled("date-short", &values) }
    }

    /// An instant to the minute: "2 March 2026, 14:05".
    #[must_use]
    pub fn minute(&self, at: At) -> When {
        let zoned = at.timestamp().to_zoned(self.zone.clone());
        let mut values = self.parts(zoned.date());
        values.set("time", format!("{:02}:{:02}", zoned.hour(), zoned.minute()));
        When { exact: at.to_string(), text: self.words.filled("date-minute", &values) }
    }

    /// The instant of a time of day, if that day has it: an hour that a change of clocks leaves out is none, and of one that comes
    /// twice the first is meant.
    #[must_use]
    pub fn at(&self, day: Date, time: Time) -> Option<At> {
        let zoned = self.zone.to_ambiguous_zoned(day.to_datetime(time));
        match zoned.offset() {
            AmbiguousOffset::Gap { .. } => None,
            _ => zoned.compatible().ok().map(|zoned| zoned.timestamp().into()),
        }
    }

    /// How many civil days lie between today and the day of an instant: 0 on the day itself, negative when it is over.
    #[must_use]
    pub fn days_until(&self, now: At, at: At) -> i32 {
        (self.date(at) - self.date(now)).get_days()
    }

    /// The same in words: "in 3 days", "today", "2 days late".
    #[must_use]
    pub fn left(&self, now: At, at: At) -> String {
        self.apart(self.days_until(now, at))
    }

    /// So many civil days from today in words.
    #[must_use]
    pub fn apart(&self, days: i32) -> String {
        let count = days.unsigned_abs();
        if days < 0 { self.words.with("days-late", "days", count) } else { self.words.with("days-left", "days", count) }
    }

    /// The same as plain text, to be put into a sentence.
    #[must_use]
    pub fn text(&self, day: Date) -> String {
        self.long(day)
    }

    fn long(&self, day: Date) -> String {
        self.words.filled("date-long", &self.parts(day))
    }

    fn parts(&self, day: Date) -> FluentArgs<'static> {
        let mut values = FluentArgs::new();
        // As texts, because a number would be grouped and rounded by the rules for quantities.
        values.set("day", day.day().to_string());
        values.set("month", self.words.t(&format!("month-{}", day.month())));
        values.set("year", day.year().to_string());
        values
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::language::Language;

    fn at(text: &str) -> At {
        text.parse::<Timestamp>().unwrap().into()
    }

    #[test]
    fn an_instant_is_shown_in_the_zone_and_in_words() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let late = at("2026-03-01T23:30:00Z");
        let english = Dates::new(Words::of(Language::English), berlin.clone());
        assert_eq!(english.day(late).to_string(), "<time datetime=\"2026-03-02\">2 March 2026</time>");
        assert_eq!(english.weekday(late).text, "Mon 2 March 2026");
        assert_eq!(
            english.minute(late).to_string(),
            "<time datetime=\"2026-03-01T23:30:00Z\">2 March 2026, 00:30</time>"
        );
        let german = Dates::new(Words::of(Language::German), berlin);
        assert_eq!(german.weekday(late).text, "Mo., 2. März 2026");
        assert_eq!(german.short(late).text, "2. März 2026");
    }

    #[test]
    fn a_time_of_day_is_read_in_the_zone_unless_the_day_leaves_it_out() {
        let dates = Dates::new(Words::of(Language::English), TimeZone::get("Europe/Berlin").unwrap());
        let read = |day: &str, time: &str| dates.at(day.parse().unwrap(), time.parse().unwrap());
        assert_eq!(read("2026-03-02", "00:30"), Some(at("2026-03-01T23:30:00Z")));
        assert_eq!(read("2026-03-29", "02:30"), None);
        assert_eq!(read("2026-10-25", "02:30"), Some(at("2026-10-25T00:30:00Z")));
    }

    #[test]
    fn days_are_counted_by_the_calendar_and_not_by_hours() {
        let dates = Dates::new(Words::of(Language::English), TimeZone::get("Europe/Berlin").unwrap());
        let now = at("2026-03-27T22:59:00Z");
        for (then, words) in [
            ("2026-03-27T22:59:59Z", "today"),
            ("2026-03-27T23:00:00Z", "1 day left"),
            ("2026-03-29T21:59:59Z", "2 days left"),
            ("2026-03-26T22:59:00Z", "1 day late"),
            ("2026-03-20T12:00:00Z", "7 days late"),
        ] {
            assert_eq!(dates.left(now, at(then)), words, "{then}");
        }
    }
}
