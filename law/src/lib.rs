//! Statutory clocks as versioned data; no I/O, no clock, no database.
