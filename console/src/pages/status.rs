//! The person's pages: where their own request stands, and what they may do about it.

pub mod answer;
pub mod files;
pub mod leave;
pub mod link;
pub mod show;
pub mod withdraw;
