//! What is known of the person.

pub mod queries;
pub mod table;
