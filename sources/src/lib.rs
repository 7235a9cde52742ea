//! What people say of a source: one set of rules for the command, which reads it from a file, and the API, which takes it in a
//! body. No I/O and no query: it knows what a source's row holds, and what the ticketing systems can do.

pub mod description;
pub mod guide;
pub mod trial;
