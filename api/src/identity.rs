//! The page behind a link that proves an identity: for people, without scripts, and apart from the API.

pub mod link;
pub mod page;
mod words;
