//! Inviting, ending, finding: each within the reach of whoever does it.

use std::collections::BTreeSet;
use std::time::Duration;

use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::json;

use super::sign_in::send_link;
use super::table::{ActiveModel, COLUMN, Column, Entity, Model, ScopeKind, case};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Entry};
use crate::guest::link;
use crate::guest::table::Guest;
use crate::id::{ControllerId, InvitationId, RequestId};
use crate::request::decide::Decider;
use crate::request::table as request;
use crate::store::Store;
use crate::time::At;

/// No invitation is longer. What takes longer is invited for anew.
pub const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
/// No invitation lists more cases.
pub const MOST_CASES: usize = 100;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 120;
/// The longest purpose, in characters.
pub const LONGEST_PURPOSE: usize = 300;
/// The longest watermark, in characters.
pub const LONGEST_WATERMARK: usize = 80;

/// How far a new invitation reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewScope {
    /// All requests of the controller.
    Register,
    /// Those received from the first instant on and before the second.
    Period(At, At),
    /// Those of these references.
    Cases(Vec<String>),
}

/// An invitation to be made.
#[derive(Clone)]
pub struct NewInvitation {
    /// Whose requests it lets see.
    pub controller: ControllerId,
    /// The guest's mail address.
    pub address: String,
    /// The guest's name.
    pub name: String,
    /// The language the guest reads, as ISO 639-1.
    pub language: String,
    /// What it is for.
    pub purpose: String,
    /// What stands on every page and download.
    pub watermark: String,
    /// How far it reaches.
    pub scope: NewScope,
    /// When it ends.
    pub expires_at: At,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum NotInvited {
    /// A field cannot be used; why, as a code.
    #[error("`{field}`: {code}")]
    Field {
        /// Which.
        field: &'static str,
        /// A stable code.
        code: &'static str,
    },
    /// These references name no request of the controller.
    #[error("there are no such cases")]
    NoSuchCases(Vec<String>),
    /// The controller is not within reach, or it is not a person who invites.
    #[error("not within reach")]
    OutOfReach,
    /// Nobody knows where people reach this service, so no link can be sent.
    #[error("no public address")]
    NoAddress,
    /// The stored state failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotInvited {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

fn unfit(field: &'static str, code: &'static str) -> NotInvited {
    NotInvited::Field { field, code }
}

fn text(field: &'static str, given: &str, longest: usize) -> Result<String, NotInvited> {
    let given = given.trim();
    match given.chars().count() {
        0 => Err(unfit(field, "missing")),
        n if n > longest => Err(unfit(field, "too_long")),
        _ if given.contains(char::is_control) => Err(unfit(field, "not_text")),
        _ => Ok(given.to_owned()),
    }
}

/// Invites somebody, and sends the first link.
///
/// # Errors
/// See [`NotInvited`].
pub async fn make(txn: &Txn, store: &Store, by: &Decider, new: NewInvitation) -> Result<Model, NotInvited> {
    let now = store.now();
    let invited_by = by.client.filter(|_| by.reach.covers(new.controller)).ok_or(NotInvited::OutOfReach)?;
    let address = normalise(IdentifierKind::Email, new.address.trim(), None)
        .map_err(|_| unfit("address", "not_an_address"))?
        .lookup
        .to_lowercase();
    let name = text("name", &new.name, LONGEST_NAME)?;
    let purpose = text("purpose", &new.purpose, LONGEST_PURPOSE)?;
    let watermark = text("watermark", &new.watermark, LONGEST_WATERMARK)?;
    if new.expires_at <= now || new.expires_at > now + LONGEST {
        return Err(unfit("expires", "out_of_range"));
    }
    let (scope, received_from, received_before, cases) = match new.scope {
        NewScope::Register => (ScopeKind::Register, None, None, BTreeSet::new()),
        NewScope::Period(from, before) if from < before => {
            (ScopeKind::Period, Some(from), Some(before), BTreeSet::new())
        }
        NewScope::Period(..) => return Err(unfit("to", "before_from")),
        NewScope::Cases(references) => (ScopeKind::Cases, None, None, listed(txn, new.controller, &references).await?),
    };
    let id = InvitationId::new();
    let row = ActiveModel {
        id: Set(id),
        controller_id: Set(new.controller),
        address: Set(address),
        name: Set(name),
        language: Set(new.language),
        purpose: Set(purpose),
        watermark: Set(watermark),
        scope: Set(scope),
        received_from: Set(received_from),
        received_before: Set(received_before),
        invited_by: Set(invited_by),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        ended_at: Set(None),
        ended_by: Set(None),
    };
    let row = Entity::insert(row).exec_with_returning(&**txn).await?;
    if !cases.is_empty() {
        let rows = cases.iter().map(|request| case::ActiveModel { invitation_id: Set(id), request_id: Set(*request) });
        case::Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    let data = json!({ "invitation": id, "scope": scope, "from": received_from, "before": received_before,
                       "cases": cases.len(), "until": new.expires_at });
    trail::record(&**txn, now, &by.actor, [Entry::on(new.controller, "regulator.invited", data)]).await?;
    send_link(txn, store, &by.actor, &row).await?;
    Ok(row)
}

async fn listed(txn: &Txn, controller: ControllerId, references: &[String]) -> Result<BTreeSet<RequestId>, NotInvited> {
    let wanted: BTreeSet<String> = references.iter().map(|it| it.trim().to_ascii_uppercase()).collect();
    if wanted.is_empty() {
        return Err(unfit("cases", "missing"));
    }
    if wanted.len() > MOST_CASES {
        return Err(unfit("cases", "too_many"));
    }
    let found: Vec<(RequestId, String)> = request::Entity::find()
        .select_only()
        .columns([request::Column::Id, request::Column::Reference])
        .filter(request::COLUMN.controller_id.eq(controller))
        .filter(request::COLUMN.reference.is_in(wanted.iter().cloned()))
        .into_tuple()
        .all(&**txn)
        .await?;
    let there: BTreeSet<_> = found.iter().map(|(_, reference)| reference.clone()).collect();
    let unknown: Vec<String> = wanted.difference(&there).cloned().collect();
    if unknown.is_empty() {
        Ok(found.into_iter().map(|(id, _)| id).collect())
    } else {
        Err(NotInvited::NoSuchCases(unknown))
    }
}

/// Ends an invitation: its links are void, and whoever is in is out with the next page. Says whether it still held.
///
/// # Errors
/// The database fails.
pub async fn end(txn: &Txn, now: At, by: &Decider, id: InvitationId) -> Result<bool, StoreError> {
    let Some(row) = lock(txn, &by.reach, id).await?.filter(|row| row.ended_at.is_none()) else { return Ok(false) };
    let change =
        ActiveModel { id: Unchanged(id), ended_at: Set(Some(now)), ended_by: Set(by.client), ..Default::default() };
    Entity::update(change).exec(&**txn).await?;
    link::shut(txn, now, Guest::Regulator(id)).await?;
    let data = json!({ "invitation": id });
    trail::record(&**txn, now, &by.actor, [Entry::on(row.controller_id, "regulator.ended", data)]).await?;
    Ok(true)
}

/// The invitation of this id, if it is within reach, locked.
pub async fn lock(txn: &Txn, reach: &Reach, id: InvitationId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).lock_exclusive().one(&**txn).await
}

/// The invitation of this id, if it is within reach.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, reach: &Reach, id: InvitationId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).one(conn).await
}

/// Up to `limit` invitations within reach, made before `before`, newest first.
///
/// # Errors
/// The database fails.
pub async fn page(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    before: Option<InvitationId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(reach.within(Column::ControllerId));
    if let Some(before) = before {
        query = query.filter(COLUMN.id.lt(before));
    }
    query.order_by_desc(Column::Id).limit(limit).all(conn).await
}

/// Those of this mail address that still hold, newest first, locked.
pub(super) async fn holding(txn: &Txn, now: At, address: &str) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.address.eq(address))
        .filter(COLUMN.ended_at.is_null())
        .filter(COLUMN.expires_at.gt(now))
        .order_by_desc(Column::Id)
        .lock_exclusive()
        .all(&**txn)
        .await
}
