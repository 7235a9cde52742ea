//! The audit trail.

pub mod table;
pub mod trail;
