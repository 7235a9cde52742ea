//! The console over real HTTP, on real databases, as a browser without a script sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod browser;
mod clients;
mod decisions;
mod filing;
mod guarded;
mod guests;
mod handed;
mod hostile;
mod letter_edit;
mod letters;
mod lists;
mod matrix;
mod officers;
mod organisation;
mod overview;
mod passkeys;
mod paused;
mod planted;
mod provider;
mod regulator;
mod requests;
mod setting_up;
mod signing_in;
mod sources;
mod status;
mod subscribers;
mod team;
mod wording;
mod world;
