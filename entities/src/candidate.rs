//! Platform records that identifiers found.

pub mod queries;
pub mod table;
