//! The client against a real HTTP server: what it sends, and what it makes of every answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bounds;
mod contacts;
mod downloads;
mod listings;
mod privacy;
mod refusals;
mod requests;
mod shapes;
mod token;
mod world;
