//! Regulators: people from outside whom a controller lets look, as far as an invitation says, with every look on record.

pub mod grant;
pub mod invitation;
pub mod look;
pub mod scope;
pub mod sign_in;
pub mod table;
