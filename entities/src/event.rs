//! The audit trail.

pub mod audit;
pub mod chain;
pub mod line;
mod snapshot;
pub mod table;
pub mod trail;
