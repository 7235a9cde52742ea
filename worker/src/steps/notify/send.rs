//! One call of a subscriber. Only the status of the answer counts: its body is not kept, and hardly read.

use std::time::{Duration, Instant};

use egress::client::{Client, is_refused};
use entities::announcement::delivery::Ended;
use entities::announcement::kind::Failure;
use entities::crash;
use entities::time::At;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::{Method, Response, header};

use super::schedule::Failed;

/// So much of an answer is let in, for the sake of servers that will not end without; what is longer is cut.
const READ_AT_MOST: usize = 20 << 10;

/// And for no longer than this.
const READ_FOR: Duration = Duration::from_secs(2);

/// The answer of a subscriber that wants nothing any more.
const GONE: u16 = 410;

/// What is sent.
pub struct Message<'a> {
    /// Where to.
    pub url: &'a str,
    /// The headers that sign it.
    pub headers: [(&'static str, String); 3],
    /// The body, byte for byte as it was signed.
    pub body: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How the attempt ended.
    pub ended: Ended,
    /// How long the answer asks us to wait.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// How it failed; none if it did not.
    #[must_use]
    pub fn failed(&self) -> Option<Failed> {
        let Ended { status, failure, .. } = self.ended;
        failure.map(|failure| Failed { failure, status, retry_after: self.retry_after })
    }

    /// Whether the subscriber says that it is gone for good.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.ended.status == Some(GONE)
    }
}

/// Sends it, and waits for the answer no longer than `patience`. `now` reads instants that the answer names.
pub async fn send(client: &Client, message: Message<'_>, patience: Duration, now: At) -> Answer {
    let begun = Instant::now();
    crash::point();
    let result = call(client, message, patience).await;
    crash::point();
    let (status, failure, retry_after) = match result {
        Ok(response) => {
            let (status, wait) = (response.status().as_u16(), retry_after(&response, now));
            let left = patience.saturating_sub(begun.elapsed()).min(READ_FOR);
            // Whether it ends or not, the status has been said.
            let _ = tokio::time::timeout(left, read(response)).await;
            (Some(status), judged(status), wait)
        }
        Err(failure) => (None, Some(failure), None),
    };
    let took_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    Answer { ended: Ended { took_ms, status, failure }, retry_after }
}

async fn call(client: &Client, message: Message<'_>, patience: Duration) -> Result<Response, Failure> {
    // An address that was good when it was set up may not be any more: the operator's list has changed.
    let mut call = client.request(Method::POST, message.url).map_err(|_| Failure::AddressRefused)?;
    for (name, value) in message.headers {
        call = call.header(name, value);
    }
    let call = call.header(header::CONTENT_TYPE, "application/json").body(message.body).timeout(patience);
    call.send().await.map_err(|error| match error {
        error if error.is_timeout() => Failure::Timeout,
        error if is_refused(&error) => Failure::AddressRefused,
        _ => Failure::NoConnection,
    })
}

/// Only 2xx is success. A redirect is a failure: it is not followed, or a subscriber could send us anywhere.
fn judged(status: u16) -> Option<Failure> {
    match status {
        200..=299 => None,
        300..=399 => Some(Failure::Redirect),
        _ => Some(Failure::Status),
    }
}

async fn read(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(piece)) = response.chunk().await {
        read += piece.len();
        if read >= READ_AT_MOST {
            return;
        }
    }
}

/// `Retry-After`: seconds, or an instant (RFC 9110 §10.2.3).
fn retry_after(response: &Response, now: At) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let at = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(At::from(at).since(now))
}
