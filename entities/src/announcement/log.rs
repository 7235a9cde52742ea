//! Reading what was sent to a subscriber, by those who may see the subscriber.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::kind::DeliveryState;
use super::table::delivery::{COLUMN, Column, Entity, Model};
use super::table::{self, attempt};
use crate::id::{AnnouncementDeliveryId, SubscriberId};
use crate::time::At;

/// Which deliveries to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only those that stand so.
    pub state: Option<DeliveryState>,
    /// Only those asked for at this instant or later.
    pub since: Option<At>,
}

/// A delivery and what it delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The delivery.
    pub delivery: Model,
    /// What it delivers.
    pub announcement: table::Model,
}

/// Up to `limit` deliveries to a subscriber before `before`, newest first.
///
/// # Errors
/// The database fails.
pub async fn page(
    conn: &impl ConnectionTrait,
    subscriber: SubscriberId,
    filter: Filter,
    before: Option<AnnouncementDeliveryId>,
    limit: u64,
) -> Result<Vec<Line>, DbErr> {
    let mut query = Entity::find().filter(COLUMN.subscriber_id.eq(subscriber));
    if let Some(state) = filter.state {
        query = query.filter(COLUMN.state.eq(state));
    }
    if let Some(since) = filter.since {
        query = query.filter(COLUMN.created_at.gte(since));
    }
    if let Some(before) = before {
        query = query.filter(COLUMN.id.lt(before));
    }
    let rows = query.order_by_desc(Column::Id).limit(limit).all(conn).await?;
    let ids = rows.iter().map(|row| row.announcement_id);
    let told = table::Entity::find().filter(table::COLUMN.id.is_in(ids)).all(conn).await?;
    let line = |delivery: Model| {
        let announcement = told.iter().find(|it| it.id == delivery.announcement_id)?.clone();
        Some(Line { delivery, announcement })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

/// One delivery to a subscriber, with its attempts, oldest first.
///
/// # Errors
/// The database fails.
pub async fn one(
    conn: &impl ConnectionTrait,
    subscriber: SubscriberId,
    id: AnnouncementDeliveryId,
) -> Result<Option<(Line, Vec<attempt::Model>)>, DbErr> {
    let found = Entity::find_by_id(id).filter(COLUMN.subscriber_id.eq(subscriber)).one(conn).await?;
    let Some(delivery) = found else { return Ok(None) };
    let told = table::Entity::find_by_id(delivery.announcement_id).one(conn).await?;
    let attempts = attempt::Entity::find().filter(attempt::COLUMN.delivery_id.eq(id));
    let attempts = attempts.order_by_asc(attempt::Column::Id).all(conn).await?;
    Ok(told.map(|announcement| (Line { delivery, announcement }, attempts)))
}
