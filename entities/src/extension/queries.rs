//! Finding a request's extension.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::table::{COLUMN, Entity, Model};
use crate::id::RequestId;

/// A request's extension, if it has one.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).one(conn).await
}

/// The extensions of several requests, in no order.
///
/// # Errors
/// The database fails.
pub async fn of_each(conn: &impl ConnectionTrait, requests: &[RequestId]) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.is_in(requests.iter().copied())).all(conn).await
}
