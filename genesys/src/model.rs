//! What the platform sends and takes, as types.
//!
//! The platform's enums and objects grow without notice: every enum keeps the values it does not know, every object
//! accepts unknown, missing and null fields. Ids are opaque strings.

pub mod account;
pub mod contact;
pub(crate) mod lenient;
mod open_enum;
pub mod page;
pub mod request;
pub mod subject;
pub mod user;
