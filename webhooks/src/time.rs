//! Instants as senders write them, and how far they may be from ours.

use jiff::{SignedDuration, Timestamp};
use words::words;

use crate::refused::Reason;

words! {
    /// How a sender writes the instant that it signs.
    pub enum TimeFormat {
        /// `2026-03-02T09:15:01Z`, with an optional fraction; instead of the `Z` an offset (RFC 3339).
        Iso8601 = "iso8601",
        /// Seconds since 1970.
        UnixSeconds = "unix_s",
        /// Milliseconds since 1970.
        UnixMillis = "unix_ms",
    }
}

/// How far a signed instant may lie in the past or in the future, in seconds, the end included: as in the libraries of
/// Standard Webhooks and in HubSpot's rules; for the others it is ours.
pub const TOLERANCE_S: u32 = 300;

/// The longest text of an instant.
const LONGEST: usize = 40;

impl TimeFormat {
    /// Reads an instant; `None` where it is none. One text for one instant, so that bytes cannot move between an instant and
    /// what is signed next to it: no sign, no leading zero, no space.
    pub(crate) fn read(self, raw: &[u8]) -> Option<Timestamp> {
        let text = std::str::from_utf8(raw).ok().filter(|text| text.len() <= LONGEST)?;
        match self {
            Self::Iso8601 => is_rfc3339(raw).then(|| text.parse().ok())?,
            Self::UnixSeconds => Timestamp::from_second(whole(text)?).ok(),
            Self::UnixMillis => Timestamp::from_millisecond(whole(text)?).ok(),
        }
    }
}

fn whole(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}

/// Whether it has the form of RFC 3339, capital letters, without a leap second; jiff alone takes more than that.
fn is_rfc3339(raw: &[u8]) -> bool {
    let like = |raw: &[u8], form: &[u8]| {
        let fits = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
        raw.len() == form.len() && raw.iter().zip(form).all(fits)
    };
    let Some((instant, rest)) = raw.split_at_checked("2026-03-02T09:15:01".len()) else { return false };
    let zone = match rest.strip_prefix(b".") {
        None => rest,
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
    };
    let is_zone = zone == b"Z" || like(zone, b"+00:00") || like(zone, b"-00:00");
    like(instant, b"0000-00-00T00:00:00") && !instant.ends_with(b"60") && is_zone
}

/// Whether `at` is near enough to `now`.
///
/// # Errors
/// Too old, or too far ahead.
pub(crate) fn check(at: Timestamp, now: Timestamp, tolerance_s: u32) -> Result<(), Reason> {
    let tolerance = SignedDuration::from_secs(tolerance_s.into());
    match now.duration_since(at) {
        age if age > tolerance => Err(Reason::StaleTimestamp),
        age if age < -tolerance => Err(Reason::FutureTimestamp),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_one_text() {
        let at = Timestamp::from_second(1_772_442_901).unwrap();
        for (format, text) in [
            (TimeFormat::Iso8601, "2026-03-02T09:15:01Z"),
            (TimeFormat::Iso8601, "2026-03-02T09:15:01.000Z"),
            (TimeFormat::Iso8601, "2026-03-02T10:15:01+01:00"),
            (TimeFormat::UnixSeconds, "1772442901"),
            (TimeFormat::UnixMillis, "1772442901000"),
        ] {
            assert_eq!(format.read(text.as_bytes()), Some(at), "{text}");
        }
        let iso = [
            "",
            "yesterday",
            "2026-03-02",
            "2026-03-02T09:15:01",
            "2026-03-02t09:15:01Z",
            "2026-03-02T09:15:01z",
            "2026-03-02 09:15:01Z",
            "2026-03-02T09:15:01.Z",
            "2026-03-02T09:15:01,5Z",
            "2026-03-02T09:15:60Z",
            "2026-02-30T09:15:01Z",
            "2026-03-02T25:15:01Z",
            "2026-03-02T09:15:01+01:00[Europe/Berlin]",
            "2026-03-02T09:15:01+99:99",
            "+002026-03-02T09:15:01Z",
            "2026-03-02T09:15:01.0000000000Z",
            "1772442901",
        ];
        let seconds = [
            "",
            "0x10",
            "1772442901.5",
            "+1772442901",
            "-1772442901",
            "01772442901",
            " 1772442901",
            "1772442901 ",
            "1_772_442_901",
            "1e9",
            "99999999999999999999",
            "9223372036854775807",
            "\u{661}",
            "17\x0001",
        ];
        for text in iso {
            assert_eq!(TimeFormat::Iso8601.read(text.as_bytes()), None, "{text}");
        }
        for (format, text) in
            [TimeFormat::UnixSeconds, TimeFormat::UnixMillis].into_iter().flat_map(|f| seconds.map(|t| (f, t)))
        {
            assert_eq!(format.read(text.as_bytes()), None, "{text}");
        }
        for format in TimeFormat::ALL {
            assert_eq!(format.read(&[b'9'; 1 << 20]), None);
            assert_eq!(format.read(&[0xff; 20]), None);
        }
    }

    #[test]
    fn the_end_of_the_window_is_in_it_to_the_nanosecond() {
        let now = Timestamp::from_second(1_772_442_901).unwrap();
        let (edge, instant) = (SignedDuration::from_secs(300), SignedDuration::from_nanos(1));
        assert_eq!(check(now - edge, now, 300), Ok(()));
        assert_eq!(check(now + edge, now, 300), Ok(()));
        assert_eq!(check(now - edge - instant, now, 300), Err(Reason::StaleTimestamp));
        assert_eq!(check(now + edge + instant, now, 300), Err(Reason::FutureTimestamp));
        assert_eq!(check(Timestamp::MIN, Timestamp::MAX, u32::MAX), Err(Reason::StaleTimestamp));
        assert_eq!(check(Timestamp::MAX, Timestamp::MIN, u32::MAX), Err(Reason::FutureTimestamp));
    }
}
