//! The officers' pages: server-rendered, working without a script and better with one.
//!
//! Arrows run down only: `routes` names every page; pages (`pages/`) never import each other; what they share stands beside this
//! file and imports none of them. A page reads through the same queries as the API and decides through the same
//! [`api::decision::Decision`]; nothing is decided here.

mod act;
mod assets;
mod clocks;
mod codes;
mod colleagues;
mod confirm;
mod controllers;
mod cookies;
mod dates;
mod decide;
mod device;
mod entrance;
mod faults;
mod file_row;
mod form;
mod grounds;
mod guest;
mod language;
mod listed;
mod log;
mod officer;
mod own_path;
mod page;
mod pages;
mod parts;
mod people;
mod plan;
mod plot;
mod refused;
mod request_row;
mod reveal;
mod risk;
pub mod routes;
mod say;
mod sheet;
mod shell;
mod shown_once;
mod sought;
mod stage;
mod theme;
mod trail;
mod visitor;
pub mod words;
mod written;
