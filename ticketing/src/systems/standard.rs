//! Anything that sends our own body by Standard Webhooks: `{"type", "timestamp", "data": {"ticket": {"id", …}}}`.
//!
//! What sends it has no API that we know of, so nothing is read or written back. A business rule of ServiceNow or a flow of
//! Salesforce that signs by Standard Webhooks belongs to its own system: how a call is signed is not whose it is.

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::parts::{NoOptions, actor, instant};
use crate::kind::Row;
use crate::link;
use crate::reading;
use crate::system::{Happened, Mention, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct Standard;

/// What it offers.
pub(crate) const OFFERS: Row = Row {
    reads: false,
    writes: false,
    internal_comments: false,
    public_comments: false,
    lists: false,
    ..Row::all(&Standard)
};

#[async_trait]
impl System for Standard {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        let body = reading::json_body(content_type, body)?;
        let places = ["/data/ticket/id", "/data/ticket_id", "/data/id"];
        let ticket = places.into_iter().find_map(|pointer| actor(body.pointer(pointer)));
        let deleted = body["type"].as_str().is_some_and(|kind| kind.ends_with(".deleted"));
        Ok(vec![Mention {
            ticket: ticket.ok_or(Unreadable::NoTicket("/data/ticket/id"))?,
            account: None,
            happened: if deleted { Happened::Deleted } else { Happened::Changed },
            actor: actor(body.pointer("/data/actor/id")),
            occurred_at: instant(body.get("timestamp")),
            updated_at: instant(body.pointer("/data/ticket/updated_at")),
            document: (!deleted).then_some(body),
        }])
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        link::options::<NoOptions>(options).map(|_| ())
    }
}
