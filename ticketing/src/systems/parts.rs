//! Small parts of tickets that all systems have: ids, instants, pages by time.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use crate::mapping::instant;
use crate::system::{Cursor, Happened, Mention, Page};

/// Comments are looked through as far as this, a hundred a page.
pub(super) const COMMENT_PAGES: usize = 10;

/// Of a system without settings of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoOptions {}

impl Mention {
    /// One of a listing, which tells what a ticket is and not who changed it.
    pub(super) fn listed(ticket: String, updated_at: Option<Timestamp>, document: Option<Value>) -> Self {
        let occurred_at = updated_at;
        let happened = Happened::Changed;
        Self { ticket, account: None, happened, actor: None, occurred_at, updated_at, document }
    }
}

/// The last change among these, or where the cursor was.
pub(super) fn latest(cursor: &Cursor, mentions: &[Mention]) -> Timestamp {
    mentions.iter().filter_map(|it| it.updated_at).max().map_or(cursor.since, |last| last.max(cursor.since))
}

/// Whether two names that people gave are the same, whatever their case.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// An id as text. Ids become parts of addresses and queries, so only what no query gives a meaning passes.
pub(super) fn id(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) if number.is_u64() => number.to_string(),
        _ => return None,
    };
    is_id(&text).then_some(text)
}

/// Whether a text can be an id: letters, digits, `-` and `_`.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// An account's id or name as text.
pub(super) fn actor(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text.len() <= 255),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// An instant, if it is one; a time without zone is UTC.
pub(super) fn instant(value: Option<&Value>) -> Option<Timestamp> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    instant::read(&text, Some(&TimeZone::UTC)).ok()
}

/// The page after a whole listing by time, oldest first. Each page asks anew from the last change seen, because a ticket
/// that changes between two pages moves to the end and would pull another one past us; only where a whole page has one
/// instant, the token counts pages within it.
pub(super) fn page_by_time(cursor: &Cursor, mentions: Vec<Mention>, full: bool) -> Page {
    let since = latest(cursor, &mentions);
    let token = (full && since == cursor.since).then(|| (number(cursor) + 1).to_string());
    Page { mentions, next: Cursor { since, token }, more: full }
}

/// Which page within one instant, from 0.
pub(super) fn number(cursor: &Cursor) -> u32 {
    cursor.token.as_deref().and_then(|token| token.parse().ok()).unwrap_or(0)
}

/// Plain text as HTML.
pub(super) fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            c => html.push(c),
        }
    }
    html
}
