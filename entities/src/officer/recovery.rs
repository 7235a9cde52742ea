//! Recovery codes: ten, shown once, each good once in place of an authenticator.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use secrecy::SecretString;
use serde_json::json;
use vault::recovery::{hash_code, random_code};

use super::queries::{lock, record};
use super::session::{self, Signed, Visitor};
use super::table::recovery::{ActiveModel, COLUMN, Column, Entity};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::ClientId;
use crate::store::Store;
use crate::time::At;

/// How many there are.
pub const COUNT: usize = 10;

/// Makes an officer's codes anew; those before count no more.
pub(super) async fn make(txn: &Txn, now: At, officer: ClientId) -> Result<Vec<SecretString>, DbErr> {
    forget(txn, officer).await?;
    let (codes, rows): (Vec<_>, Vec<_>) = std::iter::repeat_with(random_code)
        .take(COUNT)
        .map(|(code, hash)| {
            let row = ActiveModel {
                code_hash: Set(hash),
                officer_id: Set(officer),
                created_at: Set(now),
                used_at: Set(None),
            };
            (code, row)
        })
        .unzip();
    Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    Ok(codes)
}

/// Forgets all of an officer's codes.
pub(super) async fn forget(txn: &Txn, officer: ClientId) -> Result<(), DbErr> {
    Entity::delete_many().filter(COLUMN.officer_id.eq(officer)).exec(&**txn).await.map(|_| ())
}

/// Uses a code up. Of several who type it at once one does.
pub(super) async fn use_up(txn: &Txn, now: At, officer: ClientId, typed: &str) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::UsedAt, now.into())
        .filter(COLUMN.code_hash.eq(hash_code(typed)))
        .filter(COLUMN.officer_id.eq(officer))
        .filter(COLUMN.used_at.is_null());
    Ok(update.exec(&**txn).await?.rows_affected == 1)
}

/// How many codes an officer has left.
///
/// # Errors
/// The database fails.
pub async fn left(conn: &impl ConnectionTrait, officer: ClientId) -> Result<u64, DbErr> {
    Entity::find().filter(COLUMN.officer_id.eq(officer)).filter(COLUMN.used_at.is_null()).count(conn).await
}

/// Makes one's own codes anew; those before count no more. None if the second factor was not given [lately](Signed::is_fresh).
///
/// # Errors
/// The database fails.
pub async fn renew(store: &Store, signed: &Signed, visitor: &Visitor) -> Result<Option<Vec<SecretString>>, StoreError> {
    let (txn, now) = (store.db.begin().await?, store.now());
    let there = lock(&txn, signed.officer).await?.is_some();
    if !there || !signed.is_fresh(now) || !session::is_live(&txn, now, signed.session).await? {
        return Ok(None);
    }
    let codes = make(&txn, now, signed.officer).await?;
    let data = json!({ "officer": signed.officer, "codes": codes.len() });
    record(&txn, now, &visitor.actor(signed.officer), "officer.recovery_codes_renewed", data).await?;
    txn.commit().await?;
    Ok(Some(codes))
}
