//! The API over real HTTP, on a real database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod clocks;
mod deciding;
mod evidence;
mod filing;
mod findings;
mod handed;
mod identity;
mod letters;
mod reports;
mod sources;
mod subscribers;
mod surface;
mod together;
mod tokens;
mod work;
mod world;
