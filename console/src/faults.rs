//! What is wrong with a form that was filled in, field by field, in the visitor's words.

use std::borrow::Cow;

use api::problem::Problem;

use crate::words::Words;

/// What is wrong with words that somebody wrote: there are none (then `missing` says so), too many, or some that are
/// no text.
#[must_use]
pub fn of_text(words: Words, given: &str, missing: String, most: usize) -> Option<String> {
    let given = given.trim();
    if given.is_empty() {
        return Some(missing);
    }
    if given.chars().count() > most {
        return Some(words.with("text-too-long", "most", most));
    }
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    given.chars().any(is_odd).then(|| words.t("text-odd"))
}

/// One field that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field's name, which is its id on the page.
    pub field: Cow<'static, str>,
    /// What is wrong, and what would be right.
    pub says: String,
}

/// All of them, in the order of the fields on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// One alone.
    #[must_use]
    pub fn one(field: impl Into<Cow<'static, str>>, says: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(field, says);
        faults
    }

    /// What the API's rules say of fields: in the visitor's words, the messages `fault-<field>-<code>`, or else in the rules' own.
    /// None for a problem that names no field.
    #[must_use]
    pub fn of(words: Words, problem: &Problem) -> Self {
        let mut faults = Self::default();
        for error in problem.errors() {
            let field = error.field.split(['[', '.']).next().unwrap_or_default().to_owned();
            let says = words.known("fault", &format!("{field}-{}", error.code));
            faults.add(field, says.unwrap_or_else(|| error.detail.clone()));
        }
        faults
    }

    /// Notes one more.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, says: impl Into<String>) {
        self.0.push(Fault { field: field.into(), says: says.into() });
    }

    /// Takes over some others.
    pub fn join(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// These.
    #[must_use]
    pub fn all(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn each(&self) -> &[Fault] {
        &self.0
    }

    /// What is wrong with this field, if anything is.
    #[must_use]
    pub fn says(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.field == field).map(|fault| fault.says.as_str())
    }
}
