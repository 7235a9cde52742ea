//! Instants as callers write them: RFC 3339 and nothing else.

use entities::time::At;
use jiff::Timestamp;

/// How an instant is written, for those who wrote it otherwise.
pub const FORM: &str = "must be RFC 3339 with an offset, such as 2026-11-20T08:00:00Z";

/// Reads an instant.
#[must_use]
pub fn read(text: &str) -> Option<At> {
    text.parse::<Timestamp>().ok().filter(|_| is_rfc3339(text)).map(At::from)
}

/// Whether an instant is written as in RFC 3339 §5.6. The parser reads more than that: forms without separators, offsets of a
/// day and more, and the name of a zone, which may contradict the offset beside it. A clock must not start on a guess.
fn is_rfc3339(text: &str) -> bool {
    let shape = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(c, wanted)| match wanted {
                b'0' => c.is_ascii_digit(),
                _ => c.eq_ignore_ascii_case(&wanted),
            })
    };
    let Some((whole, rest)) = text.split_at_checked(19) else { return false };
    let fraction = rest.strip_prefix('.').map_or(0, |digits| 1 + digits.bytes().take_while(u8::is_ascii_digit).count());
    let offset = &rest[fraction..];
    let hours = offset.get(1..3).unwrap_or_default();
    shape(whole, "0000-00-00T00:00:00")
        && fraction != 1
        && (shape(offset, "Z") || (shape(offset, "+00:00") || shape(offset, "-00:00")) && hours <= "23")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_one_way() {
        for good in [
            "2026-11-20T08:00:00Z",
            "2026-11-20t08:00:00z",
            "2026-11-20T08:00:00.5Z",
            "2026-11-20T08:00:00.123456789+05:30",
            "2026-11-20T08:00:00-23:59",
        ] {
            assert!(read(good).is_some(), "{good}");
        }
        for other in [
            "20261120T080000Z",
            "2026-11-20T08:00Z",
            "2026-11-20 08:00:00Z",
            "+002026-11-20T08:00:00Z",
            "2026-11-20T08:00:00+01:00[Europe/Berlin]",
            "2026-11-20T08:00:00+24:00",
            "2026-11-20T08:00:00+01",
            "2026-11-20T08:00:00.Z",
            "2026-11-20T08:00:00,5Z",
            "2026-11-20T08:00:00",
            "2026-11-20T08:00:0ä",
        ] {
            assert!(read(other).is_none(), "{other}");
        }
    }
}
