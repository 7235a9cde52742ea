//! Questions to the person a request is about.

pub mod queries;
pub mod table;
