//! The languages we write in: their words and how they write dates.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::embedded;

/// A language letters are written in. Its text form is the ISO 639-1 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
}

/// We write in no such language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no letters in this language; there are `en`, `de`, `fr` and `es`")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| language.code() == text).ok_or(UnknownLanguage)
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

/// Which order English dates are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 20 November 2026.
    DayFirst,
    /// November 20, 2026, for readers in the United States.
    MonthFirst,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Spanish];

    /// The ISO 639-1 code, such as `de`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// The words that templates take from a table instead of writing them out.
    pub fn words(self) -> &'static Words {
        static ALL: LazyLock<BTreeMap<Language, Words>> = LazyLock::new(|| {
            let parse = |language| toml::from_str(embedded::words(language)).expect("embedded, and read by a test");
            Language::ALL.into_iter().map(|language| (language, parse(language))).collect()
        });
        &ALL[&self]
    }

    /// The date with its weekday, as a letter writes it: `Friday, 20 November 2026`.
    pub fn date(self, date: Date, order: DateOrder) -> String {
        let words = self.words();
        let weekday = &words.weekdays[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
        let month = &words.months[usize::from(date.month().unsigned_abs()) - 1];
        let (day, year) = (date.day(), date.year());
        match (self, order) {
            (Self::English, DateOrder::DayFirst) => format!("{weekday}, {day} {month} {year}"),
            (Self::English, DateOrder::MonthFirst) => format!("{weekday}, {month} {day}, {year}"),
            (Self::German, _) => format!("{weekday}, {day}. {month} {year}"),
            (Self::French, _) if day == 1 => format!("{weekday} 1er {month} {year}"),
            (Self::French, _) => format!("{weekday} {day} {month} {year}"),
            (Self::Spanish, _) => format!("{weekday}, {day} de {month} de {year}"),
        }
    }

    /// The date with its weekday and the time of day, on a clock of 24 hours, or of 12 for readers in the United States.
    pub fn date_time(self, at: DateTime, order: DateOrder) -> String {
        let date = self.date(at.date(), order);
        let (hour, minute) = (at.hour(), at.minute());
        match (self, order) {
            (Self::English, DateOrder::DayFirst) => format!("{date}, {hour:02}:{minute:02}"),
            (Self::English, DateOrder::MonthFirst) => {
                let half = if hour < 12 { "a.m." } else { "p.m." };
                format!("{date}, {}:{minute:02} {half}", (hour + 11) % 12 + 1)
            }
            (Self::German, _) => format!("{date}, {hour}:{minute:02} Uhr"),
            (Self::French, _) => format!("{date} à {hour} h {minute:02}"),
            (Self::Spanish, _) => format!("{date}, a las {hour}:{minute:02}"),
        }
    }
}

/// The words of a language that stand in tables: `templates/<language>/words.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The weekdays from Monday on.
    pub weekdays: [String; 7],
    /// The months from January on.
    pub months: [String; 12],
    /// What each right is called in a heading or a list.
    pub right: BTreeMap<String, String>,
    /// What each law is called.
    pub law: BTreeMap<String, String>,
    /// What each kind of letter is called among officers.
    pub kind: BTreeMap<String, String>,
    /// What each duty is called among officers.
    pub duty: BTreeMap<String, String>,
    /// What each way of sending is called.
    pub channel: BTreeMap<String, String>,
    /// Why a letter did not arrive.
    pub cause: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Language::English, DateOrder::DayFirst, "Tuesday, 1 December 2026")]
    #[case(Language::English, DateOrder::MonthFirst, "Tuesday, December 1, 2026")]
    #[case(Language::German, DateOrder::DayFirst, "Dienstag, 1. Dezember 2026")]
    #[case(Language::German, DateOrder::MonthFirst, "Dienstag, 1. Dezember 2026")]
    #[case(Language::French, DateOrder::DayFirst, "mardi 1er décembre 2026")]
    #[case(Language::Spanish, DateOrder::DayFirst, "martes, 1 de diciembre de 2026")]
    fn dates_are_written_as_each_language_writes_them(
        #[case] language: Language,
        #[case] order: DateOrder,
        #[case] expected: &str,
    ) {
        assert_eq!(language.date(date(2026, 12, 1), order), expected);
    }

    #[rstest]
    #[case(0, "Tuesday, December 1, 2026, 12:05 a.m.")]
    #[case(11, "Tuesday, December 1, 2026, 11:05 a.m.")]
    #[case(12, "Tuesday, December 1, 2026, 12:05 p.m.")]
    #[case(23, "Tuesday, December 1, 2026, 11:05 p.m.")]
    fn a_clock_of_twelve_hours_has_no_hour_zero(#[case] hour: i8, #[case] expected: &str) {
        let at = datetime(2026, 12, 1, hour, 5, 0, 0);
        assert_eq!(Language::English.date_time(at, DateOrder::MonthFirst), expected);
    }
}
