//! What people decide: a file a group of verbs.

pub mod appeals;
pub mod choices;
pub mod ending;
pub mod files;
pub mod held;
pub mod inquiries;
pub mod jobs;
pub mod letters;
pub mod progress;
pub mod time;
pub mod work;
