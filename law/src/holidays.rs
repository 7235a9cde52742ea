//! The vendored holidays, a file a country; see `data/holidays/README.md`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::calendar::{CalendarRef, Known};
use crate::files;

/// The holidays of one country, or of one purpose.
#[derive(Debug)]
pub struct File {
    /// Of the file's bytes, in lower-case hex.
    pub sha256: &'static str,
    /// The parts of the country whose days are known.
    pub parts: Vec<&'static str>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    day: Date,
    name: &'static str,
    /// The parts that keep the day; empty means all.
    parts: &'static str,
}

#[derive(Debug, Deserialize)]
struct Manifest {
    edition: String,
    first_year: i16,
    last_year: i16,
    files: BTreeMap<String, Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares it with the file"))]
    sha256: String,
    parts: Vec<String>,
}

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/holidays/manifest.toml"))
        .expect("the manifest was checked when this was built: a test reads it")
});

static FILES: LazyLock<BTreeMap<&'static str, File>> = LazyLock::new(|| {
    let read = |file: &'static files::File| {
        let entry = MANIFEST.files.get(file.name);
        let parts = entry.map(|entry| entry.parts.iter().map(String::as_str).collect()).unwrap_or_default();
        (file.name, File { sha256: file.sha256, parts, rows: file.text.lines().skip(1).filter_map(row).collect() })
    };
    files::HOLIDAYS.iter().map(read).collect()
});

fn row(line: &'static str) -> Option<Row> {
    let mut columns = line.splitn(3, ',');
    let (day, name, parts) = (columns.next()?, columns.next()?, columns.next()?);
    Some(Row { day: day.parse().ok()?, name, parts })
}

/// The edition of the data.
pub fn edition() -> &'static str {
    &MANIFEST.edition
}

/// The years that are covered.
pub fn years() -> RangeInclusive<i16> {
    MANIFEST.first_year..=MANIFEST.last_year
}

/// The holidays of a country by its ISO 3166-1 code.
pub fn country(code: &str) -> Option<&'static File> {
    (code.len() == 2).then(|| FILES.get(code)).flatten()
}

/// The holidays of a purpose, such as `US-CA-business`.
pub fn business(name: &str) -> Option<&'static File> {
    FILES.get(name)
}

/// What to store beside a date that was counted by the holidays of a purpose.
pub fn reference(name: &str) -> CalendarRef {
    CalendarRef {
        region: name.to_owned(),
        known: if business(name).is_some() { Known::Place } else { Known::Nothing },
        edition: Cow::Borrowed(edition()),
        sha256: business(name).map(|file| Cow::Borrowed(file.sha256)),
        own_days: Vec::new(),
    }
}

impl File {
    /// The name of the holiday on that day, in the whole or in the part.
    pub fn holiday(&self, day: Date, part: Option<&str>) -> Option<&'static str> {
        let first = self.rows.partition_point(|row| row.day < day);
        let keeps =
            |row: &&Row| row.parts.is_empty() || part.is_some_and(|part| row.parts.split(' ').any(|one| one == part));
        self.rows[first..].iter().take_while(|row| row.day == day).find(keeps).map(|row| row.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::{Weekday, date};
    use jiff::{Span, ToSpan};
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn every_file_is_the_one_the_manifest_names() {
        let named: Vec<_> = MANIFEST.files.keys().map(String::as_str).collect();
        assert_eq!(named, FILES.keys().copied().collect::<Vec<_>>());
        for file in files::HOLIDAYS {
            let hash: String = Sha256::digest(file.text).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(MANIFEST.files[file.name].sha256, hash, "{}", file.name);
            assert_eq!(file.sha256, hash, "{}", file.name);
        }
    }

    #[test]
    fn every_line_is_read_in_order_and_names_known_parts() {
        for file in files::HOLIDAYS {
            let read = &FILES[file.name];
            assert_eq!(read.rows.len(), file.text.lines().count() - 1, "{}", file.name);
            assert!(read.rows.is_sorted_by(|a, b| a.day < b.day), "{}", file.name);
            let named: BTreeSet<_> = read.rows.iter().flat_map(|row| row.parts.split_whitespace()).collect();
            assert!(named.iter().all(|part| read.parts.contains(part)), "{}: {named:?}", file.name);
            let covered: BTreeSet<_> = read.rows.iter().map(|row| row.day.year()).collect();
            assert_eq!(covered, years().collect(), "{}", file.name);
        }
    }

    /// The nine of law and the substitutes of Gov. Code 6701, found another way than the script finds them.
    fn is_undisputed(day: Date) -> bool {
        let fixed = |day: Date| matches!((day.month(), day.day()), (1, 1) | (7, 4) | (11, 11) | (12, 25));
        let nth =
            |month, n, weekday| day.month() == month && day.nth_weekday_of_month(n, weekday).is_ok_and(|it| it == day);
        fixed(day)
            || [(1, 3), (2, 3), (5, -1), (9, 1)].into_iter().any(|(month, n)| nth(month, n, Weekday::Monday))
            || nth(11, 4, Weekday::Thursday)
            || day.weekday() == Weekday::Monday && fixed(day - 1.day())
            || day.weekday() == Weekday::Friday && (day.month(), day.day()) == (11, 10)
    }

    #[test]
    fn californias_business_holidays_are_the_nine_that_nobody_disputes() {
        let file = business("US-CA-business").expect("it is compiled in");
        for day in date(2024, 1, 1).series(Span::new().days(1)).take_while(|day| day.year() <= 2036) {
            assert_eq!(file.holiday(day, None).is_some(), is_undisputed(day), "{day}");
        }
    }
}
