//! What people decide: a file a group of verbs.

pub mod choices;
pub mod ending;
pub mod jobs;
pub mod progress;
