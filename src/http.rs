//! The client of our own HTTP API: one token, honest waiting, and repeats only where repeating is safe.
//!
//! A POST is repeated after a lost answer only under an idempotency key, so that nothing is filed or decided twice.

pub mod server;

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Method, Response, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use url::{Host, Url};
use uuid::Uuid;

/// How often a call is tried again after 429 or a failure on the way.
const REPEATS: u32 = 5;
/// The longest wait that is kept to; who asks for more is told to come back later.
const WAIT_MAX: Duration = Duration::from_secs(120);

/// The API, as one client sees it.
pub struct Api {
    http: reqwest::Client,
    base: Url,
    client_id: String,
    client_secret: SecretString,
    token: Mutex<Option<SecretString>>,
}

/// What the API refuses, as it says it (RFC 9457).
#[derive(Debug, Clone, Default, Deserialize, thiserror::Error)]
#[serde(default)]
#[error("{}", self.sentence())]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What kind of problem it is.
    pub title: String,
    /// What is wrong this time.
    pub detail: String,
    /// The field at fault.
    pub field: Option<String>,
    /// Every field at fault.
    pub errors: Vec<FieldProblem>,
    /// What would have been understood.
    pub known: Vec<String>,
}

/// One field at fault.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FieldProblem {
    /// Which.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    /// The detail, and whatever else the server says that the detail does not.
    fn sentence(&self) -> String {
        let mut text = if self.detail.is_empty() { self.title.clone() } else { self.detail.clone() };
        for error in self.errors.iter().filter(|error| !self.detail.contains(&error.detail)) {
            text.push_str(&format!("\n  - {}: {}", error.field, error.detail));
        }
        if let Some(field) = &self.field
            && !text.contains(field.as_str())
        {
            text = format!("{field}: {text}");
        }
        if self.known.iter().any(|known| !text.contains(known.as_str())) {
            text.push_str(&format!("; known are {}", self.known.join(", ")));
        }
        format!("{text} [{} {}]", self.status, self.code)
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NotGranted {
    error: String,
    error_description: String,
}

/// One call.
struct Call<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'a str, String)],
    body: Option<&'a Value>,
    if_match: Option<i64>,
    key: Option<String>,
}

impl Api {
    /// A client of the API at `base`. No call is made yet.
    ///
    /// # Errors
    /// The address would carry the secret in the clear, or the HTTP stack cannot be built.
    pub fn new(base: Url, client_id: String, client_secret: SecretString, plain: bool) -> anyhow::Result<Self> {
        if !plain && base.scheme() != "https" && !is_this_machine(&base) {
            bail!("{base} would carry the client's secret in the clear; use https, or say --allow-plain-http");
        }
        let http = reqwest::Client::builder()
            .user_agent(concat!("dsr/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("the HTTP client cannot be built; are CA certificates installed?")?;
        Ok(Self { http, base, client_id, client_secret, token: Mutex::new(None) })
    }

    /// Reads something.
    ///
    /// # Errors
    /// The API does not answer, or says no ([`Problem`]).
    pub async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> anyhow::Result<T> {
        let call = Call { method: Method::GET, path, query, body: None, if_match: None, key: None };
        read(self.send(&call).await?).await
    }

    /// Does something, once, whatever happens on the way.
    ///
    /// # Errors
    /// The API does not answer, or says no ([`Problem`]).
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
        if_match: Option<i64>,
        key: Option<String>,
    ) -> anyhow::Result<T> {
        let key = key.or_else(|| Some(Uuid::new_v4().to_string()));
        let call = Call { method: Method::POST, path, query: &[], body: Some(body), if_match, key };
        read(self.send(&call).await?).await
    }

    /// Asks what doing something would come to. Changes nothing, so it is simply repeated.
    ///
    /// # Errors
    /// The API does not answer, or says no ([`Problem`]).
    pub async fn try_out<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
        if_match: Option<i64>,
        reveal: Option<&str>,
    ) -> anyhow::Result<T> {
        let dry = ("dry_run", "true".to_owned());
        let query: Vec<_> = [dry].into_iter().chain(reveal.map(|purpose| ("reveal", purpose.to_owned()))).collect();
        let call = Call { method: Method::POST, path, query: &query, body: Some(body), if_match, key: None };
        read(self.send(&call).await?).await
    }

    /// Asks in a body, for what must not stand in an address. Changes nothing, so it is simply repeated.
    ///
    /// # Errors
    /// The API does not answer, or says no ([`Problem`]).
    pub async fn search<T: DeserializeOwned>(&self, path: &str, body: &Value) -> anyhow::Result<T> {
        let call = Call { method: Method::POST, path, query: &[], body: Some(body), if_match: None, key: None };
        read(self.send(&call).await?).await
    }

    /// Begins a download; the caller reads the answer piece by piece.
    ///
    /// # Errors
    /// The API does not answer, or says no ([`Problem`]).
    pub async fn download(&self, path: &str, query: &[(&str, String)]) -> anyhow::Result<Response> {
        let call = Call { method: Method::GET, path, query, body: None, if_match: None, key: None };
        self.send(&call).await
    }

    async fn send(&self, call: &Call<'_>) -> anyhow::Result<Response> {
        let mut repeats = 0;
        let mut fresh = false;
        loop {
            let token = self.token().await?;
            let sent = self.request(call, &token).send().await;
            let wait = match sent {
                Ok(answer) if answer.status() == StatusCode::UNAUTHORIZED && !fresh => {
                    // The token may have run out, or have been revoked: one fresh one is worth a try.
                    fresh = true;
                    *self.token.lock().await = None;
                    continue;
                }
                Ok(answer) => match repeat_after(&answer) {
                    Some(wait) if repeats < REPEATS && wait <= WAIT_MAX => wait,
                    _ if answer.status().is_success() => return Ok(answer),
                    _ => return Err(problem(answer).await.into()),
                },
                Err(error) if repeats < REPEATS && self.may_repeat(call, &error) => backoff(repeats),
                Err(error) => return Err(self.unreachable(error)),
            };
            repeats += 1;
            tokio::time::sleep(wait).await;
        }
    }

    fn may_repeat(&self, call: &Call<'_>, error: &reqwest::Error) -> bool {
        // A refused connection is not worth five tries: nobody is there.
        let is_safe = call.method == Method::GET || call.key.is_some();
        is_safe && !error.is_connect() && !error.is_builder()
    }

    fn request(&self, call: &Call<'_>, token: &SecretString) -> reqwest::RequestBuilder {
        let url = self.url(call.path);
        let mut request = self.http.request(call.method.clone(), url).bearer_auth(token.expose_secret());
        if !call.query.is_empty() {
            request = request.query(call.query);
        }
        if let Some(body) = call.body {
            request = request.json(body);
        }
        if let Some(version) = call.if_match {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        if let Some(key) = &call.key {
            request = request.header("Idempotency-Key", key);
        }
        request
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let below = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{below}{path}"));
        url
    }

    async fn token(&self) -> anyhow::Result<SecretString> {
        let mut held = self.token.lock().await;
        if let Some(token) = &*held {
            return Ok(token.clone());
        }
        let mut repeats = 0;
        let answer = loop {
            let asked = self
                .http
                .post(self.url("/oauth/token"))
                .basic_auth(&self.client_id, Some(self.client_secret.expose_secret()))
                .form(&[("grant_type", "client_credentials")])
                .send()
                .await
                .map_err(|error| self.unreachable(error))?;
            match repeat_after(&asked) {
                Some(wait) if repeats < REPEATS && wait <= WAIT_MAX => tokio::time::sleep(wait).await,
                _ => break asked,
            }
            repeats += 1;
        };
        let status = answer.status();
        if !status.is_success() {
            let why: NotGranted = answer.json().await.unwrap_or_default();
            if why.error == "invalid_client" {
                bail!("the API does not know this client or its secret; check DSR_CLIENT_ID and DSR_CLIENT_SECRET");
            }
            bail!("the API issues no token: {status} {} {}", why.error, why.error_description);
        }
        let granted: Granted = answer.json().await.context("the token endpoint's answer is not understood")?;
        *held = Some(granted.access_token.clone());
        Ok(granted.access_token)
    }

    fn unreachable(&self, error: reqwest::Error) -> anyhow::Error {
        let hint =
            format!("the API at {} does not answer; is `dsr serve` running, and is DSR_API_URL right?", self.base);
        anyhow::Error::new(error.without_url()).context(hint)
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn backoff(repeats: u32) -> Duration {
    Duration::from_millis(200 << repeats.min(6))
}

/// How long to wait before the same call is worth making again, if it is.
fn repeat_after(answer: &Response) -> Option<Duration> {
    let is_passing = matches!(answer.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let asked = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    is_passing.then(|| Duration::from_secs(asked.unwrap_or(1).max(1)))
}

async fn problem(answer: Response) -> Problem {
    let status = answer.status();
    let mut problem: Problem = answer.json().await.unwrap_or_default();
    problem.status = status.as_u16();
    if problem.title.is_empty() {
        problem.title = status.canonical_reason().unwrap_or("refused").to_owned();
    }
    problem
}

async fn read<T: DeserializeOwned>(answer: Response) -> anyhow::Result<T> {
    let body = answer.bytes().await.map_err(reqwest::Error::without_url).context("the API's answer broke off")?;
    // What does not read is not shown: it may hold somebody's data.
    serde_json::from_slice(&body).context("the API's answer is not understood; are dsr and the server of one version?")
}

#[cfg(test)]
mod tests;
