//! The organisations served.

pub mod policy;
pub mod queries;
pub mod table;
