//! What is filled in of a subscriber, to set it up or to change it.

use api::schema::TOLD;
use serde::Deserialize;

use crate::parts::{Check, Choice};
use crate::shell::Shell;

/// The fields as they were typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// The controller's short name; only when it is set up.
    pub controller: String,
    /// Where it is called.
    pub url: String,
    /// What it is, for people.
    pub description: String,
    /// Whom we write to.
    pub owner: String,
    /// What it is told; everything if none is ticked.
    pub types: Vec<String>,
    /// How it is signed for; only when it is set up.
    pub signs: String,
}

impl Fields {
    /// What can be told, with what is ticked.
    #[must_use]
    pub fn told(&self, s: &Shell) -> Vec<Check> {
        let check = |word: &str| Check {
            value: word.to_owned(),
            label: s.word("told", word),
            hint: word.to_owned(),
            is_chosen: self.types.iter().any(|chosen| chosen == word),
        };
        TOLD.iter().map(|kind| check(kind.as_str())).collect()
    }

    /// How it can be signed for.
    #[must_use]
    pub fn signatures(&self, s: &Shell) -> Vec<Choice> {
        let choice =
            |word: &str| Choice { value: word.to_owned(), label: s.word("signs", word), is_chosen: self.signs == word };
        ["v1", "v1a"].map(choice).into()
    }
}
