//! What the pages about sources say alike.

use entities::source::queries::Waiting;
use entities::source::table::Model;
use sources::guide::Guide;
use ticketing::kind::SystemKind;

use crate::parts::{Tag, Tone};
use crate::shell::Shell;

/// How a source does: stopped, kept from its API, waiting for people, or well.
#[must_use]
pub fn health(s: &Shell, row: &Model, waiting: Waiting) -> Tag {
    let (tone, word) = match (row.paused, &row.trouble, waiting.triage + waiting.unreadable) {
        (true, ..) => (Tone::Info, "paused"),
        (false, Some(_), _) => (Tone::Alarm, "troubled"),
        (false, None, 1..) => (Tone::Warn, "waits"),
        (false, None, 0) => (Tone::Good, "well"),
    };
    Tag::new(tone, s.word("source-health", word))
}

/// What the system is called.
#[must_use]
pub fn system(row: &Model) -> String {
    row.system.parse::<SystemKind>().map_or_else(|_| row.system.clone(), |kind| Guide::of(kind).title().to_owned())
}
