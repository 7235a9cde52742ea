//! What a form sends: taken only from a page of ours that was made for this very browser, and done once however often it is sent.
//!
//! Three things keep other sites from sending in an officer's name: a token bound to the secret of the session, which no other
//! site can read; `Origin` and `Sec-Fetch-Site`, which no other site can choose; and `SameSite` on the cookie. There is no other
//! way to the fields of a form than this extractor, so no handler can forget any of them.

use std::future::Future;
use std::pin::Pin;

use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, dev};
use api::etag::IfMatch;
use api::idempotency::Call;
use api::origin::is_from_here;
use entities::id::{ControllerId, EventId};
use entities::installation::secrets::Safe;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::refused::Refused;
use crate::visitor::{Visiting, app_of};

/// The token of every form on a visitor's pages.
#[must_use]
pub fn token(safe: &Safe, bound_to: &str) -> String {
    safe.hash(ControllerId::INSTALLATION, "console.form", bound_to)
}

/// What is filled in where a form is nothing but its button.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

/// A form that was sent from a page of ours.
pub struct Form<T> {
    /// What was filled in.
    pub fields: T,
    /// The same as it came, for comparing with a repetition.
    pub raw: Vec<u8>,
    /// Names this sending of the form: a second one with the same key does nothing.
    pub call: Call,
    /// The version of the request that the page showed, where it showed one.
    pub version: Option<i64>,
    /// The last event that the page knew of.
    pub seen: Option<EventId>,
}

impl<T> Form<T> {
    /// What the sender takes the request to be at.
    #[must_use]
    pub fn expected(&self) -> IfMatch {
        // A form about a request always tells its version. One that does not was tampered with, and no version is below zero.
        IfMatch::exactly(self.version.unwrap_or(-1))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let req = req.clone();
        let body = Bytes::from_request(&req, payload);
        Box::pin(async move {
            let app = app_of(&req)?;
            if !is_from_here(&req, app.store.public_url.as_deref()) {
                return Err(Refused::Forged);
            }
            let body = body.await.map_err(|_| Refused::Malformed)?;
            read(&req, &body)
        })
    }
}

fn read<T: DeserializeOwned>(req: &HttpRequest, body: &[u8]) -> Result<Form<T>, Refused> {
    let visitor = Visiting::of(req);
    let app = app_of(req)?;
    let (mut given_token, mut key, mut version, mut seen) = (None, None, None, None);
    let mut fields = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(body) {
        match &*name {
            "form_token" => given_token = Some(value),
            "form_key" => key = Some(value),
            "form_version" => version = value.parse().ok(),
            "form_seen" => seen = value.parse().ok(),
            _ => drop(fields.append_pair(&name, &value)),
        }
    }
    let expected = token(&app.store.safe, &visitor.bound_to);
    let given = given_token.unwrap_or_default();
    if visitor.fresh.is_some() || !vault::digest::constant_time_eq(expected.as_bytes(), given.as_bytes()) {
        return Err(Refused::Forged);
    }
    let raw = fields.finish().into_bytes();
    let fields = serde_html_form::from_bytes(&raw).map_err(|_| Refused::Malformed)?;
    Ok(Form { fields, raw, call: Call::keyed(req, &key.unwrap_or_default()), version, seen })
}
