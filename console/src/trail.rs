//! What happened to a request, as pages tell it.

use api::reveal::Look;
use entities::event::table::Model;
use entities::request::decide;
use serde_json::Value;

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
    /// What else is written down of it, which holds nothing of the person: names and values.
    pub detail: Vec<(String, String)>,
}

impl Line {
    /// The line of an event.
    ///
    /// # Errors
    /// Words that people wrote do not open.
    pub fn of(s: &Shell, dates: &Dates, people: &People, look: &Look, row: &Model) -> Result<Self, Refused> {
        let data: Value = serde_json::from_str(&row.data).map_err(Refused::internal)?;
        let reason = match look.clear_key()? {
            Some(key) => decide::reason(key, look.request.id, &data)?,
            None => None,
        };
        let told = data.as_object().into_iter().flatten();
        let told = told.filter(|(name, value)| *name != "reason_sealed" && !value.is_null());
        Ok(Self {
            what: s.w.known("event", &row.kind).unwrap_or_else(|| row.kind.clone()),
            who: people.actor(row.actor_kind, &row.actor),
            when: dates.minute(row.at),
            has_hidden_words: reason.is_none() && data.get("reason_sealed").is_some(),
            reason,
            detail: told.map(|(name, value)| (name.replace('_', " "), text(value))).collect(),
        })
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
