//! Durable work, leased to whoever is alive.

pub mod backlog;
pub mod kind;
pub mod queue;
pub mod table;
