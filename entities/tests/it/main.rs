//! Stories about the store, each told on SQLite and on PostgreSQL.

mod chain;
mod queue;
mod world;
