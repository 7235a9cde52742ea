//! Platform requests, tracked to their end.

pub mod queries;
pub mod status;
pub mod table;
