//! Which addresses are called, and which are not, however they are written.

#![expect(clippy::unwrap_used, reason = "in a story, what was not expected is a failure")]

mod addresses;
mod calls;
