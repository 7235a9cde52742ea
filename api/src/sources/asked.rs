//! What a call about one source is made of: its key, the version it expects, its body; and the source, locked.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use entities::db::Txn;
use entities::id::SourceId;
use entities::idempotency::queries::Answer;
use entities::source::manage::NotDone;
use entities::source::queries::{find as by_id, lock};
use entities::source::table::Model;
use sea_orm::ConnectionTrait;
use serde::de::DeserializeOwned;
use ticketing::unreadable::Unreadable;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::SourcesManage;
use crate::etag::IfMatch;
use crate::fields::Faults;
use crate::idempotency::{Call, once};
use crate::json::Unread;
use crate::named;
use crate::problem::{Problem, codes};

/// A call that changes something about a source.
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
    /// Reads the body as `T`, makes of it what is to be done, and does that to the source of this id, once.
    ///
    /// # Errors
    /// The call is malformed, the body is not understood, the source is not within reach, or has changed since.
    pub async fn about<T: DeserializeOwned, W>(
        self,
        app: &App,
        by: &Caller<SourcesManage>,
        name: &str,
        read: impl FnOnce(T) -> Result<W, Problem>,
        work: impl AsyncFnOnce(&Txn, Model, W) -> Result<Answer, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let (expected, id) = (IfMatch::of(&self.req)?, id(name)?);
        let (body, raw) = self.body.json::<T>().await?;
        no_name_twice(&raw)?;
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

/// A description holds tables of the caller's own names, of which the last would win silently if one came twice.
///
/// # Errors
/// One does.
pub fn no_name_twice(raw: &[u8]) -> Result<(), Problem> {
    let text = std::str::from_utf8(raw).unwrap_or_default();
    match ticketing::reading::json::parse(text) {
        Err(Unreadable::DuplicateKey) => Err(Problem::new(
            codes::DUPLICATE_FIELD,
            "a name stands twice in one object, and only one of them can count",
        )),
        // What else is wrong has been said by whoever read the body for what it means.
        _ => Ok(()),
    }
}

/// The source of this id, if it is within reach.
///
/// # Errors
/// There is none, or the database fails.
pub async fn find(conn: &impl ConnectionTrait, by: &Caller<SourcesManage>, name: &str) -> Result<Model, Problem> {
    by_id(conn, &by.reach, id(name)?).await?.ok_or_else(nothing)
}

fn id(name: &str) -> Result<SourceId, Problem> {
    named::id(name).map(SourceId).ok_or_else(nothing)
}

fn nothing() -> Problem {
    Problem::not_found("source")
}

impl From<NotDone> for Problem {
    fn from(error: NotDone) -> Self {
        let text = error.to_string();
        let field = |field: &str, code: &'static str| {
            let mut faults = Faults::default();
            faults.add(field, code, text.clone());
            faults.finish(None::<()>).err().unwrap_or_else(Self::busy)
        };
        match error {
            NotDone::SlugTaken => field("slug", "taken"),
            NotDone::BadSlug => field("slug", "not_a_slug"),
            NotDone::NoCredentials => field("credentials", "missing"),
            NotDone::Unfit(bad) if bad.field == "secret" => field("secret", "unfit"),
            NotDone::Unfit(_) => field("description.signing", "unfit"),
            NotDone::StillCounts { .. } => {
                Self::new(codes::SECRET_STILL_COUNTS, format!("{text}; say `force` to end it"))
            }
            NotDone::Waits { .. } => Self::new(codes::SOURCE_WAITS, format!("{text}; settle them, or say `force`")),
            NotDone::Store(error) => error.into(),
        }
    }
}
