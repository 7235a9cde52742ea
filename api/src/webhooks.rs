//! The calls of ticketing systems: verified byte for byte, stored, and only then answered.

pub mod door;
pub mod receive;
