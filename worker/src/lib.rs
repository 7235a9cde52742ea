//! The async worker: leases, steps, runner.
//!
//! [`runner`] claims due steps and runs each under its lease; [`steps`] are what can be done, a file each; [`platforms`]
//! is the way to the platform. The worker and the API never call each other: they meet in the tables.

pub mod config;
pub mod context;
pub mod duties;
pub mod files;
pub mod lease;
pub mod mail;
pub mod runner;
pub mod sources;
pub mod steps;
pub mod translate;
pub mod trouble;
