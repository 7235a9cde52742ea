//! Subscribers: who is told what becomes of a controller's requests, by webhooks that we sign.

pub mod address;
pub mod fields;
pub mod health;
pub mod keys;
pub mod manage;
pub mod queries;
pub mod table;
