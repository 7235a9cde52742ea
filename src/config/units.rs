//! Durations and sizes as people write them: `4h`, `1h 30m`, `256 KiB`. Units stand in the value, never in anyone's memory.

use std::time::Duration;

const TIMES: [(&str, u64); 6] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];
const SIZES: [(&str, u64); 7] = [
    ("b", 1),
    ("kb", 1_000),
    ("kib", 1_024),
    ("mb", 1_000_000),
    ("mib", 1_048_576),
    ("gb", 1_000_000_000),
    ("gib", 1_073_741_824),
];

/// Reads a duration: numbers with `ms`, `s`, `m`, `h`, `d` or `w`, one after the other.
///
/// # Errors
/// What was expected instead. A number without a unit is refused: a guess would be wrong by a factor of a thousand.
pub fn duration(text: &str) -> Result<Duration, String> {
    let total = sum(text, &TIMES).ok_or("a duration is written like `300ms`, `30s`, `4h` or `1h 30m`")?;
    Ok(Duration::from_millis(total))
}

/// Reads a size in bytes: a number with `B`, `KB`, `KiB`, `MB`, `MiB`, `GB` or `GiB`.
///
/// # Errors
/// What was expected instead.
pub fn size(text: &str) -> Result<u64, String> {
    sum(text, &SIZES).ok_or_else(|| "a size is written like `256 KiB` or `1 MB`".to_owned())
}

/// A duration as [`duration`] reads it, in its largest units: `1h30m`.
pub fn humane(duration: Duration) -> String {
    let mut rest = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, ms) in TIMES.into_iter().rev() {
        if rest >= ms {
            text.push_str(&format!("{}{unit}", rest / ms));
            rest %= ms;
        }
    }
    text
}

fn sum(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let mut rest = text.as_str();
    let mut total = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let (_, worth) = units.iter().find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*worth)?)?;
        rest = tail.trim_start();
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, ms) in [
            ("300ms", 300),
            ("30s", 30_000),
            (" 4h ", 14_400_000),
            ("1h 30m", 5_400_000),
            ("1h30m", 5_400_000),
            ("2 D", 172_800_000),
            ("1w", 604_800_000),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", " ", "4", "h", "-4h", "4 hours", "1.5h", "4h 3", "99999999999999999999h", "9999999999999999w"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_know_both_kinds_of_unit() {
        for (text, bytes) in [("256 KiB", 262_144), ("1MB", 1_000_000), ("10 b", 10), ("2gib", 2_147_483_648)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["256", "KiB", "1.5 MB", "1 TB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(ms in 0_u64..10_000_000_000) {
            let duration_shown = Duration::from_millis(ms);
            prop_assert_eq!(duration(&humane(duration_shown)), Ok(duration_shown));
        }

        #[test]
        fn no_text_breaks_the_reading(text in "\\PC{0,24}") {
            let _ = duration(&text);
            let _ = size(&text);
        }
    }
}
