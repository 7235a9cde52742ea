//! When warnings are written: in the morning of the controller's day, so that they lie there when work begins.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::time::At;

/// The hour.
const HOUR: i8 = 6;

/// The morning of a civil day in a zone; none for a day at the end of the calendar.
#[must_use]
pub fn of(day: Date, zone: &TimeZone) -> Option<At> {
    let morning = day.at(HOUR, 0, 0, 0).to_zoned(zone.clone()).ok()?;
    Some(At::from(morning.timestamp()))
}

/// The first morning after an instant: before it, nothing can have to be warned of anew.
#[must_use]
pub fn after(now: At, zone: &TimeZone) -> At {
    let today = now.timestamp().to_zoned(zone.clone()).date();
    let next = |days: i32| of(today.saturating_add(days.days()), zone).filter(|at| *at > now);
    next(0).or_else(|| next(1)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_morning_is_today_s_until_six() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let after = |at: &str| after(At::from(at.parse::<jiff::Timestamp>().unwrap()), &zone).to_string();
        // The clocks go forward on 29 March, at two.
        for (now, morning) in [
            ("2026-03-28T04:59:59Z", "2026-03-28T05:00:00Z"),
            ("2026-03-28T05:00:00Z", "2026-03-29T04:00:00Z"),
            ("2026-03-28T23:30:00Z", "2026-03-29T04:00:00Z"),
        ] {
            assert_eq!(after(now), morning);
        }
    }
}
