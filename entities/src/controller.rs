//! The organisations served.

pub mod manage;
pub mod pause;
pub mod policy;
pub mod queries;
pub mod rules;
pub mod table;
