//! The sandbox from outside: over real HTTP, as a client meets it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod caller;
mod clock_and_status;
mod contract;
mod definitions;
mod faults;
mod merge_sets;
mod people_and_search;
mod starting;
mod submissions;
mod ticketing;
mod tokens_and_limits;
#[expect(dead_code, reason = "what the platform calls its definitions is for the example that has them")]
mod tour;
