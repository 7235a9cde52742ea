//! Finding sources, and noting how it goes with their API.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::delivery::table::{self as delivery, DeliveryState};
use crate::id::{ControllerId, SourceId};
use crate::ticket::table::{self as ticket, TicketState};
use crate::time::At;

/// The sources within reach, by slug: all of them, or one controller's.
///
/// # Errors
/// The database fails.
pub async fn within(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controller: Option<ControllerId>,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(reach.within(Column::ControllerId));
    if let Some(controller) = controller {
        query = query.filter(COLUMN.controller_id.eq(controller));
    }
    query.order_by_asc(Column::Slug).all(conn).await
}

/// The source of this slug.
///
/// # Errors
/// The database fails.
pub async fn by_slug(conn: &impl ConnectionTrait, slug: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.slug.eq(slug)).one(conn).await
}

/// The source of this id, for work that was begun for it.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, id: SourceId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(conn).await
}

/// The source of this id within reach.
///
/// # Errors
/// The database fails.
pub async fn find(conn: &impl ConnectionTrait, reach: &Reach, id: SourceId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).one(conn).await
}

/// The same, locked until the transaction ends: whoever changes a source does so.
///
/// # Errors
/// The database fails.
pub async fn lock(txn: &Txn, reach: &Reach, id: SourceId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).lock_exclusive().one(&**txn).await
}

/// What of a source's waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Calls that have not been read.
    pub calls: u64,
    /// Calls that nobody could make sense of, and that nobody has looked at since.
    pub unreadable: u64,
    /// Tickets that have not been looked at.
    pub mentioned: u64,
    /// Tickets that wait for a person.
    pub triage: u64,
}

impl Waiting {
    /// Whether something that was acknowledged would be lost with the source.
    #[must_use]
    pub fn is_any(self) -> bool {
        self != Self::default()
    }
}

/// What waits at each of these sources; nothing, where one is not named.
///
/// # Errors
/// The database fails.
pub async fn waiting(conn: &impl ConnectionTrait, sources: &[SourceId]) -> Result<HashMap<SourceId, Waiting>, DbErr> {
    let mut found: HashMap<SourceId, Waiting> = HashMap::new();
    let calls: Vec<(SourceId, DeliveryState, i64)> = delivery::Entity::find()
        .select_only()
        .columns([delivery::Column::SourceId, delivery::Column::State])
        .column_as(delivery::Column::Id.count(), "number")
        .filter(delivery::COLUMN.source_id.is_in(sources.iter().copied()))
        .filter(delivery::COLUMN.state.is_in([DeliveryState::Received, DeliveryState::Unreadable]))
        .filter(delivery::COLUMN.seen_at.is_null())
        .group_by(delivery::Column::SourceId)
        .group_by(delivery::Column::State)
        .into_tuple()
        .all(conn)
        .await?;
    for (source, state, number) in calls {
        let waiting = found.entry(source).or_default();
        let counted = if state == DeliveryState::Received { &mut waiting.calls } else { &mut waiting.unreadable };
        *counted = number.unsigned_abs();
    }
    let tickets: Vec<(SourceId, TicketState, i64)> = ticket::Entity::find()
        .select_only()
        .columns([ticket::Column::SourceId, ticket::Column::State])
        .column_as(ticket::Column::Id.count(), "number")
        .filter(ticket::COLUMN.source_id.is_in(sources.iter().copied()))
        .filter(ticket::COLUMN.state.is_in([TicketState::Mentioned, TicketState::Triage]))
        .group_by(ticket::Column::SourceId)
        .group_by(ticket::Column::State)
        .into_tuple()
        .all(conn)
        .await?;
    for (source, state, number) in tickets {
        let waiting = found.entry(source).or_default();
        let counted = if state == TicketState::Triage { &mut waiting.triage } else { &mut waiting.mentioned };
        *counted = number.unsigned_abs();
    }
    Ok(found)
}

/// Notes how far the list of changed tickets has been read.
///
/// # Errors
/// The database fails.
pub async fn note_cursor(txn: &Txn, now: At, id: SourceId, cursor: String) -> Result<(), DbErr> {
    let update = ActiveModel {
        id: Unchanged(id),
        cursor: Set(Some(cursor)),
        reconciled_at: Set(Some(now)),
        trouble: Set(None),
        ..Default::default()
    };
    Entity::update(update).exec(&**txn).await.map(|_| ())
}

/// Notes what keeps us from its API, or that nothing does any more.
///
/// # Errors
/// The database fails.
pub async fn note_trouble(txn: &Txn, id: SourceId, trouble: Option<&str>) -> Result<(), DbErr> {
    let update = ActiveModel { id: Unchanged(id), trouble: Set(trouble.map(str::to_owned)), ..Default::default() };
    Entity::update(update).exec(&**txn).await.map(|_| ())
}
