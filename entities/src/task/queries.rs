//! Finding and opening tasks.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use vault::data_key::DataKey;

use super::table::{COLUMN, Column, Entity, Model};
use crate::error::StoreError;
use crate::id::{RequestId, TaskId};
use crate::request::file::context;

/// What a task's words are sealed to.
pub(crate) const WORDS: &str = "tasks.words";

/// The tasks about a request, in the order they were set.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}

/// This task, if it is about this request.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, request: RequestId, id: TaskId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(COLUMN.request_id.eq(request)).one(conn).await
}

/// How many tasks are open about each of these requests; one without any is not named.
///
/// # Errors
/// The database fails.
pub async fn count_open(
    conn: &impl ConnectionTrait,
    requests: impl IntoIterator<Item = RequestId>,
) -> Result<Vec<(RequestId, i64)>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::RequestId)
        .column_as(Column::Id.count(), "tasks")
        .filter(COLUMN.request_id.is_in(requests))
        .filter(COLUMN.done_at.is_null())
        .group_by(Column::RequestId)
        .into_tuple()
        .all(conn)
        .await
}

/// What exactly is to be done.
///
/// # Errors
/// It does not open under the request's key.
pub fn words(key: &DataKey, task: &Model) -> Result<String, StoreError> {
    let plain = key.open(&context(WORDS, task.id), &task.words_sealed)?;
    String::from_utf8(plain).map_err(|_| StoreError::Corrupt("a task is not text"))
}
