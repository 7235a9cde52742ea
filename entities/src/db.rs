//! The database: one connection that writes on SQLite, one pool on PostgreSQL, and transactions that say when they end.
//!
//! SQLite: every transaction starts IMMEDIATE, because a deferred one that has read before another writer committed is
//! refused at once and no busy timeout helps. One connection writes and a second pool reads: more writers only queue worse.
//! Commits are durable (`synchronous=FULL`), since an acknowledged request must survive the loss of power.

use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use crate::crash;

/// The pool looks at a connection whenever it comes back. Before it goes out again that is only worth another round trip if
/// there was time to lose it; a call that meets a connection lost within this time fails, and is repeated with its key.
const TESTED_AFTER: Duration = Duration::from_secs(1);

/// Both ways into the database.
#[derive(Clone, Debug)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
}

impl Db {
    /// Connects to `url`: `sqlite://path` (the file is made if need be) or `postgres://…`. `connections` bounds the pool.
    ///
    /// # Errors
    /// The address is malformed, or the database does not answer.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        if url.starts_with("sqlite:") {
            if let Some(folder) = url.strip_prefix("sqlite://").and_then(|path| Path::new(path).parent()) {
                std::fs::create_dir_all(folder)
                    .map_err(|e| DbErr::Custom(format!("cannot make {}: {e}", folder.display())))?;
            }
            let write = Database::connect(sqlite(url, 1)).await?;
            let read = Database::connect(sqlite(url, connections.clamp(2, 8))).await?;
            return Ok(Self { read, write });
        }
        let mut options = quiet(url);
        options.max_connections(connections).min_connections(1).acquire_timeout(Duration::from_secs(10));
        let pool = Database::connect(options).await?;
        Ok(Self { read: pool.clone(), write: pool })
    }

    /// For reading. On SQLite a read here never waits for a writer.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For migrations and other statements that manage their own transaction.
    #[must_use]
    pub fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// The database does not answer, or stayed locked for longer than the busy timeout.
    pub async fn begin(&self) -> Result<Txn, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        self.write.begin_with_options(options).await.map(Txn)
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> DatabaseBackend {
        self.write.get_database_backend()
    }
}

fn quiet(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    // Statement texts carry values, and values may be personal: they stay out of logs and spans.
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options.test_before_acquire_if_idle_for(TESTED_AFTER);
    options
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = quiet(url);
    options.max_connections(connections).min_connections(1).acquire_timeout(Duration::from_secs(30));
    options.map_sqlx_sqlite_opts(|o| {
        o.create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20))
            .pragma("cache_size", "-16000")
            .statement_cache_capacity(200)
    });
    options
}

/// A transaction that may write. Dropped without [`Txn::commit`], it is rolled back.
#[derive(Debug)]
pub struct Txn(DatabaseTransaction);

impl Txn {
    /// Makes everything in it true at once.
    ///
    /// # Errors
    /// What the database said; whether the commit happened may then be unknown, as ever with a lost answer.
    pub async fn commit(self) -> Result<(), DbErr> {
        crash::point();
        self.0.commit().await?;
        crash::point();
        Ok(())
    }
}

impl Txn {
    /// Takes everything in it back.
    ///
    /// # Errors
    /// The database does not answer; then it is taken back all the same.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.0.rollback().await
    }
}

impl Deref for Txn {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.0
    }
}
