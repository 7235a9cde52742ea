//! Stories about the store, each told on SQLite and on PostgreSQL.

mod chain;
mod pace;
mod queue;
mod schema;
mod world;
