//! Stories about the store, each told on SQLite and on PostgreSQL.

mod access;
mod chain;
mod decide;
mod keys;
mod pace;
mod queue;
mod schema;
mod world;
