//! Sources: the ticketing systems that requests come from, what they sent, and what became of their tickets.

pub mod asked;
pub mod calls;
pub mod keys;
pub mod list;
pub mod make;
pub mod switch;
pub mod tickets;
pub mod trying;
pub mod view;
