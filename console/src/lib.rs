//! The officers' pages: server-rendered, working without a script and better with one.
//!
//! Arrows run down only: `routes` names every page; pages (`pages/`) never import each other; what they share stands beside this
//! file and imports none of them. A page reads through the same queries as the API and decides through the same
//! [`api::decision::Decision`]; nothing is decided here.

mod assets;
mod cookies;
mod dates;
mod decide;
mod entrance;
mod faults;
mod form;
mod language;
mod listed;
mod officer;
mod own_path;
mod page;
mod pages;
mod parts;
mod people;
mod plot;
mod refused;
mod request_row;
mod risk;
pub mod routes;
mod shell;
mod sought;
mod stage;
mod theme;
mod visitor;
pub mod words;
