//! A request's identifiers, with their values opened.

use resolution::identifier::IdentifierKind;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use vault::data_key::DataKey;

use super::table::{COLUMN, Column, Entity, Model};
use crate::error::StoreError;
use crate::id::RequestId;
use crate::request::file::context;

/// A request's identifiers, in the order they were given.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Position).all(conn).await
}

/// An identifier's value.
///
/// # Errors
/// It does not open under the request's key.
pub fn value(key: &DataKey, row: &Model) -> Result<String, StoreError> {
    let plain = key.open(&context("identifiers.value", row.id), &row.value_sealed)?;
    String::from_utf8(plain).map_err(|_| StoreError::Corrupt("an identifier is not text"))
}

/// An identifier's kind.
///
/// # Errors
/// Somebody wrote past the rules.
pub fn kind(row: &Model) -> Result<IdentifierKind, StoreError> {
    row.kind.parse().map_err(|_| StoreError::Corrupt("an identifier has an unknown kind"))
}
