//! Sending on demand: a test, and what was sent or missed before, once more. A replay keeps the message's id and body, so
//! whoever took it already knows it again.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use serde_json::json;

use super::announce::delivery_row;
use super::delivery::wake;
use super::kind::{AnnouncementKind, DeliveryState};
use super::payload::{OfTest, Payload};
use super::table::delivery::{COLUMN, Column, Entity, Model as Delivery};
use super::table::{self, ActiveModel};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{AnnouncementDeliveryId, AnnouncementId};
use crate::subscriber::health;
use crate::subscriber::table::Model as Subscriber;
use crate::time::At;

/// What to send once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// One delivery, however it stands.
    One(AnnouncementDeliveryId),
    /// All of a time.
    Range(Range),
}

/// All of a time, part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// What happened at this instant or later.
    pub from: At,
    /// And before this one.
    pub to: Option<At>,
    /// Whether only what never arrived.
    pub only: OnlyMissed,
    /// What comes after this delivery: [`Replayed::next`] of the part before.
    pub after: Option<AnnouncementDeliveryId>,
    /// How much at most; [`MOST`] for all but tests.
    pub limit: u64,
}

impl Range {
    /// Everything that never arrived, from an instant on.
    #[must_use]
    pub const fn missed_since(from: At) -> Self {
        Self { from, to: None, only: OnlyMissed::Yes, after: None, limit: MOST }
    }
}

/// What a replay sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// How many deliveries are sent now by it, those among them that waited already.
    pub deliveries: u64,
    /// Where the next part begins, if there may be one.
    pub next: Option<AnnouncementDeliveryId>,
}

/// Whether only what never arrived is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnlyMissed {
    /// Waiting, failed or abandoned.
    Yes,
    /// Whatever became of it.
    No,
}

/// The most that one replay sends.
pub const MOST: u64 = 10_000;

/// Why nothing is sent.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// The subscriber is disabled: nothing goes to it.
    #[error("the subscriber is disabled; enable it first")]
    Disabled,
    /// There is no such delivery to this subscriber.
    #[error("there is no such delivery")]
    NotFound,
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sea_orm::DbErr> for NotSent {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Sends a test to a locked subscriber. Says which delivery that is.
///
/// # Errors
/// It is disabled, or the database fails.
pub async fn test(txn: &Txn, now: At, by: &Actor, subscriber: &Subscriber) -> Result<Delivery, NotSent> {
    if !subscriber.is_on() {
        return Err(NotSent::Disabled);
    }
    let (id, kind) = (AnnouncementId::new(), AnnouncementKind::Test);
    let payload = Payload { kind, timestamp: now, data: OfTest { subscriber_id: subscriber.id } };
    let row = ActiveModel {
        id: Set(id),
        controller_id: Set(subscriber.controller_id),
        request_id: Set(None),
        seq: Set(None),
        kind: Set(kind),
        event_id: Set(None),
        payload: Set(payload.text()?),
        at: Set(now),
        created_at: Set(now),
    };
    table::Entity::insert(row).exec_without_returning(&**txn).await?;
    let made = Entity::insert(delivery_row(id, subscriber, now)).exec_with_returning(&**txn).await?;
    let data = json!({ "subscriber": subscriber.id, "delivery": made.id });
    trail::record(&**txn, now, by, [Entry::on(subscriber.controller_id, "subscriber.tested", data)]).await?;
    health::disturb(txn, subscriber).await?;
    wake(txn, now, subscriber).await?;
    Ok(made)
}

/// Sends something to a locked subscriber once more. What waits already is sent now, and from then on as often as anything new.
///
/// # Errors
/// It is disabled, there is no such delivery, or the database fails.
pub async fn replay(
    txn: &Txn,
    now: At,
    by: &Actor,
    subscriber: &Subscriber,
    which: Which,
) -> Result<Replayed, NotSent> {
    if !subscriber.is_on() {
        return Err(NotSent::Disabled);
    }
    let (ids, next) = match which {
        Which::One(id) => {
            let found = Entity::find_by_id(id).filter(COLUMN.subscriber_id.eq(subscriber.id)).one(&**txn).await?;
            (vec![found.ok_or(NotSent::NotFound)?.id], None)
        }
        Which::Range(range) => {
            let ids = within(txn, subscriber, range).await?;
            let next = ids.last().copied().filter(|_| ids.len() as u64 >= range.limit);
            (ids, next)
        }
    };
    let mut replayed = 0;
    for some in ids.chunks(1_000) {
        let update = Entity::update_many()
            .col_expr(Column::State, DeliveryState::Waiting.into())
            .col_expr(Column::Attempts, 0.into())
            .col_expr(Column::NextAt, now.into())
            .col_expr(Column::SettledAt, Option::<At>::None.into())
            .filter(COLUMN.id.is_in(some.iter().copied()));
        replayed += update.exec(&**txn).await?.rows_affected;
    }
    if replayed > 0 {
        let data = json!({ "subscriber": subscriber.id, "deliveries": replayed });
        trail::record(&**txn, now, by, [Entry::on(subscriber.controller_id, "subscriber.replayed", data)]).await?;
        health::disturb(txn, subscriber).await?;
        wake(txn, now, subscriber).await?;
    }
    Ok(Replayed { deliveries: replayed, next })
}

async fn within(txn: &Txn, subscriber: &Subscriber, range: Range) -> Result<Vec<AnnouncementDeliveryId>, NotSent> {
    let Range { from, to, only, after, limit } = range;
    let told: RelationDef = Entity::belongs_to(table::Entity).from(Column::AnnouncementId).to(table::Column::Id).into();
    let mut query = Entity::find()
        .select_only()
        .column(Column::Id)
        .join(JoinType::InnerJoin, told)
        .filter(COLUMN.subscriber_id.eq(subscriber.id))
        .filter(table::COLUMN.at.gte(from));
    if let Some(after) = after {
        query = query.filter(COLUMN.id.gt(after));
    }
    if let Some(to) = to {
        query = query.filter(table::COLUMN.at.lt(to));
    }
    if only == OnlyMissed::Yes {
        query = query.filter(COLUMN.state.ne(DeliveryState::Delivered));
    }
    Ok(query.order_by_asc(Column::Id).limit(limit).into_tuple().all(&**txn).await?)
}
