//! Durable work, leased to whoever is alive.

pub mod kind;
pub mod queue;
pub mod table;
