//! From an identifier as somebody typed it to the two forms we use: the one the platform is asked for, and the one that is
//! hashed for look-ups.
//!
//! Two values that are not surely the same are never made the same: no `+tag` and no dots are taken out of a mailbox,
//! ids stay as they are. The cost of a missed match is a question to an officer; the cost of a false one is the erasure of
//! somebody else. Lengths are our own limits (the platform publishes none), generous for people and firm against abuse.

mod characters;
mod email;
mod phone;

use std::fmt;

use crate::identifier::IdentifierKind;
use characters::{Hidden, fold};

/// An identifier in the forms we work with. `Debug` shows its kind alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Normalised {
    /// What sort of identifier.
    pub kind: IdentifierKind,
    /// What the platform is asked for. Normalising it again changes nothing.
    pub value: String,
    /// What is hashed to find the same identifier again: case-folded where case means nothing.
    pub lookup: String,
}

impl fmt::Debug for Normalised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Normalised").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Why a value cannot be used. Neither field ever contains the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotNormal {
    /// A stable word for programs.
    pub code: &'static str,
    /// A sentence for whoever typed it.
    pub reason: String,
}

impl NotNormal {
    fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

/// Normalises one identifier.
///
/// `region` is the country whose national telephone numbers may come without a country code, by ISO 3166, as `DE` or a part
/// of one as `DE-BY`; a number that starts with `+` ignores it.
///
/// Rules for all kinds: NFC; white space and invisible characters are trimmed at both ends, where they are leftovers of
/// copying. Inside, control characters and bidirectional overrides are refused. Other invisible characters are kept in a
/// name or an address where a script needs them, dropped from a telephone number, and refused anywhere else, where they
/// would make two identifiers that look alike.
pub fn normalise(kind: IdentifierKind, raw: &str, region: Option<&str>) -> Result<Normalised, NotNormal> {
    use IdentifierKind as K;
    let (value, lookup) = match kind {
        K::Name => text(raw, 255, char::is_alphabetic, "a letter")?,
        K::Address => text(raw, 500, char::is_alphanumeric, "a letter or a digit")?,
        K::Email => email::normalise(raw)?,
        K::Phone => same(phone::normalise(raw, region)?),
        K::Whatsapp if phone::looks_like(raw) => same(phone::normalise(raw, region)?),
        K::Twitter | K::Instagram | K::Facebook => handle(raw)?,
        // Made by machines, and case tells one from another.
        K::AppleMessages | K::Whatsapp | K::ExternalId => same(id(raw)?),
        K::UserId | K::ExternalContactId => same(platform_id(&id(raw)?)?),
        K::DialerContactId => same(dialer_contact_id(raw)?),
    };
    Ok(Normalised { kind, value, lookup })
}

fn same(value: String) -> (String, String) {
    (value.clone(), value)
}

fn at_most(value: &str, characters: usize) -> Result<(), NotNormal> {
    if value.chars().count() > characters {
        return Err(NotNormal::new("too_long", format!("at most {characters} characters")));
    }
    Ok(())
}

/// A name or an address: inner white space, line breaks included, becomes single spaces.
fn text(raw: &str, longest: usize, needed: fn(char) -> bool, what: &str) -> Result<(String, String), NotNormal> {
    let value = characters::clean(raw, Hidden::KeepJoiners)?;
    at_most(&value, longest)?;
    if !value.chars().any(needed) {
        return Err(NotNormal::new("nothing_readable", format!("needs at least {what}")));
    }
    // A joiner may have stood alone between two spaces.
    let lookup = characters::single_spaced(&fold(&characters::without_joiners(&value)));
    Ok((value, lookup))
}

fn handle(raw: &str) -> Result<(String, String), NotNormal> {
    let cleaned = characters::clean(raw, Hidden::Refuse)?;
    let value = cleaned.trim_start_matches('@');
    if value.is_empty() {
        return Err(NotNormal::new("empty", "is empty"));
    }
    at_most(value, 255)?;
    if value.contains(char::is_whitespace) {
        return Err(NotNormal::new("has_space", "a handle has no spaces"));
    }
    if value.contains(['/', '@']) {
        return Err(NotNormal::new("not_a_handle", "the handle alone, not a page address or a mailbox"));
    }
    Ok((value.to_owned(), fold(value)))
}

fn id(raw: &str) -> Result<String, NotNormal> {
    let value = characters::clean(raw, Hidden::Refuse)?;
    at_most(&value, 255)?;
    if value.contains(char::is_whitespace) {
        return Err(NotNormal::new("has_space", "an id has no spaces"));
    }
    Ok(value)
}

/// Platform ids become parts of a URL path. They are UUIDs today, to be taken as opaque (contract §2.4), so only what
/// would leave its path segment is refused.
fn platform_id(value: &str) -> Result<String, NotNormal> {
    let outside = |c: char| !c.is_ascii_graphic() || matches!(c, '/' | '\\' | '?' | '#' | '%');
    if value.contains(outside) || value.chars().all(|c| c == '.') {
        return Err(NotNormal::new("id_characters", "not an id of the platform"));
    }
    Ok(value.to_owned())
}

fn dialer_contact_id(raw: &str) -> Result<String, NotNormal> {
    let form = || NotNormal::new("dialer_contact_form", "written as <contact list id>/<contact id>");
    let value = characters::clean(raw, Hidden::Refuse)?;
    let (list, contact) = value.split_once('/').ok_or_else(form)?;
    if list.is_empty() || contact.is_empty() {
        return Err(form());
    }
    Ok(format!("{}/{}", platform_id(&id(list)?)?, id(contact)?))
}
