//! Bare commits: what the database itself can make durable, one small transaction after the other.
//!
//! One INSERT that is its own transaction, prepared once, on a connection kept for it, with the service's own settings for
//! durability. Nothing that has to survive can be faster on this machine and this database.

use std::str::FromStr;
use std::sync::Arc;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions, Connection, PgConnection, SqliteConnection};
use testbed::database::Kind;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::load::Caller;

/// About as wide as the row of a request with its clock: the widest of the rows that an intake writes.
const ROW_BYTES: usize = 1_500;

/// Somebody who commits one row after the other.
pub enum Committer {
    /// SQLite has one writer at a time, so all committers share one connection, as the service does.
    Sqlite(Arc<Mutex<SqliteConnection>>),
    /// PostgreSQL: a connection each.
    Postgres(PgConnection),
}

/// So many of them, in the database at `url`.
pub async fn committers(kind: Kind, url: &str, count: usize) -> anyhow::Result<Vec<Committer>> {
    const TABLE: &str = "CREATE TABLE IF NOT EXISTS bare_commits";
    match kind {
        Kind::Sqlite => {
            let options = SqliteConnectOptions::from_str(url)?
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .disable_statement_logging();
            let mut conn = options.connect().await?;
            sqlx::query(sqlx::AssertSqlSafe(format!("{TABLE} (id BLOB PRIMARY KEY, body TEXT NOT NULL)")))
                .execute(&mut conn)
                .await?;
            let shared = Arc::new(Mutex::new(conn));
            Ok((0..count).map(|_| Committer::Sqlite(shared.clone())).collect())
        }
        Kind::Postgres => {
            let mut all = Vec::new();
            for _ in 0..count {
                all.push(PgConnection::connect(url).await?);
            }
            sqlx::query(sqlx::AssertSqlSafe(format!("{TABLE} (id UUID PRIMARY KEY, body TEXT NOT NULL)")))
                .execute(&mut all[0])
                .await?;
            Ok(all.into_iter().map(Committer::Postgres).collect())
        }
    }
}

impl Caller for Committer {
    async fn call(&mut self) -> anyhow::Result<()> {
        const INSERT: &str = "INSERT INTO bare_commits (id, body) VALUES ($1, $2)";
        let (id, body) = (Uuid::now_v7(), "x".repeat(ROW_BYTES));
        match self {
            Self::Sqlite(conn) => {
                sqlx::query(INSERT).bind(id).bind(body).execute(&mut *conn.lock().await).await?;
            }
            Self::Postgres(conn) => {
                sqlx::query(INSERT).bind(id).bind(body).execute(conn).await?;
            }
        }
        Ok(())
    }
}
