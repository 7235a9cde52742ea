//! What happened to a request, newest first.

use api::reveal::Look;
use entities::event::table::Model;
use entities::request::decide;

use crate::dates::{Dates, When};
use crate::people::People;
use crate::refused::Refused;
use crate::shell::Shell;

/// One line of the trail.
pub struct Line {
    /// What happened.
    pub what: String,
    /// Who did it.
    pub who: String,
    /// When.
    pub when: When,
    /// Why, in somebody's own words, where they are in the clear.
    pub reason: Option<String>,
    /// Whether there are words that are not shown.
    pub has_hidden_words: bool,
}

/// The lines of these events.
///
/// # Errors
/// Words that people wrote do not open.
pub fn lines(s: &Shell, dates: &Dates, people: &People, look: &Look, events: &[Model]) -> Result<Vec<Line>, Refused> {
    let clear = look.clear_key()?;
    let line = |row: &Model| -> Result<Line, Refused> {
        let data: serde_json::Value = serde_json::from_str(&row.data).map_err(Refused::internal)?;
        let reason = match clear {
            Some(key) => decide::reason(key, look.request.id, &data)?,
            None => None,
        };
        Ok(Line {
            what: s.w.known("event", &row.kind).unwrap_or_else(|| row.kind.clone()),
            who: people.actor(row.actor_kind, &row.actor),
            when: dates.minute(row.at),
            has_hidden_words: reason.is_none() && data.get("reason_sealed").is_some(),
            reason,
        })
    };
    events.iter().rev().map(line).collect()
}
