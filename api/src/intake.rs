//! Taking requests in.

pub mod file;
pub mod parse;
