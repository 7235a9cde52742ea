//! What can be read: a file a resource.

pub mod artifacts;
pub mod audit;
pub mod candidates;
pub mod clocks;
pub mod content;
pub mod controllers;
pub mod events;
pub mod identifiers;
pub mod jobs;
pub mod letters;
pub mod list;
pub mod notes;
pub mod one;
pub mod plan;
pub mod questions;
pub mod tasks;
