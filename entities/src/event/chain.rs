//! The chain: each controller's events linked by hash, with signed checkpoints, so that the trail cannot be quietly rewritten.
//!
//! Events are written without a place, each in the transaction of what it tells of; were they linked there, all of a
//! controller's transactions would queue on the head of its chain. [`link`] gives them their places afterwards, in the order
//! of their ids. An event that commits late is linked late, so the place in the chain is the order of linking, not of time.
//! Every call that links something signs a checkpoint over the new head, in the same transaction: a head that no checkpoint
//! vouches for is a fault by itself.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement, Value,
};

use super::audit::{Auditor, Noted, Verification};
use super::followed::followed;
use super::line::{Checkpoint, Content, Head, Line};
use super::snapshot::{self, Snapshot};
use super::table::{COLUMN, Column, Entity, chain, checkpoint};
use crate::db::{Db, Txn};
use crate::error::StoreError;
use crate::id::ControllerId;
use crate::store::Store;
use crate::time::At;

/// Rows read or written by one statement.
const PAGE: u64 = 500;

/// Links up to `limit` of a controller's new events into its chain, in one transaction, and signs a checkpoint over the new
/// head; whoever listens to events ([`super::followed`]) hears of them in that transaction. Says how many it linked; zero
/// changes nothing. Safe to call from many processes at once.
///
/// # Errors
/// The database fails, or the chain was written to past the rules; then nothing has changed.
pub async fn link(store: &Store, controller: ControllerId, limit: u64) -> Result<u64, StoreError> {
    if next_events(store.db.read(), controller, 1).await?.is_empty() {
        return Ok(0);
    }
    let txn = store.db.begin().await?;
    let mut head = lock_head(&txn, controller).await?;
    let mut linked = 0;
    while linked < limit {
        let page = next_events(&*txn, controller, PAGE.min(limit - linked)).await?;
        if page.is_empty() {
            break;
        }
        let mut lines = Vec::with_capacity(page.len());
        for event in page {
            let seq = head.seq + 1;
            let hash = event.hash(seq, &head.hash);
            let previous_hash = std::mem::replace(&mut head, Head { seq, hash: hash.clone() }).hash;
            lines.push(Line { seq, previous_hash, hash, event });
        }
        linked += write_places(&txn, &lines).await?;
        let events: Vec<Content> = lines.into_iter().map(|line| line.event).collect();
        followed(&txn, store.now(), controller, &events).await?;
    }
    if linked == 0 {
        return Ok(0);
    }
    write_head(&txn, controller, &head).await?;
    insert_checkpoint(&txn, Checkpoint::sign(store.safe.signing(), controller, &head, store.now().0)).await?;
    txn.commit().await?;
    Ok(linked)
}

/// The controllers that have events to be linked, [`ControllerId::INSTALLATION`] among them when the installation has.
///
/// # Errors
/// The database fails.
pub async fn unlinked(conn: &impl ConnectionTrait) -> Result<Vec<ControllerId>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::ControllerId)
        .distinct()
        .filter(COLUMN.seq.is_null())
        .order_by_asc(Column::ControllerId)
        .into_tuple()
        .all(conn)
        .await
}

/// Checks the chains of a live database, or one of them, each as of one instant. `public_key` is the signing key's public
/// half; neither the key itself nor the installation's keyring is needed. `noted` are heads that somebody noted elsewhere
/// before: against these a chain shows that was written anew by whoever holds the signing key, or set back.
///
/// # Errors
/// The database fails. A fault in a chain is no error: it is in the report.
pub async fn verify(
    db: &Db,
    public_key: &[u8],
    controller: Option<ControllerId>,
    noted: &[Noted],
) -> Result<Verification, StoreError> {
    let controllers = match controller {
        Some(controller) => vec![controller],
        None => snapshot::controllers(db.read(), noted).await?,
    };
    let mut chains = Vec::with_capacity(controllers.len());
    for controller in controllers {
        let snapshot = Snapshot::take(db, controller).await?;
        let mut auditor = Auditor::new(controller, public_key, noted);
        let mut records = snapshot.records();
        while let Some(record) = records.next().await? {
            auditor.hear(&record);
        }
        chains.push(auditor.finish(snapshot.head().await?, snapshot.unlinked().await?));
    }
    Ok(Verification { chains })
}

/// The head of a controller's chain, locked until the transaction ends; made first if there is none yet.
async fn lock_head(txn: &Txn, controller: ControllerId) -> Result<Head, DbErr> {
    let Head { seq, hash } = Head::genesis();
    let row = chain::ActiveModel { controller_id: Set(controller), seq: Set(seq), hash: Set(hash) };
    let once = OnConflict::column(chain::Column::ControllerId).do_nothing().to_owned();
    chain::Entity::insert_many([row]).on_conflict(once).exec_without_returning(&**txn).await?;
    let row = chain::Entity::find_by_id(controller).lock_exclusive().one(&**txn).await?;
    row.map(|row| Head { seq: row.seq, hash: row.hash }).ok_or(DbErr::RecordNotFound("the head of a chain".to_owned()))
}

/// A controller's next events to be linked, in the order of their ids.
async fn next_events(conn: &impl ConnectionTrait, controller: ControllerId, limit: u64) -> Result<Vec<Content>, DbErr> {
    Entity::find()
        .filter(COLUMN.controller_id.eq(controller))
        .filter(COLUMN.seq.is_null())
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_model()
        .all(conn)
        .await
}

/// Writes the places of lines that have none yet, all in one statement.
async fn write_places(txn: &Txn, lines: &[Line]) -> Result<u64, StoreError> {
    let rows: Vec<_> = (0..lines.len())
        .map(|row| format!("(${}, ${}, ${}, ${})", row * 4 + 1, row * 4 + 2, row * 4 + 3, row * 4 + 4))
        .collect();
    let sql = format!(
        "WITH line (id, seq, previous_hash, hash) AS (VALUES {})
         UPDATE events SET seq = line.seq, previous_hash = line.previous_hash, hash = line.hash
           FROM line WHERE events.id = line.id AND events.seq IS NULL",
        rows.join(", ")
    );
    let values = lines.iter().flat_map(|line| -> [Value; 4] {
        [line.event.id.into(), line.seq.into(), line.previous_hash.as_str().into(), line.hash.as_str().into()]
    });
    let statement = Statement::from_sql_and_values(txn.get_database_backend(), sql, values);
    let written = txn.execute_raw(statement).await?.rows_affected();
    // The head is locked, so nobody else links: an event that is gone or has a place now was written to by hand.
    if written == lines.len() as u64 { Ok(written) } else { Err(StoreError::Corrupt("events changed while linked")) }
}

async fn write_head(txn: &Txn, controller: ControllerId, head: &Head) -> Result<(), DbErr> {
    let row = chain::ActiveModel { controller_id: Set(controller), seq: Set(head.seq), hash: Set(head.hash.clone()) };
    chain::Entity::update(row).exec(&**txn).await.map(|_| ())
}

async fn insert_checkpoint(txn: &Txn, signed: Checkpoint) -> Result<(), DbErr> {
    let row = checkpoint::ActiveModel {
        id: Set(signed.id),
        controller_id: Set(signed.controller_id),
        seq: Set(signed.seq),
        hash: Set(signed.hash),
        at: Set(At(signed.at)),
        key_id: Set(signed.key_id),
        signature: Set(signed.signature),
    };
    checkpoint::Entity::insert(row).exec_without_returning(&**txn).await.map(|_| ())
}
