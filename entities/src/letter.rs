//! What is written to people and to officers: the outbox, and what became of each letter.

pub mod kind;
pub mod outbox;
pub mod queries;
pub mod table;
