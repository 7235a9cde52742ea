//! The journal: what was called, how it ended, and what it made; read by tests to count the platform's calls.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::{Value, json};

use crate::faults::FaultName;

/// Older entries fall out beyond this many, so that a bench does not grow without end.
const KEPT: usize = 200_000;

/// One call, as `GET /sandbox/journal` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Position in the journal, from 1.
    pub seq: u64,
    /// Name of the route, as in the counters.
    pub route: &'static str,
    /// HTTP method.
    pub method: String,
    /// What was answered; none when the connection was dropped.
    pub status: Option<u16>,
    /// Sandbox clock, ISO-8601.
    pub at: String,
    /// Real milliseconds since the sandbox started.
    pub real_ms: u64,
    /// The OAuth client, where the token or the login names one.
    pub client: Option<String>,
    /// Subject key of the call, where it concerns one.
    pub subject: Option<String>,
    /// The fault that shaped the answer.
    pub fault: Option<&'static str>,
    /// The correlation id that went out.
    pub correlation_id: String,
}

/// Counters and journal in one place, since one call moves both.
#[derive(Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    next: u64,
    calls: BTreeMap<&'static str, u64>,
    statuses: BTreeMap<u16, u64>,
    limited_by_rate: u64,
    limited_by_fault: u64,
    created: BTreeMap<(&'static str, String, &'static str), u64>,
    downloads: u64,
    tokens_issued: u64,
    authorization_at_storage: u64,
}

impl Journal {
    /// Adds a call; its `seq` is set here.
    pub fn record(&mut self, mut entry: Entry) {
        self.next += 1;
        entry.seq = self.next;
        *self.calls.entry(entry.route).or_default() += 1;
        if let Some(status) = entry.status {
            *self.statuses.entry(status).or_default() += 1;
            if status == 429 {
                match entry.fault {
                    Some(fault) if fault == FaultName::RateStorm.word() => self.limited_by_fault += 1,
                    _ => self.limited_by_rate += 1,
                }
            }
        }
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Counts a row of the request table by type, subject key and who made it.
    pub fn created(&mut self, request_type: &'static str, subject: &str, origin: &'static str) {
        *self.created.entry((request_type, subject.to_owned(), origin)).or_default() += 1;
    }

    /// Counts an archive that was handed out.
    pub fn downloaded(&mut self) {
        self.downloads += 1;
    }

    /// Counts a token that was issued.
    pub fn token_issued(&mut self) {
        self.tokens_issued += 1;
    }

    /// Counts an Authorization header that reached the storage, which must never happen.
    pub fn authorization_at_storage(&mut self) {
        self.authorization_at_storage += 1;
    }

    /// The entries after `seq`, oldest first.
    pub fn after(&self, seq: u64) -> Vec<&Entry> {
        let first = self.entries.front().map_or(1, |entry| entry.seq);
        let skip = (seq + 1).saturating_sub(first);
        self.entries.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).collect()
    }

    /// The answer of `GET /sandbox/counters`.
    pub fn counters(&self) -> Value {
        let created: Vec<Value> = self
            .created
            .iter()
            .map(|((request_type, subject, origin), count)| {
                json!({"request_type": request_type, "subject": subject, "origin": origin, "count": count})
            })
            .collect();
        let statuses: BTreeMap<String, u64> =
            self.statuses.iter().map(|(status, n)| (status.to_string(), *n)).collect();
        json!({
            "calls": self.calls,
            "statuses": statuses,
            "limited": {"by_rate": self.limited_by_rate, "by_fault": self.limited_by_fault},
            "created": created,
            "downloads": self.downloads,
            "tokens_issued": self.tokens_issued,
            "authorization_at_storage": self.authorization_at_storage,
            "journal_seq": self.next,
        })
    }
}
