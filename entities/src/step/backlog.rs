//! How much work waits: figures for operators.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::table::{COLUMN, Column, Entity, StepStatus};
use crate::time::At;

/// The work that waits, in the whole installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Steps that run when their time comes.
    pub ready: u64,
    /// Steps that a person must look at.
    pub parked: u64,
    /// Since when the longest-waiting step could run that nobody runs; none if no step waits.
    pub oldest_due: Option<At>,
}

/// Counts it, at `now`.
///
/// # Errors
/// The database fails.
pub async fn count(conn: &impl ConnectionTrait, now: At) -> Result<Backlog, DbErr> {
    let of = |status| Entity::find().filter(COLUMN.status.eq(status));
    let oldest: Option<Option<At>> = of(StepStatus::Ready)
        .select_only()
        .column_as(Column::RunAt.min(), "oldest")
        .filter(COLUMN.run_at.lte(now))
        .filter(COLUMN.lease_until.lte(now))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(Backlog {
        ready: of(StepStatus::Ready).count(conn).await?,
        parked: of(StepStatus::Parked).count(conn).await?,
        oldest_due: oldest.flatten(),
    })
}
