//! Durable work, leased to whoever is alive.

pub mod backlog;
pub mod kind;
pub mod lease;
pub mod queue;
pub mod table;
pub mod waiting;
