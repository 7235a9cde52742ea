//! Files of exports.

pub mod queries;
pub mod table;
