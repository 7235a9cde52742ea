//! Reports over real databases: a known set of requests, and what each report says of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod figures;
mod forecast;
mod register;
mod world;
