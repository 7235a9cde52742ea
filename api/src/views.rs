//! What can be read: a file a resource.

pub mod list;
pub mod one;
