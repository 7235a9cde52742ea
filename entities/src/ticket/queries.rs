//! Writing down what is heard of tickets, and finding them.

use std::cmp::Ordering;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
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
    /// Whether our own account did what this tells of.
    pub by_us: bool,
    /// When the call that tells it came.
    pub received_at: At,
}

/// What came of hearing of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// It is known.
    Known,
    /// It is our own write that comes back.
    Echo,
    /// Its system says that it is gone, and that was not known.
    Gone(TicketId),
}

/// Writes down what is heard of a ticket, and has it looked at. Calls come twice and out of order: the newest fields that
/// something vouches for stay, whichever come last; where two are of one instant, the ticket is read. A call without such fields
/// is a hint, however old it says it is: it takes away those there were, and the ticket is read anew. That it is gone is believed
/// only where something vouches for it.
///
/// Our own account's doing is no news of a ticket that has a request: that is what we write to. One that has none may have been
/// made by a colleague who shares the account.
///
/// # Errors
/// The database fails.
pub async fn hear(txn: &Txn, store: &Store, source: &Source, heard: Heard<'_>) -> Result<Hearing, StoreError> {
    let now = store.now();
    let row = known(txn, now, source, &heard).await?;
    if heard.by_us && row.request_id.is_some() {
        return Ok(Hearing::Echo);
    }
    let order = heard.changed_at.zip(row.changed_at).map(|(new, old)| new.cmp(&old));
    let is_older = order == Some(Ordering::Less);
    let mut change = ActiveModel { id: Unchanged(row.id), updated_at: Set(now), ..Default::default() };
    change.received_at = Set(row.received_at.min(heard.received_at));
    if is_older && says_nothing_new(source, &row, &heard) {
        Entity::update(change).exec(&**txn).await?;
        return Ok(Hearing::Known);
    }
    if !is_older {
        change.changed_at = Set(heard.changed_at.or(row.changed_at));
    }
    let ends = heard.gone && heard.vouched && !is_older;
    if ends {
        change.state = Set(TicketState::Gone);
        change.writable = Set(false);
        change.document_sealed = Set(None);
    } else if row.request_id.is_none() {
        change.state = Set(TicketState::Mentioned);
        change.writable = Set(true);
        let has_link = source.settings.link.is_some();
        // Of two calls of one instant nobody can tell which is newer.
        let is_unsure = has_link && order == Some(Ordering::Equal) && row.document_sealed.is_some();
        let fields = heard.document.filter(|_| !is_unsure);
        // Without a way to its system, what came before is all that will ever be known.
        let is_hint = fields.is_none() || !heard.vouched;
        if (is_hint || !is_older) && (fields.is_some() || has_link) {
            change.document_sealed = Set(fields.map(|fields| seal(store, row.id, fields)));
            change.vouched = Set(heard.vouched);
        }
        queue::add(&**txn, now, [NewStep::of_item(source.controller_id, StepKind::TakeUp, row.id.0, now)]).await?;
    } else if heard.gone {
        // Whether it is, its system says when it is written to.
        queue::add(&**txn, now, [NewStep::of_item(source.controller_id, StepKind::WriteBack, row.id.0, now)]).await?;
    }
    Entity::update(change).exec(&**txn).await?;
    Ok(if ends && row.state != TicketState::Gone { Hearing::Gone(row.id) } else { Hearing::Known })
}

/// The row of a ticket, locked; made where it was not heard of before.
async fn known(txn: &Txn, now: At, source: &Source, heard: &Heard<'_>) -> Result<Model, StoreError> {
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
        received_at: Set(heard.received_at),
        shown: Set(None),
        writable: Set(true),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let known = OnConflict::columns([Column::SourceId, Column::ExternalId]).do_nothing().to_owned();
    Entity::insert(fresh).on_conflict(known).exec_without_returning(&**txn).await?;
    let found = named(source.id, heard.external_id).lock_exclusive().one(&**txn).await?;
    found.ok_or(StoreError::Corrupt("a ticket vanished"))
}

/// Whether what is older than what is known says nothing that is not known: of a ticket that is gone, of one whose newer fields
/// are there, and of one that by them is none of ours.
fn says_nothing_new(source: &Source, row: &Model, heard: &Heard<'_>) -> bool {
    let has_fields = heard.document.is_some();
    heard.vouched
        && match row.state {
            TicketState::Gone => true,
            TicketState::Ignored => has_fields || source.settings.link.is_none(),
            TicketState::Mentioned | TicketState::Triage => has_fields && row.document_sealed.is_some(),
            TicketState::Filed => false,
        }
}

fn named(source: SourceId, external_id: &str) -> Select<Entity> {
    Entity::find().filter(COLUMN.source_id.eq(source)).filter(COLUMN.external_id.eq(external_id))
}

/// The ticket that a source's system knows by this id.
///
/// # Errors
/// The database fails.
pub async fn by_external_id(
    conn: &impl ConnectionTrait,
    source: SourceId,
    external_id: &str,
) -> Result<Option<Model>, DbErr> {
    named(source, external_id).one(conn).await
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
