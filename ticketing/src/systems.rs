//! The ticketing systems, a room each. They do not know of each other; [`crate::kind`] names them all.

mod parts;

pub mod freshdesk;
pub mod github;
pub mod hubspot;
pub mod intercom;
pub mod jira;
pub mod salesforce;
pub mod servicenow;
pub mod standard;
pub mod zendesk;
