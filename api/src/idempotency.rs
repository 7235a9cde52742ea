//! A call that may be repeated: with the same key and body it gets the answer of the first time and does nothing twice.
//!
//! The key, the work and the answer commit together, so there is no instant at which one is there without the others. A call
//! that fails leaves nothing behind and may be repeated with the same key, mended or not.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use entities::db::Txn;
use entities::id::{ClientId, ControllerId};
use entities::idempotency::queries::{self, Answer, Known, Taken};
use serde_json::Value;

use crate::app::App;
use crate::etag;
use crate::problem::{Problem, codes};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");

/// What identifies a call besides its body: its key, if it has one, its method and its path. A malformed key is refused when
/// it is needed, which is after the caller has been let in.
#[derive(Debug)]
pub struct Call {
    key: Result<Option<String>, Malformed>,
    target: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Malformed;

impl FromRequest for Call {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}

impl Call {
    /// Reads it from a call.
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        Self { key: key(req), target: format!("{} {}", req.method(), req.path()) }
    }

    /// The same about one of several things that it is about: each is done once, and whether another was makes no difference.
    #[must_use]
    pub fn about(&self, part: &str) -> Self {
        let key = self.key.as_ref().map(|key| key.as_ref().map(|key| format!("{key}/{part}"))).map_err(|it| *it);
        Self { key, target: self.target.clone() }
    }

    /// A call whose key came otherwise than by its header, such as with a form.
    #[must_use]
    pub fn keyed(req: &HttpRequest, key: &str) -> Self {
        let key = if is_key(key.as_bytes()) { Ok(Some(key.to_owned())) } else { Err(Malformed) };
        Self { key, target: format!("{} {}", req.method(), req.path()) }
    }
}

fn key(req: &HttpRequest) -> Result<Option<String>, Malformed> {
    let mut lines = req.headers().get_all(&KEY);
    let Some(line) = lines.next() else { return Ok(None) };
    let text = line.to_str().ok().filter(|text| is_key(text.as_bytes()) && lines.next().is_none());
    text.map(|text| Some(text.to_owned())).ok_or(Malformed)
}

fn is_key(bytes: &[u8]) -> bool {
    (1..=255).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

/// Does the work of a call, in one transaction with its key.
///
/// # Errors
/// The key is malformed, what the work says, and [`codes::IDEMPOTENCY_KEY_REUSED`] if the key came before with another call.
pub async fn once(
    app: &App,
    client: ClientId,
    call: &Call,
    body: &[u8],
    work: impl AsyncFnOnce(&Txn) -> Result<Answer, Problem>,
) -> Result<HttpResponse, Problem> {
    let (answer, replay) = at_most_once(app, client, call, body, work).await?;
    Ok(respond(answer, replay))
}

/// As [`once`], with the bare answer, and whether the call had been done before.
///
/// # Errors
/// See [`once`].
pub async fn at_most_once(
    app: &App,
    client: ClientId,
    call: &Call,
    body: &[u8],
    work: impl AsyncFnOnce(&Txn) -> Result<Answer, Problem>,
) -> Result<(Answer, bool), Problem> {
    let key = Key::of(app, call, body)?;
    let txn = app.store.db.begin().await?;
    let Some(key) = key else {
        let answer = work(&txn).await?;
        txn.commit().await?;
        return Ok((answer, false));
    };
    if let Some(before) = key.take(app, &txn, client, None).await? {
        return Ok((before, true));
    }
    let answer = work(&txn).await?;
    queries::keep(&txn, client, &key.hash, &answer).await?;
    txn.commit().await?;
    Ok((answer, false))
}

/// The same for work whose answer is known before it is done: the key is written once, along with it.
///
/// # Errors
/// See [`once`].
pub async fn once_foretold(
    app: &App,
    client: ClientId,
    key: Option<&Key>,
    answer: &Answer,
    work: impl AsyncFnOnce(&Txn) -> Result<(), Problem>,
) -> Result<HttpResponse, Problem> {
    let txn = app.store.db.begin().await?;
    if let Some(key) = key
        && let Some(before) = key.take(app, &txn, client, Some(answer)).await?
    {
        return Ok(respond(before, true));
    }
    work(&txn).await?;
    txn.commit().await?;
    Ok(respond(answer.clone(), false))
}

/// A call's key and the call itself, as they are compared.
#[derive(Clone, Debug)]
pub struct Key {
    hash: String,
    call: String,
}

impl Key {
    /// The key of a call, if it has one.
    ///
    /// # Errors
    /// It is malformed.
    pub fn of(app: &App, call: &Call, body: &[u8]) -> Result<Option<Self>, Problem> {
        let key = call.key.as_ref().map_err(|Malformed| {
            let detail = "`Idempotency-Key` is one value of 1 to 255 visible ASCII characters";
            Problem::new(codes::INVALID_IDEMPOTENCY_KEY, detail)
        })?;
        let hash = |kind, text: &str| app.store.safe.hash(ControllerId::INSTALLATION, kind, text);
        Ok(key.as_ref().map(|key| Self {
            hash: hash("idempotency.key", key),
            call: hash("idempotency.call", &format!("{}\n{}", call.target, String::from_utf8_lossy(body))),
        }))
    }

    /// What is stored of it.
    #[must_use]
    pub fn taken<'a>(&'a self, client: ClientId, answer: Option<&'a Answer>) -> Taken<'a> {
        Taken { client, key_hash: &self.hash, body_hash: &self.call, answer }
    }

    /// Takes the key for the call, or says how it was answered before.
    async fn take(
        &self,
        app: &App,
        txn: &Txn,
        client: ClientId,
        answer: Option<&Answer>,
    ) -> Result<Option<Answer>, Problem> {
        match queries::take_for(txn, self.taken(client, answer), app.store.now()).await? {
            Known::New => Ok(None),
            Known::Answered(answer) => Ok(Some(answer)),
            Known::OtherBody => {
                let detail = "this key came before with another body or to another address; a new call needs a new key";
                Err(Problem::new(codes::IDEMPOTENCY_KEY_REUSED, detail))
            }
        }
    }
}

/// The answer of a call that was done, or that was done before.
pub fn respond(answer: Answer, replay: bool) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.insert_header(header::ContentType::json());
    if let Some(location) = answer.location {
        response.insert_header((header::LOCATION, location));
    }
    let version = serde_json::from_str::<Value>(&answer.body).ok().and_then(|body| body.get("version")?.as_i64());
    if let Some(version) = version {
        response.insert_header((header::ETAG, etag::of(version)));
    }
    if replay {
        response.insert_header((REPLAY, HeaderValue::from_static("true")));
    }
    response.body(answer.body)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(values: &[&str]) -> Result<Option<String>, Malformed> {
        let mut req = TestRequest::default();
        for value in values {
            req = req.append_header((KEY, *value));
        }
        key(&req.to_http_request())
    }

    #[test]
    fn a_key_is_one_visible_word() {
        let longest = "k".repeat(255);
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["a-1"]), Ok(Some("a-1".into())));
        assert_eq!(of(&[&longest]), Ok(Some(longest.clone())));
        for bad in [&[""][..], &["a b"], &["a", "a"], &["ä"], &[&format!("{longest}k")]] {
            assert_eq!(of(bad), Err(Malformed), "{bad:?}");
        }
    }
}
