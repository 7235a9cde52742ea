//! Sources: the ticketing systems that requests come from, what their fields mean, and what became of their tickets.

pub mod acts;
pub mod add;
pub mod calls;
mod fields;
pub mod kinds;
pub mod list;
pub mod mapping;
pub mod rotate;
mod secret;
pub mod settings;
pub mod show;
pub mod tickets;
mod view;
