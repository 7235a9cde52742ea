//! The tickets of one system: as its API shows them, with their comments and what was written.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// A comment.
#[derive(Debug, Clone, Serialize)]
pub struct Comment {
    /// Its number, from 1.
    pub id: u64,
    /// Its body, in the system's own form.
    pub body: Value,
    /// Whether the requester sees it.
    pub public: bool,
    /// When it was made.
    pub at: String,
}

/// A ticket.
#[derive(Debug, Clone, Serialize)]
pub struct Ticket {
    /// As the API shows it, but for what is computed.
    pub native: Value,
    /// Oldest first.
    pub comments: Vec<Comment>,
    /// Takes no more changes, where the system knows that.
    pub closed: bool,
    /// Is not there any more.
    pub deleted: bool,
    /// Last change, in milliseconds of Unix time.
    pub updated_ms: i64,
    /// When that was written down, where the system lists by that: later, if it took its time.
    pub written_ms: i64,
}

/// One thing that was written.
#[derive(Debug, Clone, Serialize)]
pub struct Written {
    /// Number over the whole server, from 1; set when the call ends.
    pub seq: u64,
    /// The system.
    pub system: &'static str,
    /// The ticket.
    pub ticket: String,
    /// `field`, `status` or `comment`.
    pub what: &'static str,
    /// What was written.
    pub value: Value,
    /// Whether the requester sees it; only of comments.
    pub public: bool,
}

/// One system's tickets.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The system.
    pub system: &'static str,
    /// By the id that the API knows them by.
    pub tickets: BTreeMap<String, Ticket>,
    /// Now, in milliseconds of Unix time.
    pub now_ms: i64,
    /// Everything written.
    pub written: Vec<Written>,
    /// Tokens handed out so far, where the system hands any out.
    pub tokens: u32,
    comments: u64,
}

impl Desk {
    /// With these tickets, at this instant.
    pub fn new(system: &'static str, now_ms: i64, tickets: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let ticket = |native| Ticket {
            native,
            comments: Vec::new(),
            closed: false,
            deleted: false,
            updated_ms: now_ms,
            written_ms: now_ms,
        };
        let tickets = tickets.into_iter().map(|(id, native)| (id.to_owned(), ticket(native))).collect();
        Self { system, tickets, now_ms, written: Vec::new(), tokens: 0, comments: 0 }
    }

    /// A ticket that is there.
    pub fn live(&self, id: &str) -> Option<&Ticket> {
        self.tickets.get(id).filter(|ticket| !ticket.deleted)
    }

    /// The tickets that are there and changed at or after an instant, oldest change first.
    pub fn changed(&self, since_ms: i64) -> Vec<(&String, &Ticket)> {
        let mut all: Vec<_> = self.tickets.iter().filter(|(_, it)| !it.deleted && it.updated_ms >= since_ms).collect();
        all.sort_by_key(|(id, ticket)| (ticket.updated_ms, *id));
        all
    }

    /// Changes a ticket by a closure on what the API shows, and notes what was written.
    pub fn write(&mut self, id: &str, what: &'static str, value: Value, change: impl FnOnce(&mut Value)) {
        self.now_ms += 1000;
        if let Some(ticket) = self.tickets.get_mut(id) {
            change(&mut ticket.native);
            ticket.updated_ms = self.now_ms;
            ticket.written_ms = self.now_ms;
            let ticket = id.to_owned();
            self.written.push(Written { seq: 0, system: self.system, ticket, what, value, public: false });
        }
    }

    /// Adds a comment. Its number.
    pub fn comment(&mut self, id: &str, body: Value, public: bool) -> u64 {
        self.now_ms += 1000;
        self.comments += 1;
        let comment = Comment { id: self.comments, body: body.clone(), public, at: iso(self.now_ms) };
        if let Some(ticket) = self.tickets.get_mut(id) {
            ticket.comments.push(comment);
            ticket.updated_ms = self.now_ms;
            ticket.written_ms = self.now_ms;
            let ticket = id.to_owned();
            self.written.push(Written { seq: 0, system: self.system, ticket, what: "comment", value: body, public });
        }
        self.comments
    }
}

/// `2026-03-02T09:14:55Z`.
pub fn iso(ms: i64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2026-03-02 09:14:55`.
pub fn plain(ms: i64) -> String {
    at(ms).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Milliseconds of an instant in text; of anything else, the beginning of time.
pub fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().map_or(0, Timestamp::as_millisecond)
}

/// An instant.
pub fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Puts members into an object.
pub fn merge(into: &mut Value, members: &Value) {
    for (name, value) in members.as_object().into_iter().flatten() {
        into[name] = value.clone();
    }
}

/// A number of an id in text, or null.
pub fn number(id: &str) -> Value {
    id.parse::<u64>().map_or(Value::Null, |number| json!(number))
}
