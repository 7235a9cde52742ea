//! Subscribers: whom we tell what becomes of requests, what they were sent, and sending it once more.

pub mod asked;
pub mod deliveries;
pub mod keys;
pub mod list;
pub mod make;
pub mod sending;
pub mod switch;
pub mod view;
