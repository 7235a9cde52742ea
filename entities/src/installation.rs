//! The installation's own secrets.

pub mod schema;
pub mod secrets;
pub mod table;
