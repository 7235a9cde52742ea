//! The vault from outside: what is stored must open years later, and only where it belongs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod keyfile;
mod keyring;
mod layout;
mod stream;
