//! The way to each controller's platform: one client a controller and process ([`clients`]), kept to the pace that all processes
//! share ([`pace`]); and a look at whether a controller can do there what it must ([`probe`]).
//!
//! It lies under the worker, which does the work, and under whoever only looks: the command and the console.

pub mod clients;
pub mod pace;
pub mod probe;
