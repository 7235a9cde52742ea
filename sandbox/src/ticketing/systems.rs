//! The stand-ins, a file each, and the table of them.
//!
//! | system | base address | who may log in |
//! |---|---|---|
//! | Zendesk | `/zendesk/` | basic, `agent@acme.example/token`, `zendesk-token` |
//! | Jira | `/jira/` | basic, `agent@acme.example`, `jira-token` |
//! | ServiceNow | `/servicenow/` | basic, `dsr.integration`, `servicenow-password` |
//! | Freshdesk | `/freshdesk/` | basic, `freshdesk-key`, any password |
//! | Salesforce | `/salesforce/` | client credentials at `services/oauth2/token`: `salesforce-client`, `salesforce-secret` |
//! | Intercom | `/intercom/` | bearer `intercom-token` |
//! | HubSpot | `/hubspot/` | bearer `hubspot-token` |
//! | GitHub | `/github/` | bearer `github-token` |
//!
//! Each has a ticket of Zoë Łukasiewicz, who wants to be erased, and one of Sam Ortiz; both are made up. Where the
//! documentation is silent the stand-in chooses, and says so at the place of choice.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::desk::Desk;
use super::exchange::{Call, Reply};
use super::limits::Limit;

pub mod freshdesk;
pub mod github;
pub mod hubspot;
pub mod intercom;
pub mod jira;
pub mod salesforce;
pub mod servicenow;
pub mod zendesk;

/// One stand-in.
#[derive(Debug)]
pub struct StandIn {
    /// Its name, which is the first part of its paths.
    pub name: &'static str,
    /// Calls of the account.
    pub limit: Limit,
    /// Writes to one path, where the system limits those by ticket.
    pub ticket_limit: Option<Limit>,
    /// Its tickets at the start.
    pub seed: fn(i64) -> Desk,
    /// Whether it knows the caller.
    pub knows: fn(&Desk, &Call) -> bool,
    /// Its answer to a caller it knows.
    pub answer: fn(&mut Desk, &Call) -> Reply,
    /// Its answer to one who calls too often, with the seconds to wait.
    pub too_many: fn(u64) -> Reply,
    /// Its 401 and 403.
    pub refused: fn(u16) -> Reply,
    /// Content type and body of the call it would send about a ticket.
    pub call: fn(&Desk, &str) -> Option<(&'static str, String)>,
}

/// All stand-ins.
pub const ALL: &[StandIn] = &[
    zendesk::STAND_IN,
    jira::STAND_IN,
    servicenow::STAND_IN,
    freshdesk::STAND_IN,
    salesforce::STAND_IN,
    intercom::STAND_IN,
    hubspot::STAND_IN,
    github::STAND_IN,
];

const JSON: &str = "application/json";

/// Whether a call brings this user and password.
fn is_basic(call: &Call, user: &str, password: &str) -> bool {
    basic(call).is_some_and(|(name, secret)| name == user && secret == password)
}

/// User and password of a call.
fn basic(call: &Call) -> Option<(String, String)> {
    let text = call.headers.get("authorization")?.strip_prefix("Basic ")?;
    let plain = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    plain.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}

/// Whether a call brings this bearer token.
fn is_bearer(call: &Call, token: &str) -> bool {
    call.headers.get("authorization").and_then(|text| text.strip_prefix("Bearer ")) == Some(token)
}

/// 429 with the seconds to wait, as most systems say it.
fn too_many(seconds: u64) -> Reply {
    Reply::new(429, json!({"message": "Too many requests"})).with("Retry-After", seconds.to_string())
}

fn not_found(body: Value) -> Reply {
    Reply::new(404, body)
}
