//! Who calls, and what the caller may do.

pub mod caller;
pub mod scopes;
pub mod token;
