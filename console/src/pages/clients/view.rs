//! What the pages about clients say alike.

use api::problem::{Problem, codes};
use entities::client::manage::{Known, NotManaged};
use entities::client::scope::Scope;

use crate::parts::{Tag, Tone};
use crate::refused::Refused;
use crate::shell::Shell;

impl From<NotManaged> for Refused {
    fn from(error: NotManaged) -> Self {
        let text = error.to_string();
        match error {
            NotManaged::NotFound => Problem::not_found("client").into(),
            NotManaged::OutOfReach => Problem::new(codes::conflict("beyond_your_controllers"), text).into(),
            NotManaged::Database(error) => error.into(),
            _ => Problem::new(codes::CONFLICT, text).into(),
        }
    }
}

/// Whether a client can call.
#[must_use]
pub fn standing(s: &Shell, known: &Known) -> Tag {
    match known.client.revoked_at {
        Some(_) => Tag::new(Tone::Quiet, s.word("client-standing", "revoked")),
        None => Tag::new(Tone::Good, s.word("client-standing", "active")),
    }
}

/// The word of a scope in the messages.
#[must_use]
pub fn scope_word(scope: Scope) -> String {
    scope.as_str().replace(':', "-")
}

/// The names of the controllers that a client reaches.
#[must_use]
pub fn controllers(s: &Shell, known: &Known) -> String {
    let mut names: Vec<_> = known.controllers.iter().map(|id| s.controller_name(*id)).collect();
    names.sort();
    names.dedup();
    names.join(", ")
}
