//! What is wrong with a form that was filled in, field by field, in the visitor's words.

use std::borrow::Cow;

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
        Self(vec![Fault { field: field.into(), says: says.into() }])
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

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}
