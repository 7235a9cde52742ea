//! Making links, and using each once.

use std::time::Duration;

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter};
use vault::token::hash_token;

use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::db::Txn;
use crate::id::{LetterId, LinkId, RequestId};
use crate::time::At;

/// How long a link holds.
pub const LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// How often a link may be tried, in all.
pub const TRIES: i64 = 20;

/// What a link's token begins with.
pub const PREFIX: &str = "dsr_id";

/// Writes a link down, and voids those made before it.
///
/// # Errors
/// The database fails.
pub async fn make(
    txn: &Txn,
    now: At,
    request: RequestId,
    letter: LetterId,
    hash: String,
    language: &str,
) -> Result<LinkId, DbErr> {
    void(&**txn, now, request).await?;
    let id = LinkId::new();
    let row = ActiveModel {
        id: Set(id),
        request_id: Set(request),
        letter_id: Set(letter),
        token_hash: Set(hash),
        language: Set(language.to_owned()),
        created_at: Set(now),
        expires_at: Set(now + LIFE),
        used_at: Set(None),
        voided_at: Set(None),
        tries: Set(0),
    };
    Entity::insert(row).exec_without_returning(&**txn).await?;
    Ok(id)
}

/// Voids all links of a request that are still good.
///
/// # Errors
/// The database fails.
pub async fn void(conn: &impl ConnectionTrait, now: At, request: RequestId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::VoidedAt, now.into())
        .filter(COLUMN.request_id.eq(request))
        .filter(COLUMN.used_at.is_null())
        .filter(COLUMN.voided_at.is_null())
        .exec(conn)
        .await
        .map(|_| ())
}

impl Model {
    /// Whether it may still be used.
    #[must_use]
    pub fn is_good(&self, now: At) -> bool {
        self.used_at.is_none() && self.voided_at.is_none() && now < self.expires_at && self.tries < TRIES
    }
}

/// The link of this token. It is found by its hash: whoever measures how long that takes learns of hashes, not of tokens.
///
/// # Errors
/// The database fails.
pub async fn by_token(conn: &impl ConnectionTrait, token: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.token_hash.eq(hash_token(token))).one(conn).await
}

/// Counts a try, and says whether any was left.
///
/// # Errors
/// The database fails.
pub async fn try_once(conn: &impl ConnectionTrait, link: LinkId) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(COLUMN.id.eq(link))
        .filter(COLUMN.tries.lt(TRIES));
    Ok(update.exec(conn).await?.rows_affected == 1)
}

/// Uses a link up. Of several who try at once one does.
///
/// # Errors
/// The database fails.
pub async fn use_up(txn: &Txn, now: At, link: LinkId) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::UsedAt, now.into())
        .filter(COLUMN.id.eq(link))
        .filter(COLUMN.used_at.is_null())
        .filter(COLUMN.voided_at.is_null())
        .filter(COLUMN.expires_at.gt(now));
    Ok(update.exec(&**txn).await?.rows_affected == 1)
}
