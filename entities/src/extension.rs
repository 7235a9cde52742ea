//! Extensions of a first period.

pub mod queries;
pub mod table;
