//! Calling subscribers: when, and how.

pub mod schedule;
pub mod send;
