//! A call that changes one thing: its key, the version it expects, its body. What is made of it stands where it is decided.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};

use crate::idempotency::Call;
use crate::json::Unread;

/// The parts of such a call, before anything of them is looked at.
pub struct Asked {
    /// What identifies it.
    pub call: Call,
    /// The call itself, for its headers and query parameters.
    pub req: HttpRequest,
    /// Its body. Whoever takes query parameters says so with [`Unread::beside_query`].
    pub body: Unread,
}

impl FromRequest for Asked {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self { call: Call::of(req), req: req.clone(), body: Unread::of(req, payload) }))
    }
}
