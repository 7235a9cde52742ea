//! A controller's chain as it stood at one instant, read page by page: what both the live check and the export walk.

use std::collections::VecDeque;

use sea_orm::{
    AccessMode, ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, IsolationLevel, PaginatorTrait, QueryFilter, Statement, TransactionTrait,
};
use serde::{Deserialize, Serialize};

use super::audit::Noted;
use super::line::{Checkpoint, Head, Line, Withheld};
use super::table::{COLUMN, Entity, chain};
use crate::db::Db;
use crate::id::ControllerId;

/// Rows read by one statement, and held in memory.
const PAGE: i64 = 500;

const LINES: &str = "SELECT * FROM events WHERE controller_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
const CHECKPOINTS: &str = "SELECT * FROM checkpoints WHERE controller_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";

/// Everyone who has a chain, or whose chain has left something behind, here or in somebody's notes.
pub(super) async fn controllers(conn: &impl ConnectionTrait, noted: &[Noted]) -> Result<Vec<ControllerId>, DbErr> {
    let sql = "SELECT controller_id FROM chains UNION SELECT controller_id FROM checkpoints
               UNION SELECT DISTINCT controller_id FROM events";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    let mut controllers: Vec<ControllerId> =
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    controllers.extend(noted.iter().map(|noted| noted.controller));
    controllers.sort_unstable();
    controllers.dedup();
    Ok(controllers)
}

/// One thing that stands in a chain.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    /// A line.
    Line(Line),
    /// A checkpoint over the line before it.
    Checkpoint(Checkpoint),
    /// A line whose event is not shown.
    Withheld(Withheld),
    /// A line that cannot be read.
    UnreadableLine,
    /// A checkpoint that cannot be read.
    UnreadableCheckpoint,
}

/// A controller's chain as it stood at one instant.
pub(super) struct Snapshot {
    txn: DatabaseTransaction,
    controller: ControllerId,
}

impl Snapshot {
    pub(super) async fn take(db: &Db, controller: ControllerId) -> Result<Self, DbErr> {
        // On SQLite any transaction that only reads is a snapshot already.
        let isolation = (db.backend() == DatabaseBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
        let access = isolation.map(|_| AccessMode::ReadOnly);
        let txn = db.read().begin_with_config(isolation, access).await?;
        Ok(Self { txn, controller })
    }

    pub(super) async fn head(&self) -> Result<Option<Head>, DbErr> {
        chain::Entity::find_by_id(self.controller).into_model().one(&self.txn).await
    }

    /// How many events wait to be linked.
    pub(super) async fn unlinked(&self) -> Result<u64, DbErr> {
        let own = Entity::find().filter(COLUMN.controller_id.eq(self.controller));
        own.filter(COLUMN.seq.is_null()).count(&self.txn).await
    }

    /// Lines and checkpoints by place, a checkpoint after the line it vouches for.
    pub(super) fn records(&self) -> Records<'_> {
        Records { lines: Rows::new(self, LINES), checkpoints: Rows::new(self, CHECKPOINTS), last: 0 }
    }
}

/// Both kinds of rows, merged by place.
pub(super) struct Records<'a> {
    lines: Rows<'a, Line>,
    checkpoints: Rows<'a, Checkpoint>,
    last: i64,
}

impl Records<'_> {
    pub(super) async fn next(&mut self) -> Result<Option<Record>, DbErr> {
        let line = self.lines.peek().await?;
        let due = match self.checkpoints.peek().await? {
            Some(Row { seq, .. }) => line.is_none() || *seq <= self.last,
            None => false,
        };
        if due {
            let read = self.checkpoints.take().and_then(|row| row.read);
            return Ok(Some(read.map_or(Record::UnreadableCheckpoint, Record::Checkpoint)));
        }
        Ok(self.lines.take().map(|row| {
            self.last = row.seq;
            row.read.map_or(Record::UnreadableLine, Record::Line)
        }))
    }
}

/// A row with its place, and what it holds if that can be read.
struct Row<T> {
    seq: i64,
    read: Option<T>,
}

/// The rows of one query, a page at a time.
struct Rows<'a, T> {
    from: &'a Snapshot,
    sql: &'static str,
    page: VecDeque<Row<T>>,
    after: i64,
    ended: bool,
}

impl<'a, T: FromQueryResult> Rows<'a, T> {
    fn new(from: &'a Snapshot, sql: &'static str) -> Self {
        Self { from, sql, page: VecDeque::new(), after: i64::MIN, ended: false }
    }

    async fn peek(&mut self) -> Result<Option<&Row<T>>, DbErr> {
        if self.page.is_empty() && !self.ended {
            let txn = &self.from.txn;
            let values = [self.from.controller.into(), self.after.into(), PAGE.into()];
            let statement = Statement::from_sql_and_values(txn.get_database_backend(), self.sql, values);
            for row in txn.query_all_raw(statement).await? {
                // SQLite takes text where a number belongs. Such a place sorts last, and there is no going on after it.
                let seq = row.try_get("", "seq").unwrap_or(i64::MAX);
                self.page.push_back(Row { seq, read: T::from_query_result(&row, "").ok() });
                self.after = seq;
            }
            self.ended = self.page.len() < PAGE.unsigned_abs() as usize || self.after == i64::MAX;
        }
        Ok(self.page.front())
    }

    fn take(&mut self) -> Option<Row<T>> {
        self.page.pop_front()
    }
}
