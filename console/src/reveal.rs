//! The form by which something is looked at in the clear: for a purpose, which is written down first.

use serde::Deserialize;

use crate::parts::Choice;
use crate::shell::Shell;

/// For what values can be looked at in the clear. Each look is an event that names it.
pub const PURPOSES: [&str; 5] = ["identify", "decide", "contact", "answer", "complaint"];

/// All of them to choose from, none beforehand.
#[must_use]
pub fn choices(s: &Shell) -> Vec<Choice> {
    Choice::words(s, "reveal-choose", "purpose", PURPOSES, None)
}

/// What such a form sends.
#[derive(Deserialize)]
pub struct Purpose {
    /// What for.
    pub purpose: String,
}

/// Such a form, as `reveal.html` shows it.
pub struct RevealForm {
    /// Where it goes.
    pub to: String,
    /// What can be chosen.
    pub purposes: Vec<Choice>,
    /// What goes along: names and values.
    pub kept: Vec<(&'static str, String)>,
}

impl RevealForm {
    /// A form that goes there.
    #[must_use]
    pub fn to(s: &Shell, to: String) -> Self {
        Self { to, purposes: choices(s), kept: Vec::new() }
    }
}
