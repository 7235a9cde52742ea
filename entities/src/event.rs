//! The audit trail.

pub mod audit;
pub mod bundle;
pub mod chain;
pub mod followed;
pub mod line;
pub mod queries;
mod snapshot;
pub mod table;
pub mod trail;
