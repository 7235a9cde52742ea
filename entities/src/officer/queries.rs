//! Finding officers, each time within somebody's reach; and what the other files write with.

use resolution::identifier::IdentifierKind;
use resolution::normalise::{NotNormal, normalise};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::Value;
use vault::keyring::Keyring;

use super::role::holders;
use super::table::{ActiveModel, COLUMN, Column, Entity, Model, role, session};
use crate::client::reach::Reach;
use crate::client::scope::Scope;
use crate::client::table as client;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ClientId, ControllerId};
use crate::time::At;

/// Where the secret of an authenticator is sealed for.
pub(super) const TOTP: &str = "officers.totp";
/// Where one that is being enrolled is.
pub(super) const ENROLLING: &str = "officer_sessions.enrolling";

/// A login as it is stored: an e-mail address in lower case.
///
/// # Errors
/// It is no e-mail address.
pub fn login(typed: &str) -> Result<String, NotNormal> {
    normalise(IdentifierKind::Email, typed, None).map(|it| it.lookup.to_lowercase())
}

/// Whom somebody may see: officers with a role within reach. Those without a role are the whole installation's business.
fn seen(reach: &Reach) -> Condition {
    if reach.covers(ControllerId::INSTALLATION) {
        return Condition::all();
    }
    let theirs = Query::select()
        .column(role::Column::OfficerId)
        .from(role::Entity)
        .cond_where(reach.within(role::Column::ControllerId))
        .to_owned();
    Condition::all().add(COLUMN.id.in_subquery(theirs))
}

/// The officers within reach, by login.
///
/// # Errors
/// The database fails.
pub async fn all(conn: &impl ConnectionTrait, reach: &Reach) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(seen(reach)).order_by_asc(Column::Login).all(conn).await
}

/// Up to `limit` officers within reach after the officer `after`, by login. The place is an id and not a login, because
/// addresses of pages bear it, and they name nobody.
///
/// # Errors
/// The database fails.
pub async fn page(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    after: Option<ClientId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(seen(reach));
    if let Some(after) = after {
        // It may have lost its last role within reach since: its place in the list stays where it was.
        let Some(last) = row(conn, after).await? else { return Ok(Vec::new()) };
        query = query.filter(Column::Login.gt(last.login));
    }
    query.order_by_asc(Column::Login).limit(limit).all(conn).await
}

/// The officer of this id, if it is within reach.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, reach: &Reach, id: ClientId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(seen(reach)).one(conn).await
}

/// The officer of this login, wherever it works. An address that is none is nobody's.
///
/// # Errors
/// The database fails.
pub async fn by_login(conn: &impl ConnectionTrait, typed: &str) -> Result<Option<Model>, DbErr> {
    let Ok(login) = login(typed) else { return Ok(None) };
    Entity::find().filter(COLUMN.login.eq(login)).one(conn).await
}

/// The names of these officers, for pages that tell who did something or who could.
///
/// # Errors
/// The database fails.
pub async fn names(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ClientId>,
) -> Result<Vec<(ClientId, String)>, DbErr> {
    let found = Entity::find().filter(COLUMN.id.is_in(ids)).order_by_asc(Column::Name).all(conn).await?;
    Ok(found.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The officers who may do something at a controller, by name; those who are disabled may not.
///
/// # Errors
/// The database fails.
pub async fn who_may(
    conn: &impl ConnectionTrait,
    controller: ControllerId,
    scope: Scope,
) -> Result<Vec<(ClientId, String)>, DbErr> {
    let holders = holders(conn, controller, scope).await?;
    let found = Entity::find().filter(COLUMN.id.is_in(holders)).filter(COLUMN.disabled_at.is_null());
    let found = found.order_by_asc(Column::Name).all(conn).await?;
    Ok(found.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The row of this id.
pub(super) async fn row(conn: &impl ConnectionTrait, id: ClientId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(conn).await
}

/// The row of this id, locked until the transaction ends. Whoever locks an officer does so before anything of its.
pub(super) async fn lock(txn: &Txn, id: ClientId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(&**txn).await
}

/// Whether an officer may sign in: it is not disabled, and its client is not revoked.
pub(super) async fn may_sign_in(conn: &impl ConnectionTrait, row: &Model) -> Result<bool, DbErr> {
    let client = client::Entity::find_by_id(row.id).one(conn).await?;
    Ok(row.disabled_at.is_none() && client.is_some_and(|client| client.revoked_at.is_none()))
}

/// Whether somebody is an officer who can sign in.
///
/// # Errors
/// The database fails.
pub async fn can_sign_in(conn: &impl ConnectionTrait, id: ClientId) -> Result<bool, DbErr> {
    match row(conn, id).await? {
        Some(found) => may_sign_in(conn, &found).await,
        None => Ok(false),
    }
}

/// Those of these officers who can sign in, by name.
///
/// # Errors
/// The database fails.
pub async fn active(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ClientId>,
) -> Result<Vec<(ClientId, String)>, DbErr> {
    let revoked = Query::select()
        .column(client::Column::Id)
        .from(client::Entity)
        .and_where(client::Column::RevokedAt.is_not_null())
        .to_owned();
    let able = Entity::find()
        .filter(COLUMN.id.is_in(ids))
        .filter(COLUMN.disabled_at.is_null())
        .filter(Column::Id.not_in_subquery(revoked));
    Ok(able.order_by_asc(Column::Name).all(conn).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The beginning of a change of a locked row.
pub(super) fn changed(row: &Model, now: At) -> ActiveModel {
    ActiveModel { id: Unchanged(row.id), version: Set(row.version + 1), updated_at: Set(now), ..Default::default() }
}

/// Writes to the installation's trail: an officer may work for several controllers.
pub(super) async fn record(txn: &Txn, now: At, by: &Actor, kind: &'static str, data: Value) -> Result<(), DbErr> {
    trail::record(&**txn, now, by, [Entry::on(ControllerId::INSTALLATION, kind, data)]).await
}

/// Seals what an older installation key had sealed anew. Says how many values.
///
/// # Errors
/// The database fails, or a value does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().filter(COLUMN.totp_sealed.is_not_null()).all(&**txn).await? {
        let Some(sealed) = row.totp_sealed.filter(|sealed| !keyring.is_current(sealed)) else { continue };
        let anew = keyring.seal(row.id.0, TOTP, &keyring.open(row.id.0, TOTP, &sealed)?);
        let change = ActiveModel { id: Unchanged(row.id), totp_sealed: Set(Some(anew)), ..Default::default() };
        Entity::update(change).exec(&**txn).await?;
        resealed += 1;
    }
    // A secret that is being enrolled lives for minutes: whoever is at it begins anew.
    session::Entity::update_many()
        .col_expr(session::Column::EnrollingSealed, Expr::value(Option::<Vec<u8>>::None))
        .filter(session::COLUMN.enrolling_sealed.is_not_null())
        .exec(&**txn)
        .await?;
    Ok(resealed)
}
