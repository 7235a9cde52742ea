//! How an identifier is understood: shown while it is typed, and once more on the page to check.

use entities::controller::table::Model as Controller;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;

use super::draft::Draft;
use super::fault;
use crate::shell::Shell;

/// An identifier, as it was typed and as it was understood.
pub struct Understood {
    /// Its row on the form.
    pub row: String,
    /// Of which kind it is.
    pub kind: String,
    /// As it was typed.
    pub typed: String,
    /// As it is searched for; or what is wrong with it.
    pub read: Result<String, String>,
}

impl Understood {
    /// Whether it is searched for as something else than was typed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.read.as_ref().is_ok_and(|read| *read != self.typed)
    }
}

/// The rows that a kind is chosen for and something stands in, read as filing them would.
pub fn all(s: &Shell, draft: &Draft, controller: Option<&Controller>) -> Vec<Understood> {
    let region = controller.and_then(|row| row.region.as_deref());
    let one = |(at, kind, typed): (usize, &str, &str)| {
        let kind = kind.parse::<IdentifierKind>().ok()?;
        let read = normalise(kind, typed, region).map(|read| read.value);
        Some(Understood {
            row: s.with("new-row", "number", at + 1),
            kind: s.word("identifier", kind.as_str()),
            typed: typed.to_owned(),
            read: read.map_err(|why| fault::says(s, "value", why.code).unwrap_or(why.reason)),
        })
    };
    draft.identifiers().filter_map(one).collect()
}
