//! Data subject requests: rows, life, decisions.

pub mod decide;
pub mod figures;
pub mod file;
pub mod keys;
pub mod planning;
pub mod queries;
pub mod reference;
pub mod right;
pub mod status;
pub mod table;
