//! Finding letters.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::kind::{LetterKind, LetterState};
use super::table::{COLUMN, Column, Entity, Model};
use crate::client::reach::Reach;
use crate::id::{LetterId, RequestId};

/// The letter of this id, if it is within reach.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, reach: &Reach, id: LetterId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).one(conn).await
}

/// A request's letters, oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}

/// The newest letter of a kind that a request has.
///
/// # Errors
/// The database fails.
pub async fn newest(conn: &impl ConnectionTrait, request: RequestId, kind: LetterKind) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.request_id.eq(request))
        .filter(COLUMN.kind.eq(kind))
        .order_by_desc(Column::Id)
        .one(conn)
        .await
}

/// The first letter of a kind that went out, of those that a request has.
///
/// # Errors
/// The database fails.
pub async fn sent_first(
    conn: &impl ConnectionTrait,
    request: RequestId,
    kind: LetterKind,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.request_id.eq(request))
        .filter(COLUMN.kind.eq(kind))
        .filter(COLUMN.state.eq(LetterState::Sent))
        .order_by_asc(Column::SentAt)
        .order_by_asc(Column::Id)
        .one(conn)
        .await
}

/// How many letters wait to be sent, in the whole installation.
///
/// # Errors
/// The database fails.
pub async fn count_queued(conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Entity::find().filter(COLUMN.state.eq(LetterState::Queued)).count(conn).await
}
