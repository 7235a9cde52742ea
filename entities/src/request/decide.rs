//! What people decide about a request. Each decision is one transaction: the request is locked, the rules are asked, the row,
//! its event and the work that follows change together.

mod address;
mod anew;
mod appeal;
mod approve;
mod assign;
mod choose;
mod clocks;
mod complete;
mod extend;
mod foresee;
mod hand_over;
mod held;
mod inquire;
mod jobs;
mod letters;
mod note;
mod refusal;
mod task;

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, DbErr, EntityTrait};
use serde_json::{Value, json};
use vault::data_key::DataKey;

use super::file::context;
use super::status::{InvalidTransition, RequestEvent};
use super::table::{ActiveModel, Entity, Model};
use super::{keys, queries};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ClientId, RequestId};
use crate::job::status::InvalidJobTransition;
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::store::Store;
use crate::time::At;
use crate::{addressee, identity_link, ticket};

pub use complete::{PARTLY_REFUSED, Withholding};
pub use foresee::{Foreseen, Joint, foresee};
pub use inquire::Inquiring;
pub use refusal::{REFUSAL_CODES, grounds_of};
pub use task::NewTask;

/// Who decides.
#[derive(Clone, Debug)]
pub struct Decider {
    /// For the trail.
    pub actor: Actor,
    /// The client, if it is one: whoever filed a request cannot approve it.
    pub client: Option<ClientId>,
    /// How far the decision may reach.
    pub reach: Reach,
}

impl Decider {
    /// Whoever is at the command line: they hold the installation's key, and reach everything.
    #[must_use]
    pub fn operator() -> Self {
        Self { actor: Actor::operator(), client: None, reach: Reach::installation() }
    }
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotDecided {
    /// There is no such thing within reach.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The request changed since the decider looked.
    #[error("the request changed: it is at version {found} now")]
    Stale {
        /// The version it is at.
        found: i64,
    },
    /// The rules do not know the move.
    #[error(transparent)]
    Status(#[from] InvalidTransition),
    /// The rules do not know the job's move.
    #[error(transparent)]
    Job(#[from] InvalidJobTransition),
    /// The decision cannot be taken as things stand.
    #[error("{message}")]
    Conflict {
        /// A stable code.
        code: &'static str,
        /// What is in the way, and the way out.
        message: String,
    },
    /// A field of the decision cannot be used.
    #[error("{message}")]
    Field {
        /// Which.
        field: &'static str,
        /// A stable code.
        code: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// The stored state failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotDecided {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

fn unfit(field: &'static str, code: &'static str, message: impl Into<String>) -> NotDecided {
    NotDecided::Field { field, code, message: message.into() }
}

fn conflict(code: &'static str, message: impl Into<String>) -> NotDecided {
    NotDecided::Conflict { code, message: message.into() }
}

/// A request that is being decided about: locked, and at the version the decider saw.
pub struct Case<'a> {
    txn: &'a Txn,
    store: &'a Store,
    by: &'a Decider,
    now: At,
    request: Model,
}

impl<'a> Case<'a> {
    /// Opens a case. `expected` is the version the decider looked at, if it says so (`If-Match`).
    ///
    /// # Errors
    /// The request is not within reach, or has changed since.
    pub async fn open(
        txn: &'a Txn,
        store: &'a Store,
        by: &'a Decider,
        id: RequestId,
        expected: Option<i64>,
    ) -> Result<Self, NotDecided> {
        let request = queries::lock(txn, &by.reach, id).await?.ok_or(NotDecided::NotFound("request"))?;
        if expected.is_some_and(|expected| expected != request.version) {
            return Err(NotDecided::Stale { found: request.version });
        }
        Ok(Self { txn, store, by, now: store.now(), request })
    }

    /// The request as it was found.
    #[must_use]
    pub fn request(&self) -> &Model {
        &self.request
    }

    /// The instant of the decision.
    #[must_use]
    pub fn now(&self) -> At {
        self.now
    }

    /// The person is who they say they are; `method` says how that was established, `note` what was looked at.
    ///
    /// # Errors
    /// The identity is not in question any more.
    pub async fn verify(self, method: &str, note: Option<&str>) -> Result<Model, NotDecided> {
        let status = self.request.status.transition(RequestEvent::IdentityProven)?;
        let change = ActiveModel {
            status: Set(status),
            identity_method: Set(Some(method.to_owned())),
            verified_at: Set(Some(self.now)),
            ..Default::default()
        };
        let data = json!({ "method": method });
        match note {
            Some(note) => self.record_reasoned("request.identity_proven", data, note).await?,
            None => self.record("request.identity_proven", data).await?,
        }
        // Who is meant is known now. So is where they read, unless several addresses are named; the link proves its own.
        let whom = addressee::queries::of_request(&**self.txn, self.request.id).await?;
        if method == identity_link::prove::METHOD || whom.is_some_and(|row| row.is_named) {
            addressee::queries::prove(&**self.txn, self.now, self.request.id, method).await?;
        }
        identity_link::queries::void(&**self.txn, self.now, self.request.id).await?;
        answer(self.txn, self.now, &self.by.actor, &self.request, &[QuestionCode::IdentityUnclear], None).await?;
        self.identity_arrived().await?;
        queue::add(&**self.txn, self.now, [NewStep::of(&self.request, StepKind::Resolve, self.now)]).await?;
        self.write(change).await
    }

    /// Stops everything further on the platform until [`Case::release`]. The clock runs on.
    ///
    /// # Errors
    /// The request is closed or on hold already.
    pub async fn hold(self, reason: &str) -> Result<Model, NotDecided> {
        may_hold(&self.request)?;
        self.record_reasoned("request.held", json!({}), reason).await?;
        self.write(ActiveModel { on_hold: Set(true), ..Default::default() }).await
    }

    /// Lets the work go on where it stood.
    ///
    /// # Errors
    /// The request is not on hold.
    pub async fn release(self) -> Result<Model, NotDecided> {
        may_release(&self.request)?;
        self.record("request.released", json!({})).await?;
        self.write(ActiveModel { on_hold: Set(false), ..Default::default() }).await
    }

    async fn key(&self) -> Result<DataKey, StoreError> {
        keys::of(&**self.txn, &self.store.safe, self.request.id).await
    }

    async fn record(&self, kind: &'static str, data: Value) -> Result<(), DbErr> {
        trail::record(&**self.txn, self.now, &self.by.actor, [Entry::of(&self.request, kind, data)]).await
    }

    /// Records an event with a reason in somebody's own words. Words may name the person, so the event holds them sealed
    /// under the request's key: the trail stays whole when the key goes, and the words go with it.
    async fn record_reasoned(&self, kind: &'static str, mut data: Value, reason: &str) -> Result<(), StoreError> {
        seal_reason(&self.key().await?, self.request.id, reason, &mut data);
        self.record(kind, data).await?;
        Ok(())
    }

    async fn write(self, change: ActiveModel) -> Result<Model, NotDecided> {
        Ok(write(self.txn, self.now, &self.request, change).await?)
    }
}

fn may_hold(request: &Model) -> Result<(), NotDecided> {
    if request.status.is_closed() {
        return Err(conflict("closed", "a closed request cannot be held"));
    }
    if request.on_hold {
        return Err(conflict("on_hold", "the request is on hold already"));
    }
    Ok(())
}

fn may_release(request: &Model) -> Result<(), NotDecided> {
    if request.on_hold { Ok(()) } else { Err(conflict("not_on_hold", "the request is not on hold")) }
}

/// Writes a change to a request that the caller has locked; its version and time of change move with it, and the ticket it came
/// of is told.
///
/// # Errors
/// The database fails.
pub async fn write(txn: &Txn, now: At, request: &Model, change: ActiveModel) -> Result<Model, DbErr> {
    // Questions asked in this transaction have moved the version on as well.
    let version = sea_orm::sea_query::Expr::cust("version + 1");
    let change = ActiveModel { id: Unchanged(request.id), updated_at: Set(now), ..change };
    use sea_orm::{ColumnTrait, QueryFilter};
    let rows = Entity::update_many()
        .set(change)
        .col_expr(super::table::Column::Version, version)
        .filter(super::table::Column::Id.eq(request.id))
        .exec_with_returning(&**txn)
        .await?;
    ticket::queries::mention(txn, now, request.id).await?;
    rows.into_iter().next().ok_or(DbErr::RecordNotUpdated)
}

fn reason_context(request: RequestId) -> String {
    context("events.reason", request)
}

/// Puts a reason into what an event holds, sealed under the request's key.
pub(crate) fn seal_reason(key: &DataKey, request: RequestId, reason: &str, data: &mut Value) {
    let sealed = key.seal(&reason_context(request), reason.as_bytes());
    data["reason_sealed"] = Value::String(base64(&sealed));
}

/// The words that an event holds sealed, if it holds any and the request's key still exists.
///
/// # Errors
/// They do not open.
pub fn reason(key: &DataKey, request: RequestId, data: &Value) -> Result<Option<String>, StoreError> {
    use base64::Engine;
    let Some(text) = data.get("reason_sealed").and_then(Value::as_str) else { return Ok(None) };
    let sealed = base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|_| StoreError::Corrupt("a sealed reason is not base64"))?;
    let plain = key.open(&reason_context(request), &sealed)?;
    String::from_utf8(plain).map(Some).map_err(|_| StoreError::Corrupt("a reason is not text"))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
