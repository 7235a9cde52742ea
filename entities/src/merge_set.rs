//! External contacts that are one person.

pub mod queries;
pub mod table;
