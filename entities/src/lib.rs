//! Tables and their rules: status machines, ids, queries.
//!
//! A folder a table. `table.rs` is the row, the other files are what may be done with it. What everything rests on stands
//! beside the folders: [`id`], [`time`], [`db`], [`inserts`], [`mod@words`], [`error`] and [`store`].

pub mod addressee;
pub mod announcement;
pub mod appeal;
pub mod artifact;
pub mod candidate;
pub mod client;
pub mod clock;
pub mod controller;
pub mod crash;
pub mod db;
pub mod delivery;
pub mod error;
pub mod event;
pub mod extension;
pub mod guest;
pub mod id;
pub mod idempotency;
pub mod identifier;
pub mod identity_link;
pub mod inquiry;
pub mod inserts;
pub mod installation;
pub mod job;
pub mod letter;
pub mod merge_set;
pub mod note;
pub mod officer;
pub mod question;
pub mod rate;
pub mod regulator;
pub mod request;
pub mod saved_view;
pub mod source;
pub mod step;
pub mod store;
pub mod subscriber;
pub mod task;
pub mod ticket;
pub mod time;
pub mod warning;
pub mod words;
