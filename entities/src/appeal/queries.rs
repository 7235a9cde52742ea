//! Finding a request's appeal.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vault::data_key::DataKey;

use super::table::{COLUMN, Entity, Model};
use crate::error::StoreError;
use crate::id::RequestId;
use crate::request::file::context;

/// What the words of an appeal are sealed to.
pub(crate) const WORDS: &str = "appeals.words";

/// A request's appeal, if it has one.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).one(conn).await
}

/// The appeals of several requests, in no order.
///
/// # Errors
/// The database fails.
pub async fn of_each(conn: &impl ConnectionTrait, requests: &[RequestId]) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.is_in(requests.iter().copied())).all(conn).await
}

/// What the person wrote, if they wrote something.
///
/// # Errors
/// It does not open under the request's key.
pub fn words(key: &DataKey, appeal: &Model) -> Result<Option<String>, StoreError> {
    let Some(sealed) = &appeal.words_sealed else { return Ok(None) };
    let plain = key.open(&context(WORDS, appeal.id), sealed)?;
    String::from_utf8(plain).map(Some).map_err(|_| StoreError::Corrupt("words are not text"))
}
