//! Announcements: what subscribers are told of requests, and what became of each on its way to each of them.

pub mod announce;
pub mod decision;
pub mod delivery;
pub mod kind;
pub mod log;
pub mod payload;
pub mod replay;
pub mod table;
