//! The API routes: each reads a call, looks at one organisation, and says an answer.

pub mod authorization;
pub mod contacts;
pub mod downloads;
pub mod requests;
pub mod subjects;
pub mod users;
