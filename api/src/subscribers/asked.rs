//! A call that changes something about one subscriber, and finding the subscriber.

use actix_web::HttpResponse;
use entities::db::Txn;
use entities::id::SubscriberId;
use entities::idempotency::queries::Answer;
use entities::subscriber::queries::{by_id, lock};
use entities::subscriber::table::Model;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use super::view::{SubscriberView, whole};
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::etag::IfMatch;
use crate::idempotency::once;
use crate::named;
use crate::problem::Problem;

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

    /// The same for a change, which is answered with how the subscriber stands then, and with its new secret, if it has got one.
    ///
    /// # Errors
    /// See [`Asked::about`].
    pub async fn change<T: DeserializeOwned, W>(
        self,
        app: &App,
        by: &Caller<SubscribersManage>,
        name: &str,
        read: impl FnOnce(T) -> Result<W, Problem>,
        work: impl AsyncFnOnce(&Txn, Model, W) -> Result<(Model, Option<SecretString>), Problem>,
    ) -> Result<HttpResponse, Problem> {
        let mut made = None;
        let kept = self
            .about(app, by, name, read, async |txn, row, meant| {
                let (row, secret) = work(txn, row, meant).await?;
                let view = SubscriberView::within(app, &**txn, row).await?.showing(secret.as_ref());
                let answer = view.answer(200)?;
                made = Some(view);
                Ok(answer)
            })
            .await?;
        Ok(whole(kept, made))
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
