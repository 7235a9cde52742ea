//! Grants: leave for one guest to see one person's data, case by case, with the reason why.

use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use serde_json::json;
use vault::data_key::DataKey;

use super::invitation::lock;
use super::scope;
use super::table::Model as Invitation;
use super::table::grant::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Entry};
use crate::id::{GrantId, InvitationId, RequestId};
use crate::request::decide::Decider;
use crate::request::file::context;
use crate::request::{keys, queries};
use crate::store::Store;
use crate::time::At;

const REASON: &str = "regulator_grants.reason";

/// Why nothing was granted.
#[derive(Debug, thiserror::Error)]
pub enum NotGranted {
    /// There is no such invitation within reach that still holds, or it is not a person who grants.
    #[error("there is no such invitation")]
    NoInvitation,
    /// The invitation lets see no such case.
    #[error("the invitation lets see no such case")]
    NoCase,
    /// It is granted already.
    #[error("it is granted already")]
    Already,
    /// The stored state failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotGranted {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Gives leave. The reason is sealed under the request's key and goes with it.
///
/// # Errors
/// See [`NotGranted`].
pub async fn give(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    invitation: InvitationId,
    reference: &str,
    reason: &str,
) -> Result<Model, NotGranted> {
    let now = store.now();
    let granted_by = by.client.ok_or(NotGranted::NoInvitation)?;
    let row = lock(txn, &by.reach, invitation).await?.filter(|row| row.holds(now));
    let row = row.ok_or(NotGranted::NoInvitation)?;
    let found = scope::find(&**txn, &row, reference).await?.ok_or(NotGranted::NoCase)?;
    let request = queries::lock(txn, &by.reach, found.id).await?.ok_or(NotGranted::NoCase)?;
    if of(&**txn, invitation, request.id).await?.is_some() {
        return Err(NotGranted::Already);
    }
    let key = keys::of(&**txn, &store.safe, request.id).await?;
    let id = GrantId::new();
    let grant = ActiveModel {
        id: Set(id),
        invitation_id: Set(invitation),
        request_id: Set(request.id),
        reason_sealed: Set(key.seal(&context(REASON, id), reason.as_bytes())),
        granted_by: Set(granted_by),
        granted_at: Set(now),
        ended_at: Set(None),
        ended_by: Set(None),
    };
    let grant = Entity::insert(grant).exec_with_returning(&**txn).await?;
    let data = json!({ "invitation": invitation, "grant": id });
    trail::record(&**txn, now, &by.actor, [Entry::of(&request, "regulator.data_granted", data)]).await?;
    Ok(grant)
}

/// Takes leave back. Says whether there was any to take.
///
/// # Errors
/// The database fails.
pub async fn take_back(
    txn: &Txn,
    now: At,
    by: &Decider,
    invitation: InvitationId,
    id: GrantId,
) -> Result<bool, StoreError> {
    if lock(txn, &by.reach, invitation).await?.is_none() {
        return Ok(false);
    }
    let own = Entity::find_by_id(id).filter(COLUMN.invitation_id.eq(invitation)).filter(COLUMN.ended_at.is_null());
    let Some(row) = own.one(&**txn).await? else { return Ok(false) };
    let change =
        ActiveModel { id: Unchanged(id), ended_at: Set(Some(now)), ended_by: Set(by.client), ..Default::default() };
    Entity::update(change).exec(&**txn).await?;
    let Some(request) = queries::by_id(&**txn, &by.reach, row.request_id).await? else { return Ok(false) };
    let data = json!({ "invitation": invitation, "grant": id });
    trail::record(&**txn, now, &by.actor, [Entry::of(&request, "regulator.grant_ended", data)]).await?;
    Ok(true)
}

/// The leave that a guest has to see a request's data, if any.
///
/// # Errors
/// The database fails.
pub async fn of(
    conn: &impl ConnectionTrait,
    invitation: InvitationId,
    request: RequestId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.invitation_id.eq(invitation))
        .filter(COLUMN.request_id.eq(request))
        .filter(COLUMN.ended_at.is_null())
        .one(conn)
        .await
}

/// All that was granted to a guest, oldest first.
///
/// # Errors
/// The database fails.
pub async fn all(conn: &impl ConnectionTrait, invitation: &Invitation) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.invitation_id.eq(invitation.id)).order_by_asc(Column::Id).all(conn).await
}

/// Why, opened.
///
/// # Errors
/// It does not open under the request's key.
pub fn reason(key: &DataKey, row: &Model) -> Result<String, StoreError> {
    let plain = key.open(&context(REASON, row.id), &row.reason_sealed)?;
    String::from_utf8(plain).map_err(|_| StoreError::Corrupt("a reason is not text"))
}
