//! A call that is repeated with its key gets the answer of the first one, and does nothing twice.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::table::{ActiveModel, COLUMN, Column, Entity};
use crate::db::Txn;
use crate::id::ClientId;
use crate::inserts::Inserts;
use crate::time::At;

/// What a call was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The `Location`.
    pub location: Option<String>,
    /// The body.
    pub body: String,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is new, and now belongs to this call.
    New,
    /// The same call came before, and was answered so.
    Answered(Answer),
    /// It came before with another body.
    OtherBody,
}

/// A key, the call that came with it, and how that call will be answered, if it is known already.
#[derive(Clone, Debug)]
pub struct Taken<'a> {
    /// Whose key.
    pub client: ClientId,
    /// Keyed hash of the key.
    pub key_hash: &'a str,
    /// Keyed hash of the call.
    pub body_hash: &'a str,
    /// The answer.
    pub answer: Option<&'a Answer>,
}

impl Taken<'_> {
    fn row(&self, now: At) -> ActiveModel {
        ActiveModel {
            client_id: Set(self.client),
            key_hash: Set(self.key_hash.to_owned()),
            body_hash: Set(self.body_hash.to_owned()),
            status: Set(self.answer.map(|answer| i64::from(answer.status))),
            location: Set(self.answer.and_then(|answer| answer.location.clone())),
            answer: Set(self.answer.map(|answer| answer.body.clone())),
            created_at: Set(now),
        }
    }
}

/// Takes the key for this call. The key, what the call does and its answer commit together: a second call with the same key
/// that comes meanwhile waits for the first one's end. The answer is kept with [`keep`].
///
/// # Errors
/// The database fails.
pub async fn take(txn: &Txn, client: ClientId, key_hash: &str, body_hash: &str, now: At) -> Result<Known, DbErr> {
    take_for(txn, Taken { client, key_hash, body_hash, answer: None }, now).await
}

/// Takes keys that nobody has taken yet, with their answers, along with what else is written. If somebody has taken one, the
/// whole transaction fails.
pub fn take_new(inserts: &mut Inserts, keys: &[Taken<'_>], now: At) {
    // In one order everywhere, so that two transactions never wait for each other.
    let mut keys: Vec<_> = keys.iter().collect();
    keys.sort_unstable_by_key(|key| (key.client, key.key_hash));
    inserts.add(keys.into_iter().map(|key| key.row(now)));
}

/// As [`take`]; an answer that is known before the work is done is kept at once.
///
/// # Errors
/// The database fails.
pub async fn take_for(txn: &Txn, taken: Taken<'_>, now: At) -> Result<Known, DbErr> {
    let Taken { client, key_hash, body_hash, .. } = taken;
    let row = taken.row(now);
    let untouched = OnConflict::columns([Column::ClientId, Column::KeyHash]).do_nothing().to_owned();
    let inserted = Entity::insert_many([row]).on_conflict(untouched).exec_without_returning(&**txn).await?;
    if inserted == 1 {
        return Ok(Known::New);
    }
    let found = Entity::find_by_id((client, key_hash.to_owned())).one(&**txn).await?;
    Ok(match found {
        Some(row) if row.body_hash != body_hash => Known::OtherBody,
        Some(row) => Known::Answered(Answer {
            status: row.status.and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
            location: row.location,
            body: row.answer.unwrap_or_default(),
        }),
        None => Known::OtherBody,
    })
}

/// Keeps the answer with the key.
///
/// # Errors
/// The database fails.
pub async fn keep(txn: &Txn, client: ClientId, key_hash: &str, answer: &Answer) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Status, i64::from(answer.status).into())
        .col_expr(Column::Location, answer.location.clone().into())
        .col_expr(Column::Answer, answer.body.clone().into())
        .filter(COLUMN.client_id.eq(client))
        .filter(COLUMN.key_hash.eq(key_hash))
        .exec(&**txn)
        .await
        .map(|_| ())
}

/// Forgets keys older than `before`.
///
/// # Errors
/// The database fails.
pub async fn forget(txn: &Txn, before: At) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.created_at.lt(before)).exec(&**txn).await?.rows_affected)
}
