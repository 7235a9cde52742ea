//! The paging wrapper around lists (contract §2.4).

use serde::Serialize;

use crate::answers::{Answer, errors};
use crate::call::Call;

/// One page of a list, with links to its neighbours.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing<T> {
    entities: Vec<T>,
    page_size: usize,
    page_number: usize,
    total: usize,
    page_count: usize,
    first_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_uri: Option<String>,
    last_uri: String,
    self_uri: String,
}

/// Which page a call asks for.
#[derive(Debug, Clone, Copy)]
pub struct PageAsked {
    /// Rows a page.
    pub size: usize,
    /// 1 for the first page.
    pub number: usize,
}

impl PageAsked {
    /// Reads `pageSize` (default 25, at most 100) and `pageNumber`. The limit of 100 is the sandbox's choice.
    pub fn of(call: &Call) -> Result<Self, Answer> {
        let number = |name: &str, default: usize| match call.query(name) {
            None => Ok(default),
            Some(text) => text.parse::<usize>().ok().filter(|n| *n >= 1).ok_or_else(|| invalid(name)),
        };
        let asked = Self { size: number("pageSize", 25)?, number: number("pageNumber", 1)? };
        if asked.size > 100 { Err(invalid("pageSize")) } else { Ok(asked) }
    }

    /// Index of the first row of the page.
    pub fn skip(self) -> usize {
        self.size.saturating_mul(self.number - 1)
    }

    /// Wraps `entities`, which are this page of `total` rows under `path` (with its query, if any, but without paging).
    pub fn wrap<T>(self, path: &str, entities: Vec<T>, total: usize) -> Listing<T> {
        let pages = total.div_ceil(self.size).max(1);
        let joint = if path.contains('?') { '&' } else { '?' };
        let uri = |number: usize| format!("{path}{joint}pageSize={}&pageNumber={number}", self.size);
        Listing {
            entities,
            page_size: self.size,
            page_number: self.number,
            total,
            page_count: pages,
            first_uri: uri(1),
            previous_uri: (self.number > 1).then(|| uri(self.number - 1)),
            next_uri: (self.number < pages).then(|| uri(self.number + 1)),
            last_uri: uri(pages),
            self_uri: uri(self.number),
        }
    }
}

fn invalid(name: &str) -> Answer {
    errors::error(400, "invalid.query.param.value", format!("Value is not valid for query parameter [{name}]"))
}
