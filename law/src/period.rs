//! Periods, added to a civil day in one step.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Deserializer};

/// How long a duty runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// To the day of the same number, so many months on.
    Months {
        /// How many.
        count: u8,
        /// What becomes of a day that the last month lacks.
        missing: MissingDay,
    },
    /// So many calendar days on.
    Days(u16),
    /// That many business days on.
    BusinessDays {
        /// How many.
        count: u8,
        /// Which days of the week count.
        week: Week,
    },
    /// A fixed day of the next calendar year.
    NextYear {
        /// 1 to 12.
        month: i8,
        /// 1 to 28: every year has it.
        day: i8,
    },
}

/// What becomes of a day that a month lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingDay {
    /// The last day of that month: for deadlines.
    Back,
    /// The first day of the next month: for minimum waits.
    Forward,
}

/// Which days of the week are business days, unless they are holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Week {
    /// Monday to Friday.
    MonFri,
    /// Monday to Saturday.
    MonSat,
}

impl Week {
    fn has(self, day: Date) -> bool {
        match day.weekday() {
            Weekday::Sunday => false,
            Weekday::Saturday => self == Self::MonSat,
            _ => true,
        }
    }
}

impl Period {
    /// The last day of the period; `from` is day 0 and not counted. `is_holiday` is asked by business days alone. Never
    /// later than the statute's day: beyond the year 9999 it stops at the last day there is.
    pub fn last_day(self, from: Date, is_holiday: impl Fn(Date) -> bool) -> Date {
        match self {
            Self::Months { count, missing } => {
                let day = from.saturating_add(i64::from(count).months());
                match missing {
                    MissingDay::Forward if day.day() != from.day() => day.saturating_add(1.day()),
                    _ => day,
                }
            }
            Self::Days(count) => from.saturating_add(i64::from(count).days()),
            Self::BusinessDays { count, week } => {
                let mut day = from;
                for _ in 0..count {
                    day = day.saturating_add(1.day());
                    while (!week.has(day) || is_holiday(day)) && day < Date::MAX {
                        day = day.saturating_add(1.day());
                    }
                }
                day
            }
            Self::NextYear { month, day } => {
                Date::new(from.year().saturating_add(1), month, day).unwrap_or(Date::MAX) // the calendar ends with the year 9999
            }
        }
    }

    /// This and another period as one, to be added in one step; `None` where they do not share a unit.
    pub fn plus(self, more: Self) -> Option<Self> {
        match (self, more) {
            (Self::Months { count, missing }, Self::Months { count: by, .. }) => {
                Some(Self::Months { count: count.checked_add(by)?, missing })
            }
            (Self::Days(count), Self::Days(by)) => Some(Self::Days(count.checked_add(by)?)),
            _ => None,
        }
    }

    /// Whether the month it ends in lacks the day it was counted from.
    pub(crate) fn misses_day(self, from: Date) -> Option<(MissingDay, Date)> {
        let Self::Months { count, missing } = self else { return None };
        let clamped = from.saturating_add(Span::new().months(i64::from(count)));
        (clamped.day() != from.day()).then_some((missing, clamped))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: u16| if count == 1 { "" } else { "s" };
        match *self {
            Self::Months { count, missing } => {
                write!(f, "{count} month{}", plural(u16::from(count)))?;
                if missing == MissingDay::Forward { f.write_str(" rounded forward") } else { Ok(()) }
            }
            Self::Days(count) => write!(f, "{count} day{}", plural(count)),
            Self::BusinessDays { count, week } => {
                let week = match week {
                    Week::MonFri => "Mon-Fri",
                    Week::MonSat => "Mon-Sat",
                };
                write!(f, "{count} business days {week}")
            }
            Self::NextYear { month, day } => {
                write!(f, "{day} {} of the next year", MONTHS[usize::from(month.unsigned_abs()) - 1])
            }
        }
    }
}

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The text is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no period; one is written as `1 month`, `45 days`, `10 business days Mon-Fri` or `1 July of the next year`")]
pub struct NoPeriod;

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let words: Vec<&str> = text.split(' ').collect();
        fn positive<T: FromStr + PartialEq + Default>(text: &str) -> Result<T, NoPeriod> {
            text.parse().ok().filter(|count| *count != T::default()).ok_or(NoPeriod)
        }
        match words[..] {
            [count, "month" | "months"] => Ok(Self::Months { count: positive(count)?, missing: MissingDay::Back }),
            [count, "month" | "months", "rounded", "forward"] => {
                Ok(Self::Months { count: positive(count)?, missing: MissingDay::Forward })
            }
            [count, "day" | "days"] => Ok(Self::Days(positive(count)?)),
            [count, "business", "days", week @ ("Mon-Fri" | "Mon-Sat")] => Ok(Self::BusinessDays {
                count: positive(count)?,
                week: if week == "Mon-Fri" { Week::MonFri } else { Week::MonSat },
            }),
            [day, month, "of", "the", "next", "year"] => {
                let day = positive::<i8>(day)?;
                let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month).ok_or(NoPeriod)?.1;
                if (1..=28).contains(&day) { Ok(Self::NextYear { month, day }) } else { Err(NoPeriod) }
            }
            _ => Err(NoPeriod),
        }
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|error| serde::de::Error::custom(format_args!("`{text}` is {error}")))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1 month", date(2027, 1, 31), date(2027, 2, 28))]
    #[case("1 month", date(2028, 1, 31), date(2028, 2, 29))]
    #[case("1 month", date(2026, 8, 31), date(2026, 9, 30))]
    #[case("1 month", date(2026, 12, 31), date(2027, 1, 31))]
    #[case("3 months", date(2026, 1, 31), date(2026, 4, 30))] // in one step, not by way of 28 February
    #[case("12 months rounded forward", date(2028, 2, 29), date(2029, 3, 1))]
    #[case("12 months rounded forward", date(2028, 2, 28), date(2029, 2, 28))]
    #[case("24 months rounded forward", date(2024, 2, 29), date(2026, 3, 1))]
    #[case("45 days", date(2026, 1, 15), date(2026, 3, 1))]
    #[case("10 business days Mon-Fri", date(2026, 11, 2), date(2026, 11, 17))] // Veterans Day
    #[case("10 business days Mon-Sat", date(2026, 11, 2), date(2026, 11, 14))]
    #[case("1 July of the next year", date(2026, 12, 31), date(2027, 7, 1))]
    #[case("1 July of the next year", date(2026, 1, 1), date(2027, 7, 1))]
    fn a_period_ends_where_the_law_ends_it(#[case] period: Period, #[case] from: Date, #[case] end: Date) {
        assert_eq!(period.last_day(from, |day| day == date(2026, 11, 11)), end);
    }

    #[rstest]
    #[case("1 month")]
    #[case("24 months rounded forward")]
    #[case("1 day")]
    #[case("45 days")]
    #[case("15 business days Mon-Sat")]
    #[case("1 July of the next year")]
    fn a_period_reads_back_as_people_say_it(#[case] text: &str) {
        assert_eq!(text.parse::<Period>().map(|period| period.to_string()).as_deref(), Ok(text));
    }

    #[rstest]
    #[case("")]
    #[case("a month")]
    #[case("0 days")]
    #[case("10 business days")]
    #[case("31 July of the next year")]
    #[case("1 Brumaire of the next year")]
    fn no_period_is_guessed(#[case] text: &str) {
        assert_eq!(text.parse::<Period>(), Err(NoPeriod));
    }
}
