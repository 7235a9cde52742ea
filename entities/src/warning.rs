//! Warnings to officers that a date comes near, or has passed.

pub mod morning;
pub mod queries;
pub mod table;
