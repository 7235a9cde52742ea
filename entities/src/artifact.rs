//! Files of exports.

pub mod table;
