//! What tests and benches stand on: a database of their own, and a platform sandbox, a mail server, a receiver of
//! webhooks and a browser of their own.
//!
//! It is for tests, so what goes wrong panics and says what is missing.

pub mod authenticator;
pub mod chromium;
pub mod database;
pub mod installation;
pub mod platform;
pub mod port;
pub mod receiver;
pub mod smtp;
