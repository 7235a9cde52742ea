//! Callers of the API, their reach, scopes and tokens.

pub mod manage;
pub mod queries;
pub mod reach;
pub mod scope;
pub mod table;
