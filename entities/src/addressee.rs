//! Whom the letters of a request go to.

pub mod queries;
pub mod table;
