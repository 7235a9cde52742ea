//! One call from asking to answer: who we are, the send, the bounded read. Nothing is repeated here but a call whose
//! token had run out, which the system refused before it did anything.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::answer::Answer;
use crate::link::{Credentials, Link};
use crate::reading::json;
use crate::trouble::Trouble;

/// Answers larger than this are not read to their end.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A call to be made.
pub(crate) struct Ask<'a> {
    link: &'a Link,
    method: Method,
    url: Url,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
    repeatable: bool,
}

impl Link {
    /// A read of a path below the base address; each part becomes one segment.
    pub(crate) fn get(&self, path: &[&str]) -> Ask<'_> {
        self.ask(Method::GET, path, None, true)
    }

    /// A read that takes a body.
    pub(crate) fn search(&self, path: &[&str], body: Value) -> Ask<'_> {
        self.ask(Method::POST, path, Some(body), true)
    }

    /// A write.
    pub(crate) fn change(&self, method: Method, path: &[&str], body: Value) -> Ask<'_> {
        self.ask(method, path, Some(body), false)
    }

    fn ask(&self, method: Method, path: &[&str], body: Option<Value>, repeatable: bool) -> Ask<'_> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            // `.` and `..` would leave the place they stand at: the URL's own rules drop them.
            segments.pop_if_empty().extend(path);
        }
        Ask { link: self, method, url, headers: Vec::new(), body, repeatable }
    }

    async fn token(&self, path: &str, id: &str, secret: &SecretString) -> Result<SecretString, Trouble> {
        let mut kept = self.token.lock().await;
        if let Some(token) = &*kept {
            return Ok(token.clone());
        }
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret.expose_secret())];
        let mut url = self.base.clone();
        url.set_path(&format!("{}{}", url.path(), path.trim_start_matches('/')));
        let request = self.http.post(url).timeout(self.overall).form(&form);
        let answer = exchange(request, "token", true).await?;
        if matches!(answer.status, 400 | 401) {
            return Err(Trouble::WrongCredentials);
        }
        if !answer.is_success() {
            return Err(answer.trouble());
        }
        let token = answer.json["access_token"].as_str().ok_or(Trouble::Unreadable("it grants no token"))?;
        Ok(kept.insert(token.into()).clone())
    }

    async fn authorised(&self, request: RequestBuilder) -> Result<RequestBuilder, Trouble> {
        Ok(match &self.credentials {
            Credentials::Basic { user, secret } => request.basic_auth(user, Some(secret.expose_secret())),
            Credentials::Bearer(token) => request.bearer_auth(token.expose_secret()),
            Credentials::Client { token_path, id, secret } => {
                request.bearer_auth(self.token(token_path, id, secret).await?.expose_secret())
            }
        })
    }
}

impl Ask<'_> {
    pub(crate) fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.url.query_pairs_mut().append_pair(name, value.as_ref());
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Makes the call; any answer is one.
    pub(crate) async fn answer(self, name: &'static str) -> Result<Answer, Trouble> {
        let answer = self.once(name).await?;
        if answer.status == 401 && matches!(self.link.credentials, Credentials::Client { .. }) {
            self.link.token.lock().await.take();
            return self.once(name).await;
        }
        Ok(answer)
    }

    /// Makes the call; what is not success is trouble as most systems mean it.
    pub(crate) async fn json(self, name: &'static str) -> Result<Value, Trouble> {
        let answer = self.answer(name).await?;
        if answer.is_success() { Ok(answer.json) } else { Err(answer.trouble()) }
    }

    async fn once(&self, name: &'static str) -> Result<Answer, Trouble> {
        let mut request = self
            .link
            .http
            .request(self.method.clone(), self.url.clone())
            .timeout(self.link.overall)
            .header(header::ACCEPT, "application/json");
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        exchange(self.link.authorised(request).await?, name, self.repeatable).await
    }
}

/// Sends once and reads the answer to its end. The log learns a name and a status: paths hold ids of tickets.
async fn exchange(request: RequestBuilder, name: &'static str, repeatable: bool) -> Result<Answer, Trouble> {
    let mut response = request.send().await.map_err(|error| broken(error, None, repeatable))?;
    let status = response.status().as_u16();
    tracing::debug!(call = name, status, "ticketing call");
    let headers = std::mem::take(response.headers_mut());
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| broken(error, Some(status), repeatable))? {
        if body.len() + piece.len() > ANSWER_BYTES_MAX {
            return Err(unreadable("it is too large", status, repeatable));
        }
        body.extend_from_slice(&piece);
    }
    let is_success = (200..300).contains(&status);
    let json = match std::str::from_utf8(&body) {
        _ if body.iter().all(u8::is_ascii_whitespace) => Value::Null,
        Ok(text) => match json::parse(text) {
            Ok(json) => json,
            // An error page is no news: the status says it all. A write that succeeded has succeeded.
            Err(_) if !is_success || !repeatable => Value::Null,
            Err(_) => return Err(Trouble::Unreadable("it is no JSON")),
        },
        Err(_) if !is_success || !repeatable => Value::Null,
        Err(_) => return Err(Trouble::Unreadable("it is no text")),
    };
    Ok(Answer { status, headers, json, repeatable })
}

fn unreadable(what: &'static str, status: u16, repeatable: bool) -> Trouble {
    if repeatable || (200..300).contains(&status) {
        Trouble::Unreadable(what)
    } else {
        Trouble::Unclear { status: Some(status), source: None }
    }
}

/// Sorts a transport failure: what never left us never happened, and what is safe to repeat does not matter.
fn broken(error: reqwest::Error, status: Option<u16>, repeatable: bool) -> Trouble {
    let never_sent = error.is_connect() || error.is_builder();
    let source = Some(Arc::new(error.without_url()));
    if never_sent || repeatable {
        Trouble::Down { status, wait: None, source }
    } else {
        Trouble::Unclear { status, source }
    }
}
