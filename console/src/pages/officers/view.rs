//! What the pages about officers say alike: how one stands, what a role is, and why something is not done.

use api::problem::{Problem, codes};
use entities::client::reach::Reach;
use entities::officer::manage::{self, NotManaged};
use entities::officer::role::{Role, Where};
use entities::officer::session::has_second_factor;
use entities::officer::table::Model;

use crate::parts::{Check, Choice, Tag, Tone};
use crate::refused::Refused;
use crate::shell::Shell;

/// The word that stands for every controller in a form.
pub const EVERYWHERE: &str = "*";

impl From<NotManaged> for Refused {
    fn from(error: NotManaged) -> Self {
        let text = error.to_string();
        match error {
            NotManaged::NotFound => Problem::not_found("officer").into(),
            NotManaged::OutOfReach => Problem::new(codes::conflict("beyond_your_controllers"), text).into(),
            NotManaged::Oneself => Problem::new(codes::conflict("oneself"), text).into(),
            NotManaged::Store(error) => error.into(),
            _ => Problem::new(codes::CONFLICT, text).into(),
        }
    }
}

/// Whether an officer can sign in, and what is missing if not.
#[must_use]
pub fn standing(s: &Shell, row: &Model) -> Tag {
    let (tone, word) = match (row.disabled_at, row.signed_in_at, &row.password_hash, has_second_factor(row)) {
        (Some(_), ..) => (Tone::Quiet, "disabled"),
        // Whoever signs in by the organisation's provider has no password here.
        (None, None, None, _) => (Tone::Warn, "invited"),
        (None, _, Some(_), false) => (Tone::Warn, "no-second-factor"),
        _ => (Tone::Good, "active"),
    };
    Tag::new(tone, s.word("officer-standing", word))
}

/// What a place is called.
#[must_use]
pub fn place(s: &Shell, place: Where) -> String {
    match place {
        Where::Everywhere => s.t("account-everywhere"),
        Where::At(controller) => s.controller_name(controller),
    }
}

/// A place as an address names it.
#[must_use]
pub fn place_word(s: &Shell, place: Where) -> Option<String> {
    match place {
        Where::Everywhere => Some(EVERYWHERE.to_owned()),
        Where::At(controller) => s.controllers.get(&controller).map(|row| row.slug.clone()),
    }
}

/// The place of this word, if whoever asks manages it.
#[must_use]
pub fn read_place(s: &Shell, by: &Reach, word: &str) -> Option<Where> {
    let found = match word {
        EVERYWHERE => Some(Where::Everywhere),
        slug => s.controllers.values().find(|row| row.slug == slug).map(|row| Where::At(row.id)),
    };
    found.filter(|place| manage::covers(by, *place))
}

/// The places that whoever asks manages, to choose one.
#[must_use]
pub fn places(s: &Shell, by: &Reach, chosen: &str) -> Vec<Choice> {
    let mut managed: Vec<_> = s.controllers.values().filter(|row| by.covers(row.id)).collect();
    managed.sort_by(|a, b| a.name.cmp(&b.name));
    let mut all: Vec<_> = managed.into_iter().map(|row| (row.slug.clone(), row.name.clone())).collect();
    if manage::covers(by, Where::Everywhere) {
        all.push((EVERYWHERE.to_owned(), s.t("account-everywhere")));
    }
    all.into_iter().map(|(value, label)| Choice { is_chosen: value == chosen, value, label }).collect()
}

/// The roles, each with what it may do.
#[must_use]
pub fn role_checks(s: &Shell, chosen: &[Role]) -> Vec<Check> {
    let check = |role: &Role| Check {
        value: role.as_str().to_owned(),
        label: s.word("role", role.as_str()),
        hint: s.word("role-help", role.as_str()),
        is_chosen: chosen.contains(role),
    };
    Role::ALL.iter().map(check).collect()
}

/// The roles that a form names; what is none is left out.
#[must_use]
pub fn read_roles(words: &[String]) -> Vec<Role> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}
