//! Invitations: a link by which an officer sets a password, once, within three days. Then the second factor follows, as ever.

use std::time::Duration;

use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef};
use secrecy::SecretString;
use serde_json::json;
use vault::token::{hash_token, random_token};

use super::brake::{self, Guess};
use super::password::{self, NotSet};
use super::queries::{lock, may_sign_in, record};
use super::session::{self, Opened, Visitor};
use super::table::invitation::{ActiveModel, COLUMN, Column, Entity};
use super::table::{self, Model as Officer};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::Actor;
use crate::id::ClientId;
use crate::store::Store;
use crate::time::At;

/// How long one is good.
pub const LIFE: Duration = Duration::from_secs(72 * 3600);

/// What its token begins with.
pub const PREFIX: &str = "dsr_invitation";

/// Where its page is, below the service's address. The token stands behind it.
pub const PATH: &str = "/console/invitation/";

/// An invitation that was made: its token, which is never seen again.
#[derive(Debug)]
pub struct Invitation {
    /// The token.
    pub token: SecretString,
    /// When it ends.
    pub expires_at: At,
}

/// Invites a locked officer. Those made before are void.
///
/// # Errors
/// The database fails.
pub async fn make(txn: &Txn, store: &Store, by: &Actor, officer: ClientId) -> Result<Invitation, StoreError> {
    let now = store.now();
    void(txn, now, officer).await?;
    let (token, token_hash) = random_token(PREFIX);
    let expires_at = now + LIFE;
    let row = ActiveModel {
        token_hash: Set(token_hash),
        officer_id: Set(officer),
        created_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
        voided_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(&**txn).await?;
    record(txn, now, by, "officer.invited", json!({ "officer": officer, "until": expires_at })).await?;
    Ok(Invitation { token, expires_at })
}

/// Voids an officer's invitations that still wait.
pub(super) async fn void(txn: &Txn, now: At, officer: ClientId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::VoidedAt, now.into())
        .filter(COLUMN.officer_id.eq(officer))
        .filter(COLUMN.used_at.is_null())
        .filter(COLUMN.voided_at.is_null())
        .exec(&**txn)
        .await
        .map(|_| ())
}

/// Whom an invitation is for, if it is good. Looking changes nothing: mail programs follow links before their readers do.
///
/// # Errors
/// The database fails.
pub async fn look(store: &Store, token: &str) -> Result<Option<Officer>, StoreError> {
    let conn = store.db.read();
    let its_officer: RelationDef =
        Entity::belongs_to(table::Entity).from(Column::OfficerId).to(table::Column::Id).into();
    let found = table::Entity::find()
        .join(JoinType::InnerJoin, its_officer.rev())
        .filter(COLUMN.token_hash.eq(hash_token(token)))
        .filter(COLUMN.used_at.is_null())
        .filter(COLUMN.voided_at.is_null())
        .filter(COLUMN.expires_at.gt(store.now()))
        .one(conn)
        .await?;
    match found {
        Some(row) if may_sign_in(conn, &row).await? => Ok(Some(row)),
        _ => Ok(None),
    }
}

/// Takes an invitation up: sets the password, ends every session, and opens one as [`sign_in::password`] does.
///
/// [`sign_in::password`]: super::sign_in::password
///
/// # Errors
/// The invitation is not good, the password is not taken, or the database fails.
pub async fn accept(store: &Store, token: &str, password: &SecretString, visitor: &Visitor) -> Result<Opened, NotSet> {
    let Some(invited) = look(store, token).await? else { return Err(NotSet::Refused) };
    password::check(password, &invited.login, &invited.name)?;
    let hashed = password::hash(password).await?;
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(row) = lock(&txn, invited.id).await? else { return Err(NotSet::Refused) };
    if !may_sign_in(&*txn, &row).await? || !use_up(&txn, now, token).await? {
        return Err(NotSet::Refused);
    }
    let by = visitor.actor(row.id);
    password::set(&txn, store, &by, &row, hashed).await?;
    session::end_all(&txn, store, &by, row.id).await?;
    brake::release(&txn, store, Guess::Password(&row.login)).await?;
    let opened = session::open(&txn, now, &row, visitor, false).await?;
    txn.commit().await?;
    Ok(opened)
}

/// Uses one up. Of several who try at once one does.
async fn use_up(txn: &Txn, now: At, token: &str) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::UsedAt, now.into())
        .filter(COLUMN.token_hash.eq(hash_token(token)))
        .filter(COLUMN.used_at.is_null())
        .filter(COLUMN.voided_at.is_null())
        .filter(COLUMN.expires_at.gt(now));
    Ok(update.exec(&**txn).await?.rows_affected == 1)
}

/// Forgets invitations that ended before `before`.
///
/// # Errors
/// The database fails.
pub async fn forget(txn: &Txn, before: At) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.expires_at.lt(before)).exec(&**txn).await?.rows_affected)
}
