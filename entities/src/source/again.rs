//! Looking once more: at a ticket, at a call that nobody could read, and reading such a call anew.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};
use serde_json::json;

use crate::db::Txn;
use crate::delivery::table::{self as delivery, DeliveryState};
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::step::waiting;
use crate::store::Store;
use crate::ticket::queries as tickets;
use crate::ticket::table::{self as ticket, TicketState};

/// Has a ticket looked at again, as if nothing had kept us from it: a step that was set aside runs, one that is gone is asked for
/// once more, and one that took no changes is written to.
///
/// # Errors
/// The database fails.
pub async fn look(txn: &Txn, store: &Store, by: &Actor, found: &ticket::Model) -> Result<(), StoreError> {
    let now = store.now();
    let row = tickets::lock(txn, found.id).await?.ok_or(StoreError::Corrupt("a ticket vanished"))?;
    let kind = if row.request_id.is_some() { StepKind::WriteBack } else { StepKind::TakeUp };
    let state = match (row.state, row.request_id) {
        (TicketState::Gone, Some(_)) => TicketState::Filed,
        (TicketState::Gone, None) => TicketState::Mentioned,
        (state, _) => state,
    };
    let change =
        ticket::ActiveModel { id: Unchanged(row.id), state: Set(state), writable: Set(true), ..Default::default() };
    tickets::write(txn, now, change).await?;
    let own = ticket::Entity::find().select_only().column(ticket::Column::Id).filter(ticket::COLUMN.id.eq(row.id));
    waiting::on(own.into_query()).only(kind).unpark(&**txn, now).await?;
    queue::add(&**txn, now, [NewStep::of_item(row.controller_id, kind, row.id.0, now)]).await?;
    let data = json!({ "source": row.source_id, "ticket": row.id });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "ticket.retried", data)]).await?;
    Ok(())
}

/// Writes down that somebody is about to see the body of a call, and what for. From then on it counts as seen.
///
/// # Errors
/// The database fails; then nothing may be shown.
pub async fn reveal(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    row: &delivery::Model,
    purpose: &str,
) -> Result<(), StoreError> {
    let now = store.now();
    delivery::Entity::update_many()
        .col_expr(delivery::Column::SeenAt, Expr::value(now))
        .filter(delivery::COLUMN.id.eq(row.id))
        .exec(&**txn)
        .await?;
    let data = json!({ "source": row.source_id, "delivery": row.id, "purpose": purpose });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "delivery.revealed", data)]).await?;
    Ok(())
}

/// Has a call read again that nobody could make sense of, or whose reading was set aside. Says whether there is anything to read:
/// of a call that was read nothing is kept.
///
/// # Errors
/// The database fails.
pub async fn read(txn: &Txn, store: &Store, by: &Actor, row: &delivery::Model) -> Result<bool, StoreError> {
    let now = store.now();
    if !matches!(row.state, DeliveryState::Unreadable | DeliveryState::Received) || row.body_sealed.is_none() {
        return Ok(false);
    }
    delivery::Entity::update_many()
        .col_expr(delivery::Column::State, DeliveryState::Received.into())
        .col_expr(delivery::Column::Problem, Expr::value(Option::<String>::None))
        .col_expr(delivery::Column::SettledAt, Expr::value(Option::<i64>::None))
        .col_expr(delivery::Column::SeenAt, Expr::value(Option::<i64>::None))
        .filter(delivery::COLUMN.id.eq(row.id))
        .exec(&**txn)
        .await?;
    let own =
        delivery::Entity::find().select_only().column(delivery::Column::Id).filter(delivery::COLUMN.id.eq(row.id));
    waiting::on(own.into_query()).only(StepKind::Ingest).unpark(&**txn, now).await?;
    queue::add(&**txn, now, [NewStep::of_item(row.controller_id, StepKind::Ingest, row.id.0, now)]).await?;
    let data = json!({ "source": row.source_id, "delivery": row.id });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "delivery.read_again", data)]).await?;
    Ok(true)
}
