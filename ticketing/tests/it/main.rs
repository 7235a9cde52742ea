//! Tickets as their systems send and keep them, and what becomes of them here.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cases;
mod examples;
mod hostile;
mod lists;
mod mapping;
mod privacy;
mod properties;
mod reads;
mod troubles;
mod world;
mod writes;
