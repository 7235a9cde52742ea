//! Tickets: what a source has told about, which request came of it, and what the ticket shows.

pub mod comment;
pub mod queries;
pub mod table;
