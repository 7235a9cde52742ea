//! The installation's own secrets.

pub mod rotation;
pub mod schema;
pub mod secrets;
pub mod table;
