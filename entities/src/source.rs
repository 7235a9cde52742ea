//! Sources: accounts of ticketing systems that requests come from.

pub mod again;
pub mod manage;
pub mod queries;
pub mod secrets;
pub mod settings;
pub mod table;
