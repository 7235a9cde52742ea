//! The calls, by the thing they are about.

mod account;
mod contacts;
pub mod downloads;
pub mod requests;
mod subjects;
mod users;

/// More pages than any listing we read to its end can have; a listing that never ends is a fault of the other side.
const PAGES_MAX: u32 = 1000;

/// Whether a text can stand as a path segment. These three would silently name another resource; none is ever an id.
fn is_id(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
}
