//! Keys that make a repeated call the same call.

pub mod queries;
pub mod table;
