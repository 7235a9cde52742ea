//! One call from asking to answer: token, slot, send, read, and again where that is safe.
//!
//! The order matters. The token comes before the slot, so that a slot is not spent waiting for a token; and once more
//! after it, because waiting for the slot may have outlived the token.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::{Method, RequestBuilder, Response, header};
use secrecy::ExposeSecret;
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use crate::{
    error::{CorrelationId, PlatformError},
    platform::Platform,
    refusal,
    token::Token,
    traffic::{Call, Reading},
};

/// Answers larger than this are not read to their end.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Refusals larger than this tell nothing that we could use.
const REFUSAL_BYTES_MAX: usize = 256 * 1024;
/// How often a repeatable call is made again after a failure that may pass.
const REPEATS_MAX: u32 = 2;
/// The pause before the first repeat; it doubles, and a random half is added or taken.
const PAUSE: Duration = Duration::from_millis(200);

/// A call to be made.
pub(crate) struct Ask {
    pub(crate) call: Call,
    method: Method,
    pub(crate) url: Url,
    body: Option<Bytes>,
}

impl Ask {
    pub(crate) fn get(call: Call, url: Url) -> Self {
        Self { call, method: Method::GET, url, body: None }
    }

    pub(crate) fn delete(call: Call, url: Url) -> Self {
        Self { call, method: Method::DELETE, url, body: None }
    }

    pub(crate) fn post(call: Call, url: Url, body: &impl Serialize) -> Self {
        // Our own bodies are structs with string keys, for which writing JSON cannot fail.
        let body = serde_json::to_vec(body).map(Bytes::from).unwrap_or_default();
        Self { call, method: Method::POST, url, body: Some(body) }
    }

    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }
}

/// An answer read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) correlation: Option<CorrelationId>,
    /// How long the answer asks us to stay away; always set with 429.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Platform {
    /// Makes a call and reads its JSON.
    pub(crate) async fn read<T: DeserializeOwned>(&self, ask: Ask) -> Result<T, PlatformError> {
        let answer = self.ask(&ask).await?;
        serde_json::from_slice(&answer.body).map_err(|error| unreadable(ask.call, &answer, &error))
    }

    /// Makes a call until it is answered with success, fails for good, or has been repeated enough.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Answer, PlatformError> {
        let mut token_refused = false;
        let mut repeats = 0;
        loop {
            self.token().await?;
            self.inner.traffic.before(ask.call).await?;
            let token = self.token().await?;
            let error = match self.exchange(ask.call, self.authorised(ask, &token)).await {
                Ok(answer) if answer.is_success() => return Ok(answer),
                Ok(answer) if answer.status == 401 && !token_refused && refusal::blames_token(&answer) => {
                    token_refused = true;
                    self.inner.tokens.discard(&token);
                    continue;
                }
                Ok(answer) => refusal::read(ask.call, &answer),
                Err(error) => error,
            };
            if !ask.call.is_repeatable() || !may_repeat(repeats, &error) {
                return Err(error);
            }
            tokio::time::sleep(pause(repeats, error.retry_after())).await;
            repeats += 1;
        }
    }

    pub(crate) fn authorised(&self, ask: &Ask, token: &Token) -> RequestBuilder {
        let mut request = self
            .inner
            .http
            .client
            .request(ask.method.clone(), ask.url.clone())
            .timeout(self.inner.http.overall)
            .bearer_auth(token.secret.expose_secret())
            .header(header::ACCEPT, "application/json");
        if let Some(body) = &ask.body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        request
    }

    /// Sends once and reads the answer to its end, whatever its status. The traffic rule has granted the slot already.
    pub(crate) async fn exchange(&self, call: Call, request: RequestBuilder) -> Result<Answer, PlatformError> {
        let started = Instant::now();
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                self.heard(call, None, None, started).await;
                return Err(broken(call, None, None, error));
            }
        };
        let status = response.status().as_u16();
        let correlation = correlation(&response);
        let body = bounded_body(&mut response, ANSWER_BYTES_MAX).await;
        let retry_after = refusal::retry_after(&response, body.as_deref().unwrap_or_default());
        self.heard(call, Some(&response), retry_after, started).await;
        match body {
            Ok(body) => Ok(Answer { status, correlation, retry_after, body }),
            Err(Unread::TooLarge) if call.is_repeatable() => Err(PlatformError::TooLarge { correlation }),
            Err(Unread::TooLarge) => Err(PlatformError::LostAnswer { status: Some(status), correlation, source: None }),
            Err(Unread::Broken(error)) => Err(broken(call, Some(status), correlation, error)),
        }
    }

    /// Tells the traffic rule and the log how a call went. Neither learns more than names and numbers.
    pub(crate) async fn heard(
        &self,
        call: Call,
        response: Option<&Response>,
        retry_after: Option<Duration>,
        started: Instant,
    ) {
        let elapsed = started.elapsed();
        let number = |name: &str| response.and_then(|response| refusal::number(response.headers(), name));
        let reading = Reading {
            status: response.map(|response| response.status().as_u16()),
            count: number("inin-ratelimit-count"),
            allowed: number("inin-ratelimit-allowed"),
            reset: number("inin-ratelimit-reset").map(Duration::from_secs),
            retry_after,
            elapsed,
        };
        tracing::debug!(
            call = call.as_str(),
            status = reading.status,
            elapsed_ms = elapsed.as_millis() as u64,
            correlation_id = response.and_then(correlation).as_ref().map(CorrelationId::as_str),
            "platform call"
        );
        self.inner.traffic.after(call, &reading).await;
    }
}

/// The platform's id of the call; the newer header name comes first (contract §2.1).
pub(crate) fn correlation(response: &Response) -> Option<CorrelationId> {
    ["genesys-correlation-id", "inin-correlation-id"]
        .iter()
        .find_map(|name| CorrelationId::parse(response.headers().get(*name)?.to_str().ok()?))
}

/// Sorts a transport failure: what never left us never happened, and what is safe to repeat does not matter.
pub(crate) fn broken(
    call: Call,
    status: Option<u16>,
    correlation: Option<CorrelationId>,
    error: reqwest::Error,
) -> PlatformError {
    let never_sent = error.is_connect() || error.is_builder();
    let source = Some(Arc::new(error.without_url()));
    if never_sent || call.is_repeatable() {
        PlatformError::PlatformDown { status, wait: None, correlation, source }
    } else {
        PlatformError::LostAnswer { status, correlation, source }
    }
}

/// A body that does not parse. The parser's own words may quote the body, so only the place is kept.
pub(crate) fn unreadable(call: Call, answer: &Answer, error: &serde_json::Error) -> PlatformError {
    let correlation = answer.correlation.clone();
    if call.is_repeatable() {
        PlatformError::Unreadable { line: error.line(), column: error.column(), correlation }
    } else {
        PlatformError::LostAnswer { status: Some(answer.status), correlation, source: None }
    }
}

/// How long to pause before repeat number `repeats`, never shorter than the platform asked for.
pub(crate) fn pause(repeats: u32, asked: Option<Duration>) -> Duration {
    let base = PAUSE * 2_u32.pow(repeats);
    base.mul_f64(rand::random_range(0.5..1.5)).max(asked.unwrap_or_default())
}

/// Whether a repeatable call may be made once more.
pub(crate) fn may_repeat(repeats: u32, error: &PlatformError) -> bool {
    repeats < REPEATS_MAX && error.is_passing()
}

/// The body of a refusal, or nothing: it is only read for its codes.
pub(crate) async fn small_body(response: &mut Response) -> Vec<u8> {
    bounded_body(response, REFUSAL_BYTES_MAX).await.unwrap_or_default()
}

enum Unread {
    TooLarge,
    Broken(reqwest::Error),
}

async fn bounded_body(response: &mut Response, bytes_max: usize) -> Result<Vec<u8>, Unread> {
    if response.content_length().is_some_and(|length| length > bytes_max as u64) {
        return Err(Unread::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(Unread::Broken)? {
        if body.len() + piece.len() > bytes_max {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
