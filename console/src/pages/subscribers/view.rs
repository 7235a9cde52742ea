//! What the pages about subscribers say alike.

use entities::announcement::kind::DeliveryState;
use entities::subscriber::table::Model;

use crate::parts::{Tag, Tone};
use crate::shell::Shell;

/// Whether a subscriber takes what it is told.
#[must_use]
pub fn health(s: &Shell, row: &Model) -> Tag {
    let (tone, word) = match (row.disabled_at, row.failing_since(s.now)) {
        (Some(_), _) => (Tone::Quiet, "disabled"),
        (None, Some(_)) => (Tone::Alarm, "failing"),
        (None, None) => (Tone::Good, "active"),
    };
    Tag::new(tone, s.word("subscriber-state", word))
}

/// What it is called: what it is, or where it is.
#[must_use]
pub fn name(row: &Model) -> String {
    if row.description.is_empty() { row.host.clone() } else { row.description.clone() }
}

/// What it is told, in words.
#[must_use]
pub fn told(s: &Shell, row: &Model) -> Vec<String> {
    let words: Vec<_> = row.wanted().map(|kind| s.word("told", kind.as_str())).collect();
    if words.is_empty() { vec![s.t("subscriber-everything")] } else { words }
}

/// What became of a message.
#[must_use]
pub fn delivery(s: &Shell, state: DeliveryState) -> Tag {
    let tone = match state {
        DeliveryState::Waiting => Tone::Info,
        DeliveryState::Delivered => Tone::Good,
        DeliveryState::Failed => Tone::Alarm,
        DeliveryState::Abandoned => Tone::Quiet,
    };
    Tag::new(tone, s.word("delivery", state.as_str()))
}
