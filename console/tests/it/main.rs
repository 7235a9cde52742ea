//! The console over real HTTP, on real databases, as a browser without a script sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod browser;
mod filing;
mod guarded;
mod lists;
mod overview;
mod passkeys;
mod provider;
mod requests;
mod signing_in;
mod wording;
mod world;
