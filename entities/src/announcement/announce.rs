//! From events to announcements, in the transaction that links the events into their chain: nothing that happened can be lost
//! between its commit and its sending, and nothing is announced twice.
//!
//! The head of the chain is locked meanwhile, so of one controller's requests one process at a time counts. What a request's
//! status was is folded from its events and not read from its row, which may be further on already.

use std::collections::HashMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::decision::{Told, about};
use super::kind::DeliveryState;
use super::payload::{OfRequest, Payload};
use super::table::{ActiveModel, Entity, delivery, standing};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::line::Content;
use crate::id::{AnnouncementDeliveryId, AnnouncementId, ControllerId, RequestId};
use crate::request::status::RequestStatus;
use crate::request::table as request;
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::subscriber;
use crate::ticket::table as ticket;
use crate::time::At;

/// Rows written by one statement: databases bound the values of one.
const AT_ONCE: usize = 1_000;

/// Something to be told, with its place.
struct News<'a> {
    event: &'a Content,
    request: RequestId,
    told: Told,
    seq: i64,
    status: Option<RequestStatus>,
    previous: Option<RequestStatus>,
}

/// Writes down what subscribers are told of events of one controller, which come in the order of its chain.
///
/// # Errors
/// The database fails.
pub async fn announce(txn: &Txn, now: At, controller: ControllerId, events: &[Content]) -> Result<(), StoreError> {
    let news = news(txn, controller, events).await?;
    if news.is_empty() {
        return Ok(());
    }
    let subscribers = subscriber::queries::hold_all(txn, controller).await?;
    if subscribers.is_empty() {
        return Ok(());
    }
    let (rows, tickets) = (requests(txn, &news).await?, tickets(txn, &news).await?);
    let (mut announcements, mut deliveries) = (Vec::new(), Vec::new());
    for item in &news {
        let Some(request) = rows.get(&item.request) else { continue };
        let id = AnnouncementId::new();
        let before = deliveries.len();
        for one in subscribers.iter().filter(|one| one.wants(item.told.kind)) {
            deliveries.push(delivery_row(id, one, now));
        }
        if deliveries.len() > before {
            announcements.push(row(id, item, request, tickets.get(&item.request), now)?);
        }
    }
    if announcements.is_empty() {
        return Ok(());
    }
    Entity::insert_many(announcements).exec_without_returning(&**txn).await?;
    let mut deliveries = deliveries.into_iter().peekable();
    while deliveries.peek().is_some() {
        let some = deliveries.by_ref().take(AT_ONCE);
        delivery::Entity::insert_many(some).exec_without_returning(&**txn).await?;
    }
    let steps = subscribers.iter().filter(|one| one.is_on()).map(|one| step(one, now));
    queue::add(&**txn, now, steps).await?;
    Ok(())
}

/// The step that tells a subscriber what waits for it.
pub(super) fn step(subscriber: &subscriber::table::Model, now: At) -> NewStep {
    NewStep::of_item(subscriber.controller_id, StepKind::Notify, subscriber.id.0, now)
}

/// What is new, counted on from where each request stood.
async fn news<'a>(txn: &Txn, controller: ControllerId, events: &'a [Content]) -> Result<Vec<News<'a>>, StoreError> {
    let heard: Vec<_> =
        events.iter().filter_map(|event| Some((event, event.request_id?, about(&event.kind)?))).collect();
    let heard: Vec<_> =
        heard.into_iter().filter(|(.., decision)| *decision != super::decision::Decision::Silent).collect();
    if heard.is_empty() {
        return Ok(Vec::new());
    }
    let ids = heard.iter().map(|(_, request, _)| *request);
    let found = standing::Entity::find().filter(standing::COLUMN.request_id.is_in(ids)).all(&**txn).await?;
    let mut standings: HashMap<RequestId, standing::Model> =
        found.into_iter().map(|row| (row.request_id, row)).collect();
    let mut news = Vec::new();
    for (event, request, decision) in heard {
        // What cannot be read says nothing; that must not stop the chain.
        let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
        let new = standing::Model { request_id: request, controller_id: controller, seq: 0, status: None };
        let standing = standings.entry(request).or_insert(new);
        for told in decision.told(&data, standing.status) {
            let previous = standing.status;
            standing.seq += 1;
            standing.status = told.status.or(previous);
            news.push(News { event, request, told, seq: standing.seq, status: standing.status, previous });
        }
    }
    if news.is_empty() {
        return Ok(news);
    }
    let rows = standings.into_values().map(|row| standing::ActiveModel {
        request_id: Set(row.request_id),
        controller_id: Set(row.controller_id),
        seq: Set(row.seq),
        status: Set(row.status),
    });
    let on = OnConflict::column(standing::Column::RequestId)
        .update_columns([standing::Column::Seq, standing::Column::Status])
        .to_owned();
    standing::Entity::insert_many(rows).on_conflict(on).exec_without_returning(&**txn).await?;
    Ok(news)
}

/// What is told of a request beside its events. No other column is read: what is wrong with one of them is no reason to be silent.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "request::Entity")]
struct Named {
    id: RequestId,
    controller_id: ControllerId,
    reference: String,
    cautious_at: At,
}

async fn requests(txn: &Txn, news: &[News<'_>]) -> Result<HashMap<RequestId, Named>, StoreError> {
    let ids = news.iter().map(|item| item.request);
    let rows: Vec<Named> =
        request::Entity::find().filter(request::COLUMN.id.is_in(ids)).into_partial_model().all(&**txn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The tickets that requests came from, by what their system calls each.
async fn tickets(txn: &Txn, news: &[News<'_>]) -> Result<HashMap<RequestId, String>, StoreError> {
    let ids = news.iter().map(|item| item.request);
    let rows: Vec<(Option<RequestId>, String)> = ticket::Entity::find()
        .select_only()
        .columns([ticket::Column::RequestId, ticket::Column::ExternalId])
        .filter(ticket::COLUMN.request_id.is_in(ids))
        .order_by_desc(ticket::Column::Id)
        .into_tuple()
        .all(&**txn)
        .await?;
    // The oldest comes last, and stays: it is the one that the request came from.
    Ok(rows.into_iter().filter_map(|(request, name)| Some((request?, name))).collect())
}

fn row(
    id: AnnouncementId,
    item: &News<'_>,
    request: &Named,
    ticket: Option<&String>,
    now: At,
) -> Result<ActiveModel, StoreError> {
    let at = At(item.event.at);
    let data = OfRequest {
        request_id: request.id,
        reference: request.reference.clone(),
        external_ref: ticket.cloned(),
        status: item.status,
        previous_status: item.previous,
        outcome: item.told.outcome,
        seq: item.seq,
        due_at: request.cautious_at,
    };
    Ok(ActiveModel {
        id: Set(id),
        controller_id: Set(request.controller_id),
        request_id: Set(Some(request.id)),
        seq: Set(Some(item.seq)),
        kind: Set(item.told.kind),
        event_id: Set(Some(item.event.id)),
        payload: Set(Payload { kind: item.told.kind, timestamp: at, data }.text()?),
        at: Set(at),
        created_at: Set(now),
    })
}

/// Whoever is disabled is not called, but what it missed is on record and can be replayed.
pub(super) fn delivery_row(
    announcement: AnnouncementId,
    subscriber: &subscriber::table::Model,
    now: At,
) -> delivery::ActiveModel {
    let state = if subscriber.is_on() { DeliveryState::Waiting } else { DeliveryState::Abandoned };
    delivery::ActiveModel {
        id: Set(AnnouncementDeliveryId::new()),
        announcement_id: Set(announcement),
        subscriber_id: Set(subscriber.id),
        state: Set(state),
        attempts: Set(0),
        tries: Set(0),
        next_at: Set(now),
        first_tried_at: Set(None),
        last_tried_at: Set(None),
        last_status: Set(None),
        last_failure: Set(None),
        created_at: Set(now),
        settled_at: Set((state == DeliveryState::Abandoned).then_some(now)),
    }
}
