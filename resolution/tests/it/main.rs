//! The rules of resolution, told as tables and as properties.

mod keys;
mod merging;
mod normalising;
mod people;
mod planning;
mod planning_properties;
