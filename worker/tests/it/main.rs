//! Stories of the worker: a database and a platform sandbox of their own, no step spared.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod abroad;
mod between;
mod by_hand;
mod by_people;
mod clockwork;
mod controllers;
mod copies;
mod cost;
mod duties;
mod faults;
mod leases;
mod ledger;
mod letters;
mod mail;
mod merge_sets;
mod notify;
mod officer;
mod policies;
mod privacy;
mod samples;
mod stops;
mod subscribers;
mod troubled;
mod warnings;
mod ways_out;
mod world;
