//! Statutory clocks as versioned data; no I/O, no clock, no database.

pub mod clock;
pub mod period;
pub mod regime;
pub mod respond;
pub mod rules;
