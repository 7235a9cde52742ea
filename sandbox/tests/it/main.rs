//! The sandbox from outside: over real HTTP, as a client meets it.

mod caller;
mod clock_and_status;
mod merge_sets;
mod people_and_search;
mod submissions;
mod tokens_and_limits;
