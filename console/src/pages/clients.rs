//! Clients of the API: what calls us, with what rights, for which controllers.

pub mod acts;
pub mod add;
pub mod list;
mod secret;
pub mod show;
mod view;
