//! Answers before they become HTTP: status, headers and body, without correlation id and rate headers.

pub mod errors;
pub mod listing;

use serde::Serialize;

use self::errors::ErrorBody;

/// What a route says.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// What goes out as the body.
    pub body: Body,
    /// Headers of this answer alone.
    pub headers: Vec<(&'static str, String)>,
}

/// The body of an answer.
#[derive(Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A finished JSON document.
    Json(Vec<u8>),
    /// An error, which still lacks the correlation id it repeats.
    Error(Box<ErrorBody>),
}

impl Answer {
    /// 200 with a JSON body.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::json(200, body)
    }

    /// Any status with a JSON body.
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => Self { status, body: Body::Json(bytes), headers: Vec::new() },
            Err(_) => errors::internal(),
        }
    }

    /// A status alone.
    pub fn empty(status: u16) -> Self {
        Self { status, body: Body::Empty, headers: Vec::new() }
    }

    /// The same answer with one header more.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
