//! The installation's own secrets.

pub mod secrets;
pub mod table;
