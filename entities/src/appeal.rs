//! Appeals against how a request ended.

pub mod queries;
pub mod table;
