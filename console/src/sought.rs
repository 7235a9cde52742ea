//! What a search looks for: a request's reference, or one thing that is known of a person, exactly.

use resolution::identifier::IdentifierKind;

use crate::parts::Choice;
use crate::shell::Shell;

/// The word for searching by a reference.
pub const REFERENCE: &str = "reference";

/// What can be searched by, the commonest first.
pub const KINDS: [&str; 14] = {
    let mut all = [REFERENCE; 14];
    let mut at = 0;
    while at < IdentifierKind::ALL.len() {
        all[at + 1] = IdentifierKind::ALL[at].as_str();
        at += 1;
    }
    all
};

/// The choice of a kind.
#[must_use]
pub fn choices(s: &Shell, chosen: &str) -> Vec<Choice> {
    let label = |kind: &str| match kind {
        REFERENCE => s.t("search-reference"),
        kind => s.word("identifier", kind),
    };
    let choice = |kind: &&str| Choice { value: (*kind).to_owned(), label: label(kind), is_chosen: *kind == chosen };
    KINDS.iter().map(choice).collect()
}
