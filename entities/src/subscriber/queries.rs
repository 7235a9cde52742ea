//! Finding subscribers, each time within somebody's reach.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::table::{COLUMN, Column, Entity, Model};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::id::{ControllerId, SubscriberId};

/// The subscribers within reach that were not removed, oldest first; of one controller, if it is named.
///
/// # Errors
/// The database fails.
pub async fn all(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controller: Option<ControllerId>,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(reach.within(Column::ControllerId)).filter(COLUMN.removed_at.is_null());
    if let Some(controller) = controller {
        query = query.filter(COLUMN.controller_id.eq(controller));
    }
    query.order_by_asc(Column::Id).all(conn).await
}

/// A controller's subscribers that were not removed, oldest first, each held as it is until the transaction ends: none is
/// switched off, on or away meanwhile.
///
/// # Errors
/// The database fails.
pub async fn hold_all(txn: &Txn, controller: ControllerId) -> Result<Vec<Model>, DbErr> {
    let query = Entity::find().filter(COLUMN.controller_id.eq(controller)).filter(COLUMN.removed_at.is_null());
    query.order_by_asc(Column::Id).lock_shared().all(&**txn).await
}

/// The subscriber of this id, if it is within reach and was not removed.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, reach: &Reach, id: SubscriberId) -> Result<Option<Model>, DbErr> {
    let query = Entity::find_by_id(id).filter(reach.within(Column::ControllerId));
    query.filter(COLUMN.removed_at.is_null()).one(conn).await
}

/// The same, locked until the transaction ends. Whoever locks a subscriber does so before its step and its deliveries.
///
/// # Errors
/// The database fails.
pub async fn lock(txn: &Txn, reach: &Reach, id: SubscriberId) -> Result<Option<Model>, DbErr> {
    let query = Entity::find_by_id(id).filter(reach.within(Column::ControllerId));
    query.filter(COLUMN.removed_at.is_null()).lock_exclusive().one(&**txn).await
}

/// How many there are in the whole installation, and how many of them are disabled.
///
/// # Errors
/// The database fails.
pub async fn count(conn: &impl ConnectionTrait) -> Result<(u64, u64), DbErr> {
    let there = || Entity::find().filter(COLUMN.removed_at.is_null());
    Ok((there().count(conn).await?, there().filter(COLUMN.disabled_at.is_not_null()).count(conn).await?))
}
