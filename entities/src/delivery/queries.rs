//! Storing calls before they are answered, each once; and settling them.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use vault::keyring::Keyring;

use super::table::{COLUMN, Column, DeliveryState, Entity, Model, key};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::{DeliveryId, SourceId};
use crate::inserts::Inserts;
use crate::source::table::Model as Source;
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::store::Store;
use crate::time::At;

const BODY: &str = "deliveries.body";

/// A call that was verified.
#[derive(Clone, Debug)]
pub struct NewDelivery<'a> {
    /// What it says its body is.
    pub content_type: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// What the sender calls it.
    pub sender_id: Option<&'a str>,
    /// Whether a signature vouches for its body.
    pub vouched: bool,
    /// When it was sent, where that is signed.
    pub sent_at: Option<At>,
}

/// What came of storing a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is new, and will be read.
    New(DeliveryId),
    /// It came before.
    Duplicate,
}

/// A call's row, sealed; outside of any transaction, because sealing a large body takes a while.
#[must_use]
pub fn row(store: &Store, source: &Source, new: &NewDelivery<'_>) -> Model {
    let id = DeliveryId::new();
    Model {
        id,
        source_id: source.id,
        controller_id: source.controller_id,
        state: DeliveryState::Received,
        problem: None,
        content_type: new.content_type.map(str::to_owned),
        body_sealed: Some(store.safe.keyring().seal(id.0, BODY, new.body)),
        size: i64::try_from(new.body.len()).unwrap_or(i64::MAX),
        sender_id: new.sender_id.map(str::to_owned),
        vouched: new.vouched,
        sent_at: new.sent_at,
        received_at: store.now(),
        settled_at: None,
        seen_at: None,
    }
}

/// What storing a call writes, complete.
#[derive(Clone, Debug)]
pub struct Storing {
    /// The call.
    pub row: Model,
    /// By what it is known again.
    pub keys: Vec<String>,
}

impl Storing {
    /// The same for several, added to what is written along with them. If one of them came before, the whole transaction
    /// fails.
    pub fn add_all(inserts: &mut Inserts, calls: &[&Self]) {
        // In one order everywhere, so that two transactions never wait for each other.
        let mut keys: Vec<_> =
            calls.iter().flat_map(|it| it.keys.iter().map(|key| (it.row.source_id, key, &it.row))).collect();
        keys.sort_unstable_by_key(|(source, key, _)| (*source, *key));
        inserts.add(keys.into_iter().map(|(_, key, row)| key_row(row, key)));
        inserts.add(calls.iter().map(|it| it.row.clone().into_active_model()));
        let steps = calls.iter().map(|it| step(&it.row));
        let now = calls.iter().map(|it| it.row.received_at).max().unwrap_or(At::ZERO);
        if let Some(steps) = queue::insert(now, steps) {
            inserts.push(steps);
        }
    }
}

fn key_row(row: &Model, key: &str) -> key::ActiveModel {
    key::ActiveModel {
        source_id: Set(row.source_id),
        key: Set(key.to_owned()),
        delivery_id: Set(row.id),
        seen_at: Set(row.received_at),
    }
}

fn step(row: &Model) -> NewStep {
    NewStep::of_item(row.controller_id, StepKind::Ingest, row.id.0, row.received_at)
}

/// Stores a call with its keys and the step that reads it. Of two with a key in common the first is stored; the second waits
/// for the first one's end, so that it is told a duplicate only once the first is durable.
///
/// # Errors
/// The database fails.
pub async fn store(txn: &Txn, Storing { row, keys }: &Storing) -> Result<Stored, DbErr> {
    if !keys.is_empty() {
        // In one order everywhere, so that two transactions never wait for each other.
        let mut keys: Vec<&String> = keys.iter().collect();
        keys.sort_unstable();
        keys.dedup();
        let wanted = keys.len() as u64;
        let rows = keys.into_iter().map(|it| key_row(row, it));
        let taken = key::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns([key::Column::SourceId, key::Column::Key]).do_nothing().to_owned())
            .exec_without_returning(&**txn)
            .await?;
        if taken < wanted {
            return Ok(Stored::Duplicate);
        }
    }
    Entity::insert(row.clone().into_active_model()).exec_without_returning(&**txn).await?;
    queue::add(&**txn, row.received_at, [step(row)]).await?;
    Ok(Stored::New(row.id))
}

/// The body of a call; none once it has been read.
///
/// # Errors
/// It does not open under the installation's keys.
pub fn body(store: &Store, row: &Model) -> Result<Option<Vec<u8>>, StoreError> {
    let sealed = row.body_sealed.as_deref();
    Ok(sealed.map(|sealed| store.safe.keyring().open(row.id.0, BODY, sealed)).transpose()?)
}

/// The call of this id.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, id: DeliveryId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(conn).await
}

/// The call of this id within reach.
///
/// # Errors
/// The database fails.
pub async fn find(conn: &impl ConnectionTrait, reach: &Reach, id: DeliveryId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).one(conn).await
}

/// Up to `limit` calls of a source before `before`, newest first: all, or those in one state.
///
/// # Errors
/// The database fails.
pub async fn of_source(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    (source, state): (SourceId, Option<DeliveryState>),
    before: Option<DeliveryId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(COLUMN.source_id.eq(source)).filter(reach.within(Column::ControllerId));
    if let Some(state) = state {
        query = query.filter(COLUMN.state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(COLUMN.id.lt(before));
    }
    query.order_by_desc(Column::Id).limit(limit).all(conn).await
}

/// Whether a call of a source waits to be read that came by `until`.
///
/// # Errors
/// The database fails.
pub async fn is_unread(conn: &impl ConnectionTrait, source: SourceId, until: At) -> Result<bool, DbErr> {
    let unread = Entity::find()
        .filter(COLUMN.source_id.eq(source))
        .filter(COLUMN.state.eq(DeliveryState::Received))
        .filter(COLUMN.received_at.lte(until));
    Ok(unread.one(conn).await?.is_some())
}

/// Notes what became of a call. Its body goes, unless nobody could read it: then a person may want to see why.
///
/// # Errors
/// The database fails.
pub async fn settle(
    txn: &Txn,
    now: At,
    id: DeliveryId,
    state: DeliveryState,
    problem: Option<&str>,
) -> Result<(), DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::State, state.into())
        .col_expr(Column::Problem, Expr::value(problem.map(str::to_owned)))
        .col_expr(Column::SettledAt, now.into());
    if state != DeliveryState::Unreadable {
        update = update.col_expr(Column::BodySealed, Expr::value(Option::<Vec<u8>>::None));
    }
    update.filter(COLUMN.id.eq(id)).exec(&**txn).await.map(|_| ())
}

/// Forgets keys that were seen before `before`, and calls that were settled before it. One that nobody could read stays until a
/// person has seen it, and as long again.
///
/// # Errors
/// The database fails.
pub async fn forget(txn: &Txn, before: At) -> Result<u64, DbErr> {
    let keys = key::Entity::delete_many().filter(key::COLUMN.seen_at.lt(before)).exec(&**txn).await?;
    let was_read = COLUMN.state.ne(DeliveryState::Unreadable).or(COLUMN.seen_at.lt(before));
    let calls = Entity::delete_many().filter(COLUMN.settled_at.lt(before)).filter(was_read).exec(&**txn).await?;
    Ok(keys.rows_affected + calls.rows_affected)
}

/// Seals what an older installation key had sealed anew. Says how many values.
///
/// # Errors
/// The database fails, or a value does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().filter(COLUMN.body_sealed.is_not_null()).all(&**txn).await? {
        let Some(sealed) = row.body_sealed.as_deref().filter(|sealed| !keyring.is_current(sealed)) else { continue };
        let anew = keyring.seal(row.id.0, BODY, &keyring.open(row.id.0, BODY, sealed)?);
        let update = Entity::update_many().col_expr(Column::BodySealed, Expr::value(Some(anew)));
        update.filter(COLUMN.id.eq(row.id)).exec(&**txn).await?;
        resealed += 1;
    }
    Ok(resealed)
}
