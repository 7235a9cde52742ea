//! Finding and opening notes.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use vault::data_key::DataKey;

use super::table::{COLUMN, Column, Entity, Model};
use crate::error::StoreError;
use crate::id::RequestId;
use crate::request::file::context;

/// What a note's words are sealed to.
pub(crate) const WORDS: &str = "notes.words";

/// The notes on a request, oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}

/// The words of a note.
///
/// # Errors
/// They do not open under the request's key.
pub fn words(key: &DataKey, note: &Model) -> Result<String, StoreError> {
    let plain = key.open(&context(WORDS, note.id), &note.words_sealed)?;
    String::from_utf8(plain).map_err(|_| StoreError::Corrupt("a note is not text"))
}
