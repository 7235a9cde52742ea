//! From a ticket to a request: declarative, checked when it is saved, and never guessing.
//!
//! A mapping is written as a [`draft::Draft`] (JSON or TOML), checked into a [`check::Mapping`], and applied to a ticket's
//! document by [`check::Mapping::apply`]. What cannot be mapped goes to a person with every reason at once; no reason
//! quotes a value.

mod apply;
mod value;

pub mod check;
pub mod draft;
pub mod instant;
pub mod mapped;
pub mod place;
pub mod target;
