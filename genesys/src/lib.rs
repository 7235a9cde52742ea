//! Typed client for the platform calls that data subject requests need.
//!
//! One method a call, on [`platform::Platform`]. Every HTTP call passes [`traffic::Traffic`], so that one pace can be kept
//! by many processes, and every failure is a [`error::PlatformError`] by whose variant the caller decides. Nothing here
//! stores, logs or prints a person's data.

pub mod address;
pub mod calls;
pub mod credential;
pub mod error;
pub mod http;
pub mod model;
pub mod platform;
mod refusal;
mod send;
mod token;
pub mod traffic;
