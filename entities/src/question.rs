//! What waits for a person.

pub mod queries;
pub mod table;
