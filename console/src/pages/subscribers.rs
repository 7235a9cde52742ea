//! Subscribers: whom we tell what becomes of requests, and what they were sent.

pub mod acts;
pub mod add;
pub mod change;
pub mod deliveries;
mod fields;
pub mod list;
pub mod replay;
mod secret;
pub mod show;
mod view;
