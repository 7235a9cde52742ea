//! Reports: a file a report. What is reported, and how it is computed, is in the `reports` crate.

pub mod accountability;
pub mod asked;
pub mod ccpa;
pub mod forecast;
pub mod register;
