//! Files of exports.

pub mod handed;
pub mod queries;
pub mod table;
