//! What a call about one subscriber is made of: its key, the version it expects, its body; and the subscriber, locked.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use entities::db::Txn;
use entities::id::SubscriberId;
use entities::idempotency::queries::Answer;
use entities::subscriber::queries::{by_id, lock};
use entities::subscriber::table::Model;
use sea_orm::ConnectionTrait;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::etag::IfMatch;
use crate::idempotency::{Call, once};
use crate::json::Unread;
use crate::named;
use crate::problem::Problem;

/// A call that changes something about a subscriber.
pub struct Asked {
    call: Call,
    req: HttpRequest,
    body: Unread,
}

impl FromRequest for Asked {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self { call: Call::of(req), req: req.clone(), body: Unread::of(req, payload) }))
    }
}

impl Asked {
    /// Reads the body as `T`, makes of it what is to be done, and does that to the subscriber of this id, once.
    ///
    /// # Errors
    /// The call is malformed, the body is not understood, the subscriber is not within reach, or has changed since.
    pub async fn about<T: DeserializeOwned, W>(
        self,
        app: &App,
        by: &Caller<SubscribersManage>,
        name: &str,
        read: impl FnOnce(T) -> Result<W, Problem>,
        work: impl AsyncFnOnce(&Txn, Model, W) -> Result<Answer, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let (expected, id) = (IfMatch::of(&self.req)?, id(name)?);
        let (body, raw) = self.body.json::<T>().await?;
        let meant = read(body)?;
        once(app, by.client, &self.call, &raw, async |txn: &Txn| {
            let found = lock(txn, &by.reach, id).await?.ok_or_else(nothing)?;
            if !expected.allows(found.version) {
                return Err(Problem::stale(found.version));
            }
            work(txn, found, meant).await
        })
        .await
    }
}

/// The subscriber of this id, if it is within reach.
///
/// # Errors
/// There is none, or the database fails.
pub async fn find(conn: &impl ConnectionTrait, by: &Caller<SubscribersManage>, name: &str) -> Result<Model, Problem> {
    by_id(conn, &by.reach, id(name)?).await?.ok_or_else(nothing)
}

fn id(name: &str) -> Result<SubscriberId, Problem> {
    named::id(name).map(SubscriberId).ok_or_else(nothing)
}

fn nothing() -> Problem {
    Problem::not_found("subscriber")
}
