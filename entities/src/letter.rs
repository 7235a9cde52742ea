//! What is written to people and to officers: the outbox, and what became of each letter.

pub mod compose;
pub mod demand;
pub mod hold;
pub mod kind;
pub mod outbox;
pub mod owe;
pub mod queries;
pub mod supersede;
pub mod table;
pub mod templates;
