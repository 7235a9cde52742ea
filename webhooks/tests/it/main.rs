//! Webhooks, told from outside: what is believed, what is refused and why, and what others make of our signatures.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod bits;
mod delivery;
mod hostile;
mod rotation;
mod samples;
mod settings;
mod signers;
mod table;
mod time;
mod vectors;
