//! The pace shared by all processes.

pub mod pace;
pub mod table;
