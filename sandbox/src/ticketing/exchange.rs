//! A call to a stand-in, and its answer.

use std::collections::HashMap;

use serde_json::Value;

/// A call, read to its end.
#[derive(Debug, Clone)]
pub struct Call {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path below the system's name, in segments.
    pub path: Vec<String>,
    /// The query; of a name that comes twice the last.
    pub query: HashMap<String, String>,
    /// The headers, names in lower case.
    pub headers: HashMap<String, String>,
    /// The body's JSON, or a form as an object; null if there is none.
    pub body: Value,
}

impl Call {
    /// Method and path, for matching.
    pub fn route(&self) -> (&str, Vec<&str>) {
        (&self.method, self.path.iter().map(String::as_str).collect())
    }

    /// A parameter of the query; empty if it is not there.
    pub fn param(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// A number of the query.
    pub fn number(&self, name: &str, otherwise: usize) -> usize {
        self.param(name).parse().unwrap_or(otherwise)
    }

    /// Whether it writes; a search by POST does not.
    pub fn writes(&self) -> bool {
        let last = self.path.last().map_or("", String::as_str);
        let second = self.path.iter().rev().nth(1).map_or("", String::as_str);
        let searches = matches!(last, "search" | "jql" | "token") || (second == "batch" && last == "read");
        self.method != "GET" && !searches
    }

    /// Whether it is about this ticket.
    pub fn is_about(&self, ticket: &str) -> bool {
        let tail = ticket.rsplit('#').next().unwrap_or(ticket);
        self.path.iter().any(|part| part.strip_suffix(".json").unwrap_or(part) == tail)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body; null for none.
    pub body: Value,
}

impl Reply {
    /// Success.
    pub fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    /// Any status.
    pub fn new(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Some rows of many: page `number` (from 0) of `size`, and whether there are more.
pub fn page<T>(rows: Vec<T>, number: usize, size: usize) -> (Vec<T>, bool) {
    let start = number.saturating_mul(size);
    let more = rows.len() > start.saturating_add(size);
    (rows.into_iter().skip(start).take(size).collect(), more)
}
