//! Leases: which worker may run which step, and until when.
//!
//! A step is leased, never owned. If its worker dies, the lease runs out and another takes over. Every later write states the
//! lease number it was made under, so a worker that wakes up late cannot undo its successor's work.
//! Why the claim goes through a materialised `due`: with the limit inside `IN (…)` PostgreSQL may run the subquery once for
//! every row and claim far more than the limit.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QueryResult, Statement, Value,
};
use uuid::Uuid;

use super::kind::StepKind;
use super::table::{COLUMN, Column, Entity, Model, StepStatus};
use crate::crash;
use crate::db::Txn;
use crate::store::Store;
use crate::time::At;

/// What runs whatever is on hold: [`StepKind::ON_HOLD`], in the words of the database.
const NOT_HELD: &str = "(request_id IS NULL OR kind IN ('acknowledge', 'mail', 'remind') \
                         OR request_id NOT IN (SELECT id FROM requests WHERE on_hold))";

/// For whose sake a step of [`StepKind::ABROAD`] waits, in the words of the database: the controller whose subscribers are told,
/// or the source at whose system it asks.
const PARTY: &str = "COALESCE(CASE kind WHEN 'notify' THEN controller_id WHEN 'reconcile' THEN item_id \
                     ELSE (SELECT source_id FROM tickets WHERE tickets.id = steps.item_id) END, controller_id)";

/// Which steps to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds<'a> {
    /// All of them.
    All,
    /// Those that wait for servers of others ([`StepKind::ABROAD`]), but for those of these controllers and sources.
    Abroad(&'a [Uuid]),
    /// The others.
    AtHome,
}

impl Kinds<'_> {
    /// Which goes first. What waits for servers of others has no date of its own to be urgent by: it takes turns, and whoever has
    /// had one begins anew at the end of the line.
    const fn order(self) -> &'static str {
        match self {
            Self::Abroad(_) => "run_at, id",
            Self::All | Self::AtHome => "urgency, run_at, id",
        }
    }

    /// The condition, and its values, whose places are counted on from `first`.
    fn condition(self, first: usize) -> (String, Vec<Value>) {
        let abroad = StepKind::ABROAD.map(|kind| format!("'{kind}'")).join(", ");
        match self {
            Self::All => ("1 = 1".to_owned(), Vec::new()),
            Self::AtHome => (format!("kind NOT IN ({abroad})"), Vec::new()),
            Self::Abroad([]) => (format!("kind IN ({abroad})"), Vec::new()),
            Self::Abroad(full) => {
                let places: Vec<String> = (0..full.len()).map(|at| format!("${}", first + at)).collect();
                let condition = format!("kind IN ({abroad}) AND {PARTY} NOT IN ({})", places.join(", "));
                (condition, full.iter().map(|party| (*party).into()).collect())
            }
        }
    }
}

/// A leased step, and for whose sake it waits if it is one of [`StepKind::ABROAD`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The step.
    pub step: Model,
    /// The controller or the source. Of no meaning for steps at home.
    pub party: Uuid,
}

/// Leases up to `limit` due steps to `worker` for `lease`, the most urgent first. Steps of paused controllers and of requests
/// on hold stay where they are, but for [`StepKind::ON_HOLD`].
///
/// # Errors
/// The database fails.
pub async fn claim(store: &Store, worker: &str, limit: u64, lease: Duration) -> Result<Vec<Model>, DbErr> {
    let claimed = claim_of(store, Kinds::All, worker, limit, lease).await?;
    Ok(claimed.into_iter().map(|claimed| claimed.step).collect())
}

/// The same, of some kinds.
///
/// # Errors
/// The database fails.
pub async fn claim_of(
    store: &Store,
    kinds: Kinds<'_>,
    worker: &str,
    limit: u64,
    lease: Duration,
) -> Result<Vec<Claimed>, DbErr> {
    let now = store.now();
    let lock = if store.db.backend() == DatabaseBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let ((condition, of_condition), order) = (kinds.condition(5), kinds.order());
    let sql = format!(
        "WITH due AS MATERIALIZED (
           SELECT id FROM steps
            WHERE status = 'ready' AND run_at <= $1 AND lease_until <= $1
              AND controller_id NOT IN (SELECT id FROM controllers WHERE paused)
              AND {NOT_HELD} AND {condition}
            ORDER BY {order} LIMIT $2 {lock})
         UPDATE steps SET lease_until = $3, lease_no = lease_no + 1, leased_by = $4, attempts = attempts + 1
          WHERE id IN (SELECT id FROM due) RETURNING *, {PARTY} AS party"
    );
    let mut values = vec![now.into(), limit.cast_signed().into(), (now + lease).into(), worker.into()];
    values.extend(of_condition);
    let txn = store.db.begin().await?;
    let statement = Statement::from_sql_and_values(store.db.backend(), sql, values);
    let rows = txn.query_all_raw(statement).await?;
    if rows.is_empty() {
        // Nothing to make durable; ending without a commit spares the disk.
        return Ok(Vec::new());
    }
    let read =
        |row: &QueryResult| Ok(Claimed { step: Model::from_query_result(row, "")?, party: row.try_get("", "party")? });
    let mut claimed: Vec<Claimed> = rows.iter().map(read).collect::<Result<_, DbErr>>()?;
    txn.commit().await?;
    match kinds {
        Kinds::Abroad(_) => claimed.sort_by_key(|Claimed { step, .. }| (step.run_at, step.id)),
        Kinds::All | Kinds::AtHome => claimed.sort_by_key(|Claimed { step, .. }| (step.urgency, step.run_at, step.id)),
    }
    Ok(claimed)
}

/// When the next step may be claimed, if any waits: now, later, or when a lease runs out.
///
/// # Errors
/// The database fails.
pub async fn next_due(store: &Store) -> Result<Option<At>, DbErr> {
    next_due_of(store, Kinds::All).await
}

/// The same, of some kinds.
///
/// # Errors
/// The database fails.
pub async fn next_due_of(store: &Store, kinds: Kinds<'_>) -> Result<Option<At>, DbErr> {
    let (condition, values) = kinds.condition(1);
    let sql = format!(
        "SELECT MIN(CASE WHEN lease_until > run_at THEN lease_until ELSE run_at END) AS next FROM steps
          WHERE status = 'ready' AND controller_id NOT IN (SELECT id FROM controllers WHERE paused)
            AND {NOT_HELD} AND {condition}"
    );
    let statement = Statement::from_sql_and_values(store.db.backend(), sql, values);
    let row = store.db.read().query_one_raw(statement).await?;
    row.map_or(Ok(None), |row| row.try_get("", "next"))
}

/// Why a write under a lease was refused.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another worker has taken over; what this one meant to write must not be written.
    #[error("the lease has passed to another worker")]
    Lost,
    /// The database failed.
    #[error("the database failed")]
    Db(#[from] DbErr),
}

fn under_lease(step: &Model) -> sea_orm::Condition {
    sea_orm::Condition::all().add(COLUMN.id.eq(step.id)).add(COLUMN.lease_no.eq(step.lease_no))
}

fn only_if_held(rows: u64) -> Result<(), LeaseError> {
    if rows == 1 { Ok(()) } else { Err(LeaseError::Lost) }
}

/// Holds on to the lease: until the transaction ends nobody can take it over, and if somebody has, this fails.
///
/// # Errors
/// [`LeaseError::Lost`] if another worker has taken over.
pub async fn hold(txn: &Txn, step: &Model) -> Result<(), LeaseError> {
    let update = Entity::update_many().col_expr(Column::LeaseNo, step.lease_no.into()).filter(under_lease(step));
    only_if_held(update.exec(&**txn).await?.rows_affected)
}

/// Lengthens the lease to `lease` from now.
///
/// # Errors
/// [`LeaseError::Lost`] if another worker has taken over.
pub async fn renew(store: &Store, step: &Model, lease: Duration) -> Result<(), LeaseError> {
    crash::point();
    let until = store.now() + lease;
    let update = Entity::update_many().col_expr(Column::LeaseUntil, until.into()).filter(under_lease(step));
    let rows = update.exec(store.db.write()).await?.rows_affected;
    crash::point();
    only_if_held(rows)
}

/// The step is done. If it was asked for again meanwhile, it stays and runs once more.
///
/// # Errors
/// [`LeaseError::Lost`] if another worker has taken over.
pub async fn finish(txn: &Txn, now: At, step: &Model) -> Result<(), LeaseError> {
    let done = Entity::delete_many().filter(under_lease(step)).filter(COLUMN.wakes.eq(step.wakes)).exec(&**txn).await?;
    if done.rows_affected == 1 {
        return Ok(());
    }
    let woken = Entity::update_many()
        .col_expr(Column::LeaseUntil, At::ZERO.into())
        .col_expr(Column::RunAt, now.into())
        .col_expr(Column::Attempts, 0.into())
        .filter(under_lease(step));
    only_if_held(woken.exec(&**txn).await?.rows_affected)
}

/// The step got somewhere and runs again at `run_at`, remembering `state`. If it was woken meanwhile, it runs at once.
///
/// # Errors
/// [`LeaseError::Lost`] if another worker has taken over.
pub async fn again(txn: &Txn, now: At, step: &Model, run_at: At, state: Option<String>) -> Result<(), LeaseError> {
    let run_at = Expr::case(Expr::col(Column::Wakes).eq(step.wakes), Expr::value(run_at)).finally(Expr::value(now));
    let update = Entity::update_many()
        .col_expr(Column::LeaseUntil, At::ZERO.into())
        .col_expr(Column::RunAt, run_at.into())
        .col_expr(Column::State, state.into())
        .col_expr(Column::Attempts, 0.into())
        .col_expr(Column::LastError, Option::<String>::None.into())
        .filter(under_lease(step));
    only_if_held(update.exec(&**txn).await?.rows_affected)
}

/// The step could not begin, through no fault of its own (no slot, a hold, a shutdown): it runs again at `run_at`, and the
/// attempt does not count.
///
/// # Errors
/// [`LeaseError::Lost`] if another worker has taken over.
pub async fn put_back(txn: &Txn, step: &Model, run_at: At) -> Result<(), LeaseError> {
    let update = Entity::update_many()
        .col_expr(Column::LeaseUntil, At::ZERO.into())
        .col_expr(Column::RunAt, run_at.into())
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
        .filter(under_lease(step));
    only_if_held(update.exec(&**txn).await?.rows_affected)
}

/// The step failed and is tried again at `run_at`; the attempt counts.
///
/// # Errors
/// [`LeaseError::Lost`] if another worker has taken over.
pub async fn retry(txn: &Txn, step: &Model, run_at: At, error: &str) -> Result<(), LeaseError> {
    let update = Entity::update_many()
        .col_expr(Column::LeaseUntil, At::ZERO.into())
        .col_expr(Column::RunAt, run_at.into())
        .col_expr(Column::LastError, error.into())
        .filter(under_lease(step));
    only_if_held(update.exec(&**txn).await?.rows_affected)
}

/// The step is set aside until a person says what now.
///
/// # Errors
/// [`LeaseError::Lost`] if another worker has taken over.
pub async fn park(txn: &Txn, step: &Model, error: &str) -> Result<(), LeaseError> {
    let update = Entity::update_many()
        .col_expr(Column::LeaseUntil, At::ZERO.into())
        .col_expr(Column::Status, StepStatus::Parked.into())
        .col_expr(Column::LastError, error.into())
        .filter(under_lease(step));
    only_if_held(update.exec(&**txn).await?.rows_affected)
}
