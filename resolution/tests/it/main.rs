//! The rules of resolution, told as tables and as properties.

mod normalising;
