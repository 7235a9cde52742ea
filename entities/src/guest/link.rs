//! Links: made one at a time for each guest, used once, found by their hash.

use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vault::token::hash_token;

use super::table::{ActiveModel, COLUMN, Column, Entity, Guest, Model, session};
use crate::db::Txn;
use crate::id::LinkId;
use crate::time::At;

/// What a link's token begins with.
pub const PREFIX: &str = "dsr_link";

/// The longest token that is looked up; ours are shorter.
const LONGEST: usize = 100;

/// Where guests of this kind come in: a link is this with its token behind it, and the page itself sends another one.
#[must_use]
pub fn page(public_url: &str, guest: Guest) -> String {
    match guest {
        Guest::Person(_) => format!("{public_url}/status/link"),
        Guest::Regulator(_) => format!("{public_url}/regulator/link"),
    }
}

/// Whose a row is.
pub(super) fn of(guest: Guest) -> Condition {
    match guest {
        Guest::Person(request) => Condition::all().add(COLUMN.request_id.eq(request)),
        Guest::Regulator(invitation) => Condition::all().add(COLUMN.invitation_id.eq(invitation)),
    }
}

/// Writes a link down, and voids those of the same guest that still wait.
///
/// # Errors
/// The database fails.
pub async fn write(txn: &Txn, now: At, guest: Guest, token_hash: String, language: &str) -> Result<LinkId, DbErr> {
    void(txn, now, guest).await?;
    let (request_id, invitation_id) = match guest {
        Guest::Person(request) => (Some(request), None),
        Guest::Regulator(invitation) => (None, Some(invitation)),
    };
    let id = LinkId::new();
    let row = ActiveModel {
        id: Set(id),
        request_id: Set(request_id),
        invitation_id: Set(invitation_id),
        token_hash: Set(token_hash),
        language: Set(language.to_owned()),
        created_at: Set(now),
        expires_at: Set(now + guest.link_life()),
        used_at: Set(None),
        voided_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(&**txn).await?;
    Ok(id)
}

/// Voids the links of a guest that still wait.
async fn void(txn: &Txn, now: At, guest: Guest) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::VoidedAt, now.into())
        .filter(of(guest))
        .filter(COLUMN.used_at.is_null())
        .filter(COLUMN.voided_at.is_null())
        .exec(&**txn)
        .await
        .map(|_| ())
}

/// Shuts a guest out: no link is good any more, and every session ends.
///
/// # Errors
/// The database fails.
pub async fn shut(txn: &Txn, now: At, guest: Guest) -> Result<(), DbErr> {
    void(txn, now, guest).await?;
    let theirs = Query::select().column(Column::Id).from(Entity).cond_where(of(guest)).to_owned();
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, now.into())
        .filter(session::COLUMN.link_id.in_subquery(theirs))
        .filter(session::COLUMN.ended_at.is_null())
        .exec(&**txn)
        .await
        .map(|_| ())
}

/// The link of this token. It is found by its hash: whoever measures how long that takes learns of hashes, not of tokens.
///
/// # Errors
/// The database fails.
pub async fn by_token(conn: &impl ConnectionTrait, token: &str) -> Result<Option<Model>, DbErr> {
    if token.len() > LONGEST {
        return Ok(None);
    }
    Entity::find().filter(COLUMN.token_hash.eq(hash_token(token))).one(conn).await
}

/// Uses a link up. Of several who try at once one does.
pub(super) async fn use_up(txn: &Txn, now: At, link: LinkId) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::UsedAt, now.into())
        .filter(COLUMN.id.eq(link))
        .filter(COLUMN.used_at.is_null())
        .filter(COLUMN.voided_at.is_null())
        .filter(COLUMN.expires_at.gt(now));
    Ok(update.exec(&**txn).await?.rows_affected == 1)
}
