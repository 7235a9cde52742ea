//! Instants as ticketing systems write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Below this a number counts seconds, above it milliseconds: as seconds the year 5138, as milliseconds March 1973.
const MILLISECONDS_FROM: i64 = 100_000_000_000;
/// The years in which a ticket can have been written: outside them a number is no time.
const YEARS: std::ops::Range<i16> = 2000..2100;

/// Why a text is no instant. The second is mended in the mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoInstant {
    /// No form that is known.
    Form,
    /// It has no time zone, and none is set.
    NoZone,
}

/// Reads RFC 3339 (`2026-03-02T09:14:55Z`), the form of Jira (`…+0100`), a time without zone (`2026-03-02 09:14:55`) in
/// `zone`, and Unix seconds or milliseconds.
///
/// # Errors
/// See [`NoInstant`].
pub fn read(text: &str, zone: Option<&TimeZone>) -> Result<Timestamp, NoInstant> {
    let at = match text.parse::<i64>() {
        Ok(number) if number.abs() < MILLISECONDS_FROM => {
            Timestamp::from_second(number).map_err(|_| NoInstant::Form)?
        }
        Ok(number) => Timestamp::from_millisecond(number).map_err(|_| NoInstant::Form)?,
        Err(_) => match text.parse::<Timestamp>() {
            Ok(at) => at,
            Err(_) => {
                let civil: DateTime = text.parse().map_err(|_| NoInstant::Form)?;
                // A date alone would be midnight, which nobody said.
                if !text.contains(':') {
                    return Err(NoInstant::Form);
                }
                // A time that a change of clocks makes twice counts as the first: a deadline never comes out later.
                zone.ok_or(NoInstant::NoZone)?
                    .to_ambiguous_timestamp(civil)
                    .compatible()
                    .map_err(|_| NoInstant::Form)?
            }
        },
    };
    let year = at.to_zoned(TimeZone::UTC).year();
    if YEARS.contains(&year) { Ok(at) } else { Err(NoInstant::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_systems_form_of_time_is_read() {
        let warsaw = TimeZone::get("Europe/Warsaw").unwrap();
        for (text, zone, read_as) in [
            ("2026-03-02T09:14:55Z", None, Ok("2026-03-02T09:14:55Z")),
            ("2026-03-02T10:14:55.120+0100", None, Ok("2026-03-02T09:14:55.12Z")),
            ("2026-03-02T10:14:55+01:00", None, Ok("2026-03-02T09:14:55Z")),
            ("2026-03-02T09:14:55.000+0000", None, Ok("2026-03-02T09:14:55Z")),
            ("2026-03-02 09:14:55", Some(TimeZone::UTC), Ok("2026-03-02T09:14:55Z")),
            ("2026-03-02 10:14:55", Some(warsaw.clone()), Ok("2026-03-02T09:14:55Z")),
            ("2026-10-25 02:30:00", Some(warsaw), Ok("2026-10-25T00:30:00Z")),
            ("1772442895", None, Ok("2026-03-02T09:14:55Z")),
            ("1772442895037", None, Ok("2026-03-02T09:14:55.037Z")),
            ("2026-03-02 09:14:55", None, Err(NoInstant::NoZone)),
            ("2026-03-02", Some(TimeZone::UTC), Err(NoInstant::Form)),
            ("yesterday", None, Err(NoInstant::Form)),
            ("0", None, Err(NoInstant::Form)),
            ("-1", None, Err(NoInstant::Form)),
            ("9223372036854775807", None, Err(NoInstant::Form)),
            ("9999-12-31T23:59:59Z", None, Err(NoInstant::Form)),
        ] {
            let read = read(text, zone.as_ref());
            assert_eq!(read.map(|at| at.to_string()), read_as.map(str::to_owned), "{text}");
        }
    }
}
