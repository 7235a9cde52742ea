//! Tickets as their systems send and keep them, and what becomes of them here.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod examples;
mod hostile;
mod mapping;
mod properties;
