//! The list of migrations, and the one safe way to run it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::{
    m20261120_000001_create_installation, m20261120_000002_create_clients, m20261120_000003_create_requests,
    m20261120_000004_create_work, m20261120_000005_create_evidence, m20261120_000006_create_clocks,
    m20261120_000007_create_letters, m20261120_000008_index_reports, m20261120_000009_create_subscribers,
    m20261120_000010_create_sources, m20261120_000011_create_officers, m20261120_000012_create_guests,
};

/// Every migration, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_create_installation::Migration),
            Box::new(m20261120_000002_create_clients::Migration),
            Box::new(m20261120_000003_create_requests::Migration),
            Box::new(m20261120_000004_create_work::Migration),
            Box::new(m20261120_000005_create_evidence::Migration),
            Box::new(m20261120_000006_create_clocks::Migration),
            Box::new(m20261120_000007_create_letters::Migration),
            Box::new(m20261120_000008_index_reports::Migration),
            Box::new(m20261120_000009_create_subscribers::Migration),
            Box::new(m20261120_000010_create_sources::Migration),
            Box::new(m20261120_000011_create_officers::Migration),
            Box::new(m20261120_000012_create_guests::Migration),
        ]
    }
}

/// The advisory lock that processes starting together queue on; any number that nothing else uses.
const MIGRATION_LOCK: i64 = 0x6473_725f_6d69_6772;

/// Brings the database to the newest schema. Safe to call from many processes at once.
///
/// All migrations run in one transaction: on SQLite it takes the write lock at once, on PostgreSQL it first takes an advisory
/// lock, because the migration table itself is not locked and of processes starting together all but one would die.
///
/// # Errors
/// What the database said; then nothing has changed.
pub async fn migrate(db: &DatabaseConnection) -> Result<(), DbErr> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let txn = db.begin_with_options(options).await?;
    if txn.get_database_backend() == DatabaseBackend::Postgres {
        txn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    }
    Migrator::up(&txn, None).await?;
    txn.commit().await
}
