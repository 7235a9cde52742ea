//! Stories about the store, each told on SQLite and on PostgreSQL.

mod queue;
mod world;
