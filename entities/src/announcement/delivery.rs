//! Deliveries: which is due, what an attempt makes of it, and giving up. Whoever writes here has locked the subscriber.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::announce::step;
use super::kind::{DeliveryState, Failure};
use super::table::delivery::{ActiveModel, COLUMN, Column, Entity, Model};
use super::table::{self, attempt};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::{AnnouncementAttemptId, AnnouncementId, SubscriberId};
use crate::step::queue;
use crate::subscriber;
use crate::time::At;

/// Nobody waits for the announcement, or has it on record, any more.
const UNWANTED: &str = "NOT EXISTS (SELECT 1 FROM announcement_deliveries AS left_over \
                         WHERE left_over.announcement_id = announcements.id)";

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why it failed; none if it did not.
    pub failure: Option<Failure>,
}

/// The delivery to a subscriber that is due now, the longest-waiting first, with what is delivered.
///
/// # Errors
/// The database fails.
pub async fn due(
    conn: &impl ConnectionTrait,
    subscriber: SubscriberId,
    now: At,
) -> Result<Option<(Model, table::Model)>, StoreError> {
    let due = waiting(subscriber).filter(COLUMN.next_at.lte(now)).order_by_asc(Column::NextAt);
    let Some(due) = due.order_by_asc(Column::Id).one(conn).await? else { return Ok(None) };
    let announcement = table::Entity::find_by_id(due.announcement_id).one(conn).await?;
    let announcement = announcement.ok_or(StoreError::Corrupt("a delivery has nothing to deliver"))?;
    Ok(Some((due, announcement)))
}

/// When the next delivery to a subscriber is due, if one waits.
///
/// # Errors
/// The database fails.
pub async fn next_at(conn: &impl ConnectionTrait, subscriber: SubscriberId) -> Result<Option<At>, DbErr> {
    let next: Option<Option<At>> =
        waiting(subscriber).select_only().column_as(Column::NextAt.min(), "next").into_tuple().one(conn).await?;
    Ok(next.flatten())
}

fn waiting(subscriber: SubscriberId) -> sea_orm::Select<Entity> {
    Entity::find().filter(COLUMN.subscriber_id.eq(subscriber)).filter(COLUMN.state.eq(DeliveryState::Waiting))
}

/// How many deliveries wait in the whole installation.
///
/// # Errors
/// The database fails.
pub async fn count_waiting(conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Entity::find().filter(COLUMN.state.eq(DeliveryState::Waiting)).count(conn).await
}

/// Notes that an attempt begins, before anything is sent. Should this process end before it knows how the attempt ended, the
/// delivery is tried again at `if_lost`, as after a failure; after the last attempt it is never lost, but tried once more. Says how
/// the delivery stands then, and which attempt it is.
///
/// # Errors
/// The database fails.
pub async fn begin(txn: &Txn, now: At, delivery: Model, if_lost: At) -> Result<(Model, AnnouncementAttemptId), DbErr> {
    let change = ActiveModel {
        id: Unchanged(delivery.id),
        attempts: Set(delivery.attempts + 1),
        tries: Set(delivery.tries + 1),
        next_at: Set(if_lost),
        first_tried_at: Set(Some(delivery.first_tried_at.unwrap_or(now))),
        last_tried_at: Set(Some(now)),
        last_status: Set(None),
        last_failure: Set(None),
        ..Default::default()
    };
    let begun = Entity::update(change).exec(&**txn).await?;
    let id = AnnouncementAttemptId::new();
    let row = attempt::ActiveModel {
        id: Set(id),
        delivery_id: Set(delivery.id),
        number: Set(begun.tries),
        at: Set(now),
        took_ms: Set(None),
        status: Set(None),
        failure: Set(None),
    };
    attempt::Entity::insert(row).exec_without_returning(&**txn).await?;
    Ok((begun, id))
}

/// Notes how an attempt ended, and what that makes of the delivery as [`begin`] left it: delivered if it did not fail, tried again
/// at `again`, or failed for good. One that was abandoned or asked for anew meanwhile stays so, unless it arrived.
///
/// # Errors
/// The database fails.
pub async fn end(
    txn: &Txn,
    now: At,
    delivery: &Model,
    attempt: AnnouncementAttemptId,
    ended: Ended,
    again: Option<At>,
) -> Result<(), DbErr> {
    let status = ended.status.map(i64::from);
    let row = attempt::ActiveModel {
        id: Unchanged(attempt),
        took_ms: Set(Some(ended.took_ms)),
        status: Set(status),
        failure: Set(ended.failure),
        ..Default::default()
    };
    attempt::Entity::update(row).exec(&**txn).await?;
    let (state, settled_at) = match (ended.failure, again) {
        (None, _) => (DeliveryState::Delivered, Some(now)),
        (Some(_), Some(_)) => (DeliveryState::Waiting, None),
        (Some(_), None) => (DeliveryState::Failed, Some(now)),
    };
    let mut update = Entity::update_many()
        .col_expr(Column::State, state.into())
        .col_expr(Column::NextAt, again.unwrap_or(now).into())
        .col_expr(Column::LastStatus, status.into())
        .col_expr(Column::LastFailure, ended.failure.into())
        .col_expr(Column::SettledAt, settled_at.into())
        .filter(COLUMN.id.eq(delivery.id));
    if ended.failure.is_some() {
        update = update.filter(COLUMN.state.eq(DeliveryState::Waiting)).filter(COLUMN.attempts.eq(delivery.attempts));
    }
    update.exec(&**txn).await.map(|_| ())
}

/// Has whatever waits for a subscriber sent now, in the order in which it was asked for: the subscriber is back. Says how many
/// deliveries.
///
/// # Errors
/// The database fails.
pub async fn hurry(txn: &Txn, now: At, subscriber: SubscriberId) -> Result<u64, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::NextAt, now.into())
        .filter(COLUMN.subscriber_id.eq(subscriber))
        .filter(COLUMN.state.eq(DeliveryState::Waiting));
    Ok(update.exec(&**txn).await?.rows_affected)
}

/// Gives up whatever waits for a subscriber. Says how many deliveries.
///
/// # Errors
/// The database fails.
pub async fn abandon(txn: &Txn, now: At, subscriber: SubscriberId) -> Result<u64, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::State, DeliveryState::Abandoned.into())
        .col_expr(Column::SettledAt, Expr::value(Some(now)))
        .filter(COLUMN.subscriber_id.eq(subscriber))
        .filter(COLUMN.state.eq(DeliveryState::Waiting));
    Ok(update.exec(&**txn).await?.rows_affected)
}

/// Has a subscriber that is on told what waits for it.
///
/// # Errors
/// The database fails.
pub async fn wake(txn: &Txn, now: At, subscriber: &subscriber::table::Model) -> Result<(), DbErr> {
    if subscriber.is_on() { queue::add(&**txn, now, [step(subscriber, now)]).await } else { Ok(()) }
}

/// Forgets deliveries that were settled before `before`, their attempts, and what they delivered, unless another of its deliveries
/// is left. Says how many deliveries, at most `limit`: whoever wants all gone calls again.
///
/// # Errors
/// The database fails.
pub async fn forget(txn: &Txn, before: At, limit: u64) -> Result<u64, DbErr> {
    let old: Vec<crate::id::AnnouncementDeliveryId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(COLUMN.settled_at.lt(before))
        .limit(limit)
        .into_tuple()
        .all(&**txn)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    let told = Entity::find()
        .select_only()
        .column(Column::AnnouncementId)
        .filter(COLUMN.id.is_in(old.clone()))
        .into_tuple::<AnnouncementId>();
    let told = told.all(&**txn).await?;
    attempt::Entity::delete_many().filter(attempt::COLUMN.delivery_id.is_in(old.clone())).exec(&**txn).await?;
    let gone = Entity::delete_many().filter(COLUMN.id.is_in(old)).exec(&**txn).await?.rows_affected;
    table::Entity::delete_many().filter(table::COLUMN.id.is_in(told)).filter(Expr::cust(UNWANTED)).exec(&**txn).await?;
    Ok(gone)
}
