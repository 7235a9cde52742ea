//! Typed client for the platform calls that data subject requests need.
