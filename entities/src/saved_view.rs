//! Lists that an officer keeps under a name, for themselves alone.

pub mod queries;
pub mod table;
