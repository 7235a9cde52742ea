//! Stories about the store, each told on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "in a story, what was not expected is a failure")]

mod access;
mod announcements;
mod bundle;
mod chain;
mod clocks;
mod decide;
mod foreseen;
mod handed;
mod held;
mod keys;
mod notices;
mod officers;
mod outdated;
mod pace;
mod queue;
mod schema;
mod secrecy;
mod sign_in;
mod tickets;
mod walks;
mod work;
mod world;
