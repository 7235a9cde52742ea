//! Writing down what is heard of tickets, and finding them.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use vault::keyring::Keyring;

use super::comment::{self, CommentState};
use super::table::{ActiveModel, COLUMN, Column, Entity, Model, TicketState};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::{CommentId, EventId, RequestId, SourceId, TicketId};
use crate::source::table::Model as Source;
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::store::Store;
use crate::time::At;

const DOCUMENT: &str = "tickets.document";

/// What is heard of a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// What its system's API calls it.
    pub external_id: &'a str,
    /// Its fields, where they came along.
    pub document: Option<&'a [u8]>,
    /// Whether a signature, or its own system, vouches for these.
    pub vouched: bool,
    /// When it changed, by its system's clock.
    pub changed_at: Option<At>,
    /// Whether its system says that it is gone.
    pub gone: bool,
}

/// Writes down what is heard of a ticket, and has it looked at. Calls come twice and out of order: the newest fields that
/// something vouches for stay, whichever come last. A call without such fields is a hint, however old it says it is: it takes
/// away those there were, and the ticket is read anew. That it is gone is believed only where something vouches for it.
///
/// # Errors
/// The database fails.
pub async fn hear(txn: &Txn, store: &Store, source: &Source, heard: Heard<'_>) -> Result<TicketId, StoreError> {
    let now = store.now();
    let fresh = ActiveModel {
        id: Set(TicketId::new()),
        source_id: Set(source.id),
        controller_id: Set(source.controller_id),
        external_id: Set(heard.external_id.to_owned()),
        display_id: Set(None),
        state: Set(TicketState::Mentioned),
        request_id: Set(None),
        mapping_version: Set(None),
        problems: Set("[]".to_owned()),
        document_sealed: Set(None),
        vouched: Set(false),
        changed_at: Set(None),
        shown: Set(None),
        writable: Set(true),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let known = OnConflict::columns([Column::SourceId, Column::ExternalId]).do_nothing().to_owned();
    Entity::insert(fresh).on_conflict(known).exec_without_returning(&**txn).await?;
    let found = Entity::find().filter(COLUMN.source_id.eq(source.id)).filter(COLUMN.external_id.eq(heard.external_id));
    let row = found.lock_exclusive().one(&**txn).await?.ok_or(StoreError::Corrupt("a ticket vanished"))?;
    let is_older = heard.changed_at.zip(row.changed_at).is_some_and(|(new, old)| new < old);
    let mut change = ActiveModel { id: Unchanged(row.id), updated_at: Set(now), ..Default::default() };
    if !is_older {
        change.changed_at = Set(heard.changed_at.or(row.changed_at));
    }
    if heard.gone && heard.vouched && !is_older {
        change.state = Set(TicketState::Gone);
        change.document_sealed = Set(None);
    } else if row.request_id.is_none() {
        change.state = Set(TicketState::Mentioned);
        // Without a way to its system, what came before is all that will ever be known.
        let is_hint = heard.document.is_none() || !heard.vouched;
        if (is_hint || !is_older) && (heard.document.is_some() || source.settings.link.is_some()) {
            let seal = |document| store.safe.keyring().seal(row.id.0, DOCUMENT, document);
            change.document_sealed = Set(heard.document.map(seal));
            change.vouched = Set(heard.vouched);
        }
        queue::add(&**txn, now, [NewStep::of_item(source.controller_id, StepKind::TakeUp, row.id.0, now)]).await?;
    } else if heard.gone {
        // Whether it is, its system says when it is written to.
        queue::add(&**txn, now, [NewStep::of_item(source.controller_id, StepKind::WriteBack, row.id.0, now)]).await?;
    }
    Entity::update(change).exec(&**txn).await?;
    Ok(row.id)
}

/// The ticket of this id, locked.
///
/// # Errors
/// The database fails.
pub async fn lock(txn: &Txn, id: TicketId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(&**txn).await
}

/// The fields of a ticket as they came last; none if none did, or once it has a request.
///
/// # Errors
/// They do not open under the installation's keys.
pub fn document(store: &Store, row: &Model) -> Result<Option<Vec<u8>>, StoreError> {
    let sealed = row.document_sealed.as_deref();
    Ok(sealed.map(|sealed| store.safe.keyring().open(row.id.0, DOCUMENT, sealed)).transpose()?)
}

/// The fields as they are to be stored.
#[must_use]
pub fn seal(store: &Store, id: TicketId, document: &[u8]) -> Vec<u8> {
    store.safe.keyring().seal(id.0, DOCUMENT, document)
}

/// Changes a ticket that the caller has locked.
///
/// # Errors
/// The database fails.
pub async fn write(txn: &Txn, now: At, change: ActiveModel) -> Result<(), DbErr> {
    Entity::update(ActiveModel { updated_at: Set(now), ..change }).exec(&**txn).await.map(|_| ())
}

/// The ticket of this id within reach.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, reach: &Reach, id: TicketId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).one(conn).await
}

/// The ticket that a request came of, if it came of one.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).one(conn).await
}

/// Has the ticket that a request came of, if it came of one, show where the request stands. The caller holds the request.
///
/// # Errors
/// The database fails.
pub async fn mention(txn: &Txn, now: At, request: RequestId) -> Result<(), DbErr> {
    let Some(ticket) = of_request(&**txn, request).await?.filter(|it| it.writable) else { return Ok(()) };
    let step = NewStep::of_item(ticket.controller_id, StepKind::WriteBack, ticket.id.0, now);
    queue::add(&**txn, now, [step]).await
}

/// Which tickets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of this source.
    pub source: Option<SourceId>,
    /// In this state.
    pub state: Option<TicketState>,
}

/// Up to `limit` tickets before `before`, newest first.
///
/// # Errors
/// The database fails.
pub async fn page(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    filter: Filter,
    before: Option<TicketId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(reach.within(Column::ControllerId));
    if let Some(source) = filter.source {
        query = query.filter(COLUMN.source_id.eq(source));
    }
    if let Some(state) = filter.state {
        query = query.filter(COLUMN.state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(COLUMN.id.lt(before));
    }
    query.order_by_desc(Column::Id).limit(limit).all(conn).await
}

/// The comments of a ticket, in their order.
///
/// # Errors
/// The database fails.
pub async fn comments(conn: &impl ConnectionTrait, ticket: TicketId) -> Result<Vec<comment::Model>, DbErr> {
    comment::Entity::find()
        .filter(comment::COLUMN.ticket_id.eq(ticket))
        .order_by_asc(comment::Column::Number)
        .all(conn)
        .await
}

/// Writes down comments that are due, each event once, in the order of the events.
///
/// # Errors
/// The database fails.
pub async fn owe_comments(
    txn: &Txn,
    now: At,
    ticket: TicketId,
    reached: &[(EventId, &str, At)],
) -> Result<Vec<comment::Model>, DbErr> {
    let known = comments(&**txn, ticket).await?;
    let mut number = known.iter().map(|it| it.number).max().unwrap_or(0);
    let new = reached.iter().filter(|(event, ..)| !known.iter().any(|it| it.event_id == *event));
    let rows: Vec<_> = new
        .map(|(event, milestone, at)| {
            number += 1;
            comment::ActiveModel {
                id: Set(CommentId::new()),
                ticket_id: Set(ticket),
                event_id: Set(*event),
                number: Set(number),
                milestone: Set((*milestone).to_owned()),
                state: Set(CommentState::Waiting),
                attempts: Set(0),
                at: Set(*at),
                updated_at: Set(now),
            }
        })
        .collect();
    if rows.is_empty() {
        return Ok(known);
    }
    comment::Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    comments(&**txn, ticket).await
}

/// Notes what became of a comment, or that it is about to be sent.
///
/// # Errors
/// The database fails.
pub async fn settle_comment(
    txn: &Txn,
    now: At,
    id: CommentId,
    state: CommentState,
    attempts: i64,
) -> Result<(), DbErr> {
    let change = comment::ActiveModel {
        id: Unchanged(id),
        state: Set(state),
        attempts: Set(attempts),
        updated_at: Set(now),
        ..Default::default()
    };
    comment::Entity::update(change).exec(&**txn).await.map(|_| ())
}

/// Seals what an older installation key had sealed anew. Says how many values.
///
/// # Errors
/// The database fails, or a value does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().filter(COLUMN.document_sealed.is_not_null()).all(&**txn).await? {
        let stale = row.document_sealed.as_deref().filter(|sealed| !keyring.is_current(sealed));
        let Some(sealed) = stale else { continue };
        let anew = keyring.seal(row.id.0, DOCUMENT, &keyring.open(row.id.0, DOCUMENT, sealed)?);
        let update = Entity::update_many().col_expr(Column::DocumentSealed, Expr::value(Some(anew)));
        update.filter(COLUMN.id.eq(row.id)).exec(&**txn).await?;
        resealed += 1;
    }
    Ok(resealed)
}
