//! People who come in by a link from their mail: the person a request is about, and a regulator whom an invitation lets look.
//! What both share: links that work once, and sessions that are no officers' sessions.

pub mod code;
pub mod link;
pub mod session;
pub mod status;
pub mod table;
