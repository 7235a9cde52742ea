//! The schema, for SQLite and PostgreSQL, from one set of migrations.
//!
//! Tables are named by string, never by entity: a migration must mean the same in five years, when the entity has moved on.
//! A merged migration is never edited. Times are `BIGINT` microseconds since the Unix epoch (UTC) on both databases, because
//! PostgreSQL would cut finer times and SQLite would keep them, and a hash over one would not match a hash over the other.

mod columns;
mod m20261120_000001_create_installation;
mod m20261120_000002_create_clients;
mod m20261120_000003_create_requests;
mod m20261120_000004_create_work;
mod m20261120_000005_create_evidence;
mod m20261120_000006_create_clocks;
mod m20261120_000007_create_letters;
mod m20261120_000008_index_reports;
mod m20261120_000009_create_subscribers;
mod m20261120_000010_create_sources;
mod m20261120_000011_create_officers;
mod m20261120_000012_create_guests;
mod migrator;

pub use migrator::{Migrator, migrate};
