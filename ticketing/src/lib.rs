//! Ticketing systems: what their calls are about, tickets read and written by their APIs, and the mapping that makes a
//! request of a ticket.
//!
//! Each system is a room of its own in [`systems`], resting on the one trait of [`system`]; [`kind`] is the table that
//! names them all. No clock, no database, and no signatures: whoever hands a call in has verified it. Nothing here stores,
//! logs or prints what stands in a ticket.

mod answer;
mod send;

pub mod document;
pub mod kind;
pub mod link;
pub mod mapping;
pub mod milestone;
pub mod reading;
pub mod system;
pub mod systems;
pub mod trouble;
pub mod unreadable;
