//! Looking at the fields of a body: every fault is collected, so that a caller learns of all at once.

use std::borrow::Cow;
use std::str::FromStr;

use entities::time::At;
use jiff::civil::Date;

use crate::instant;
use crate::problem::{FieldError, Problem};

/// The faults found so far.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldError>);

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, field: impl Into<String>, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), code: code.into(), detail: detail.into(), known: None });
    }

    /// One of a closed set of words; a word outside it is a fault that lists the set.
    pub fn word<T: FromStr>(
        &mut self,
        field: impl Into<String>,
        code: &'static str,
        given: &str,
        known: impl IntoIterator<Item = &'static str>,
    ) -> Option<T> {
        let value = given.parse().ok();
        if value.is_none() {
            self.unknown(field, code, known.into_iter().collect());
        }
        value
    }

    /// One of a closed set of words that is no type of its own.
    pub fn one_of(
        &mut self,
        field: &str,
        code: &'static str,
        given: &str,
        known: &[&'static str],
    ) -> Option<&'static str> {
        let found = known.iter().copied().find(|word| *word == given);
        if found.is_none() {
            self.unknown(field, code, known.to_vec());
        }
        found
    }

    fn unknown(&mut self, field: impl Into<String>, code: &'static str, known: Vec<&'static str>) {
        let detail = format!("is not known; known are {}", known.join(", "));
        self.0.push(FieldError { field: field.into(), code: code.into(), detail, known: Some(known) });
    }

    /// Text in somebody's own words: trimmed, of 1 to `longest` characters, without control characters but line breaks and
    /// tabs.
    pub fn text(&mut self, field: &str, given: &str, longest: usize) -> Option<String> {
        let text = given.trim();
        if text.is_empty() {
            self.add(field, "empty", "must not be empty");
        } else if text.chars().count() > longest {
            self.add(field, "too_long", format!("at most {longest} characters"));
        } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.add(field, "control_character", "must not contain control characters");
        } else {
            return Some(text.to_owned());
        }
        None
    }

    /// An instant, RFC 3339.
    pub fn instant(&mut self, field: &str, given: &str) -> Option<At> {
        let read = instant::read(given);
        if read.is_none() {
            self.add(field, "not_an_instant", instant::FORM);
        }
        read
    }

    /// A civil day, ISO 8601.
    pub fn day(&mut self, field: &str, given: &str) -> Option<Date> {
        let read = given.parse::<Date>().ok().filter(|day| day.to_string() == given);
        if read.is_none() {
            self.add(field, "not_a_day", "must be a day such as 2026-12-20");
        }
        read
    }

    /// How many entries a list has: 1 to `most`.
    pub fn count(&mut self, field: &str, entries: usize, most: usize) {
        if entries == 0 {
            self.add(field, "empty", "needs at least one entry");
        } else if entries > most {
            self.add(field, "too_many", format!("at most {most} entries"));
        }
    }

    /// Takes over the first of some other faults.
    pub fn adopt_first(&mut self, others: Self) {
        self.0.extend(others.0.into_iter().next());
    }

    /// The value, if no fault was found.
    ///
    /// # Errors
    /// All faults that were found.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Problem::fields(self.0)),
        }
    }
}
