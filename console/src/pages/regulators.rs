//! The officers' side of the regulator's room: whom was invited to see what, and what they looked at.

pub mod grant;
pub mod list;
pub mod new;
pub mod one;
mod programs;

use entities::event::table::Model as Event;
use entities::regulator::table::Model as Invitation;
use entities::time::At;
use fluent_bundle::FluentArgs;

use crate::parts::{Tag, Tone};
use crate::shell::Shell;

/// Whether an invitation holds.
fn state(s: &Shell, row: &Invitation) -> Tag {
    match (row.ended_at, row.holds(s.now)) {
        (Some(_), _) => Tag::new(Tone::Quiet, s.t("regulators-ended")),
        (None, true) => Tag::new(Tone::Good, s.t("regulators-holds")),
        (None, false) => Tag::new(Tone::Quiet, s.t("regulators-expired")),
    }
}

/// What a look was at, by what the trail says of it.
fn what(s: &Shell, row: &Event) -> String {
    let data: serde_json::Value = serde_json::from_str(&row.data).unwrap_or_default();
    let word = data.get("what").and_then(serde_json::Value::as_str).unwrap_or(&row.kind);
    s.w.known("regulators-look", word).unwrap_or_else(|| word.to_owned())
}

/// How far it reaches.
fn scope(s: &Shell, row: &Invitation) -> String {
    let dates = s.dates_of(row.controller_id);
    match (row.received_from, row.received_before) {
        (Some(from), Some(before)) => {
            let mut values = FluentArgs::new();
            values.set("from", dates.date(from).to_string());
            values.set("to", dates.date(At(before.0 - 1)).to_string());
            s.w.filled("room-scope-of-period", &values)
        }
        _ => s.word("room-scope", row.scope.as_str()),
    }
}
