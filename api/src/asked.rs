//! A call that changes one thing: its key, the version it expects, its body. What is made of it stands where it is decided.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use entities::client::reach::Reach;
use entities::db::Txn;
use entities::idempotency::queries::Answer;
use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::Needs;
use crate::etag::IfMatch;
use crate::idempotency::{Call, once};
use crate::json::Unread;
use crate::problem::Problem;

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

/// A row that people look after by calls: found by its id, locked, changed at the version that the caller saw.
pub trait LookedAfter: Sized {
    /// Its id.
    type Id;
    /// Who may.
    type Scope: Needs;
    /// How answers show it.
    type View: Serialize;

    /// The id of a path.
    ///
    /// # Errors
    /// It is none.
    fn id(name: &str) -> Result<Self::Id, Problem>;

    /// The row, locked, if it is within reach.
    ///
    /// # Errors
    /// There is none, or the database fails.
    fn lock(txn: &Txn, reach: &Reach, id: &Self::Id) -> impl Future<Output = Result<Self, Problem>>;

    /// Moves with every change.
    fn version(&self) -> i64;

    /// What its bodies must be besides JSON of the right shape.
    ///
    /// # Errors
    /// They are not.
    fn check(_raw: &[u8]) -> Result<(), Problem> {
        Ok(())
    }

    /// It as it is shown, with a secret that was made just now; and as the answer that is kept, which never holds one.
    ///
    /// # Errors
    /// The database fails.
    fn view(
        self,
        app: &App,
        txn: &Txn,
        secret: Option<&SecretString>,
    ) -> impl Future<Output = Result<(Self::View, Answer), Problem>>;
}

impl Asked {
    /// Reads the body as `T`, makes of it what is to be done, and does that to the row of this id, once.
    ///
    /// # Errors
    /// The call is malformed, the body is not understood, the row is not within reach, or has changed since.
    pub async fn about<R: LookedAfter, T: DeserializeOwned, W>(
        self,
        app: &App,
        by: &Caller<R::Scope>,
        name: &str,
        read: impl FnOnce(T) -> Result<W, Problem>,
        work: impl AsyncFnOnce(&Txn, R, W) -> Result<Answer, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let (expected, id) = (IfMatch::of(&self.req)?, R::id(name)?);
        let (body, raw) = self.body.json::<T>().await?;
        R::check(&raw)?;
        let meant = read(body)?;
        once(app, by.client, &self.call, &raw, async |txn: &Txn| {
            let found = R::lock(txn, &by.reach, &id).await?;
            if !expected.allows(found.version()) {
                return Err(Problem::stale(found.version()));
            }
            work(txn, found, meant).await
        })
        .await
    }

    /// The same for a change, which is answered with how the row stands then, and with its new secret, if it has got one.
    ///
    /// # Errors
    /// See [`Asked::about`].
    pub async fn change<R: LookedAfter, T: DeserializeOwned, W>(
        self,
        app: &App,
        by: &Caller<R::Scope>,
        name: &str,
        read: impl FnOnce(T) -> Result<W, Problem>,
        work: impl AsyncFnOnce(&Txn, R, W) -> Result<(R, Option<SecretString>), Problem>,
    ) -> Result<HttpResponse, Problem> {
        let mut made = None;
        let kept = self
            .about(app, by, name, read, async |txn, row: R, meant| {
                let (row, secret) = work(txn, row, meant).await?;
                let (view, answer) = row.view(app, txn, secret.as_ref()).await?;
                made = Some(view);
                Ok(answer)
            })
            .await?;
        Ok(whole(kept, made))
    }
}

/// The whole answer, where it was made just now; else what was kept of it.
#[must_use]
pub fn whole(kept: HttpResponse, made: Option<impl Serialize>) -> HttpResponse {
    let Some(made) = made else { return kept };
    let mut answer = HttpResponse::build(kept.status());
    for name in [header::LOCATION, header::ETAG] {
        if let Some(value) = kept.headers().get(&name) {
            answer.insert_header((name, value.clone()));
        }
    }
    answer.json(made)
}
