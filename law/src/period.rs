//! Periods in months or days, added to a civil day in one step.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

/// How long a duty runs. Days are calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// To the day of the same number, so many months on; where that month has no such day, to its last.
    Months(u8),
    /// So many days on.
    Days(u16),
}

impl Period {
    /// The last day of the period; `from` is day 0 and not counted. Never later than the statute's day: beyond the year
    /// 9999 it stops at the last day there is.
    pub fn last_day(self, from: Date) -> Date {
        from.saturating_add(match self {
            Self::Months(count) => i64::from(count).months(),
            Self::Days(count) => i64::from(count).days(),
        })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match *self {
            Self::Months(count) => (u16::from(count), "month"),
            Self::Days(count) => (count, "day"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(date(2027, 1, 31), 1, date(2027, 2, 28))]
    #[case(date(2028, 1, 31), 1, date(2028, 2, 29))]
    #[case(date(2026, 8, 31), 1, date(2026, 9, 30))]
    #[case(date(2026, 12, 31), 1, date(2027, 1, 31))]
    #[case(date(2026, 1, 31), 3, date(2026, 4, 30))] // in one step, not by way of 28 February
    fn a_missing_day_falls_back_to_month_end(#[case] from: Date, #[case] months: u8, #[case] end: Date) {
        assert_eq!(Period::Months(months).last_day(from), end);
    }

    #[test]
    fn reads_as_people_say_it() {
        assert_eq!(Period::Months(1).to_string(), "1 month");
        assert_eq!(Period::Days(45).to_string(), "45 days");
    }
}
