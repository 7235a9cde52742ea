//! Deliveries: the calls of sources, as they arrived.

pub mod queries;
pub mod table;
