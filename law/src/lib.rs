//! Statutory clocks as versioned data; no I/O, no clock, no database.

pub mod words;

pub mod calendar;
pub mod clock;
pub mod clocks;
pub mod duty;
pub mod extension;
pub mod letter;
pub mod matter;
pub mod pack;
pub mod period;
pub mod refusal;
pub mod regime;
pub mod respond;
pub mod right;
pub mod rules;
