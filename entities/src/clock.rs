//! The clocks of requests: what the law makes of the facts, kept with its reasons, and moved by explicit acts only.

pub mod change;
pub mod facts;
pub mod notice;
pub mod queries;
pub mod review;
pub mod settle;
pub mod table;
pub mod timely;
pub mod unsigned;
