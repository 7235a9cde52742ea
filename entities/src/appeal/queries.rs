//! Finding a request's appeal.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::table::{COLUMN, Entity, Model};
use crate::id::RequestId;

/// A request's appeal, if it has one.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).one(conn).await
}
