//! Reading the trail, each time within somebody's reach.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::table::{COLUMN, Column, Entity, Model};
use crate::client::reach::Reach;
use crate::id::{ControllerId, EventId, RequestId};

/// Up to `limit` events of a request after `after`, oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_request(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    request: RequestId,
    after: Option<EventId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(COLUMN.request_id.eq(request)).filter(reach.within(Column::ControllerId));
    if let Some(after) = after {
        query = query.filter(COLUMN.id.gt(after));
    }
    query.order_by_asc(Column::Id).limit(limit).all(conn).await
}

/// Up to `limit` events of a request before `before`, newest first; only those whose kind begins with one of `kinds`, if any
/// is named.
///
/// # Errors
/// The database fails.
pub async fn newest_of_request(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    request: RequestId,
    kinds: &[&str],
    before: Option<EventId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(COLUMN.request_id.eq(request)).filter(reach.within(Column::ControllerId));
    if !kinds.is_empty() {
        let any = kinds.iter().fold(Condition::any(), |any, kind| any.add(Column::Kind.starts_with(*kind)));
        query = query.filter(any);
    }
    if let Some(before) = before {
        query = query.filter(COLUMN.id.lt(before));
    }
    query.order_by_desc(Column::Id).limit(limit).all(conn).await
}

/// How many events a request has.
///
/// # Errors
/// The database fails.
pub async fn count_of_request(conn: &impl ConnectionTrait, reach: &Reach, request: RequestId) -> Result<u64, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).filter(reach.within(Column::ControllerId)).count(conn).await
}

/// The last event of a request.
///
/// # Errors
/// The database fails.
pub async fn last_of_request(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    request: RequestId,
) -> Result<Option<EventId>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(COLUMN.request_id.eq(request))
        .filter(reach.within(Column::ControllerId))
        .order_by_desc(Column::Id)
        .into_tuple()
        .one(conn)
        .await
}

/// A request's events of one kind, oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_kind(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    request: RequestId,
    kind: &str,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.request_id.eq(request))
        .filter(COLUMN.kind.eq(kind))
        .filter(reach.within(Column::ControllerId))
        .order_by_asc(Column::Id)
        .all(conn)
        .await
}

/// Up to `limit` lines of a controller's chain after the place `after` (0 for the first), by place. Events that are not
/// linked yet are not among them.
///
/// # Errors
/// The database fails.
pub async fn of_controller(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controller: ControllerId,
    after: i64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.controller_id.eq(controller))
        .filter(reach.within(Column::ControllerId))
        .filter(COLUMN.seq.gt(after))
        .order_by_asc(Column::Seq)
        .limit(limit)
        .all(conn)
        .await
}
