//! Statutory clocks as versioned data; no I/O, no clock, no database.

mod case;
mod check;
mod count;
mod files;
pub mod holidays;

pub mod calendar;
pub mod clock;
pub mod clocks;
pub mod derivation;
pub mod duty;
pub mod extension;
pub mod law;
pub mod letter;
pub mod matter;
pub mod pack;
pub mod period;
pub mod place;
pub mod refusal;
pub mod regime;
pub mod right;
pub mod rule;
