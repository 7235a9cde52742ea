//! What officers note on requests for each other.

pub mod queries;
pub mod table;
