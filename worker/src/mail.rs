//! Sending mail: what a message looks like on the wire, and the two ways out.

pub mod config;
pub mod delivery;
pub mod files;
pub mod mailer;
pub mod message;
pub mod smtp;
