//! Sources: accounts of ticketing systems that requests come from.

pub mod queries;
pub mod settings;
pub mod table;
