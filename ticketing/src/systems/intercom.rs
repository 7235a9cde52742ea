//! Intercom tickets: app webhooks, whose notifications carry the ticket (`/data/item/ticket_attributes/…`).
//!
//! Sources: Intercom developer documentation, "Webhook topics", "Tickets" (update, reply, search), "Ticket states",
//! "Rate limiting".

use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parts::{actor, html, id, instant, latest, same_name};
use crate::document::Document;
use crate::kind::Row;
use crate::link::{self, Link};
use crate::reading;
use crate::send::Ask;
use crate::system::{Change, Comment, Cursor, Happened, Mention, Page, Presence, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct Intercom;

/// What it offers.
pub(crate) const OFFERS: Row = Row::all(&Intercom);

/// Its own settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The workspace, as its calls name it: the secret that signs them belongs to the app, which several workspaces may use.
    app_id: String,
    /// The version of the API.
    #[serde(default = "newest")]
    version: String,
    /// The teammate in whose name is written.
    admin_id: String,
    /// The ticket type whose tickets are listed; all if none is named.
    #[serde(default)]
    ticket_type_id: Option<String>,
}

fn newest() -> String {
    "2.14".to_owned()
}

const PAGE: usize = 50;

#[async_trait]
impl System for Intercom {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        let body = reading::json_body(content_type, body)?;
        if !body["topic"].as_str().is_some_and(|topic| topic.starts_with("ticket.")) {
            return Ok(Vec::new());
        }
        let item = &body["data"]["item"];
        let ticket = id(item.get("id")).ok_or(Unreadable::NoTicket("/data/item/id"))?;
        let has_fields = item["type"] == "ticket" && item["ticket_attributes"].is_object();
        // Who did it stands with the newest part.
        let parts = item.pointer("/ticket_parts/ticket_parts").and_then(Value::as_array);
        let author = parts.and_then(|parts| parts.last()).and_then(|part| part.pointer("/author/id"));
        Ok(vec![Mention {
            ticket,
            account: actor(body.get("app_id")),
            happened: Happened::Changed,
            actor: actor(author),
            occurred_at: instant(body.get("created_at")),
            updated_at: instant(item.get("updated_at")),
            document: has_fields.then(|| document(item)),
        }])
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        link::options::<Options>(options).map(|_| ())
    }

    fn account(&self, options: &Map<String, Value>) -> Option<String> {
        link::options::<Options>(options).ok().map(|it| it.app_id)
    }

    async fn read(&self, link: &Link, ticket: &str) -> Result<Document, Trouble> {
        let options: Options = link.options()?;
        let ticket = options.with(link.get(&["tickets", ticket])).json("intercom.ticket").await?;
        let number = id(ticket.get("id")).filter(|_| ticket["ticket_attributes"].is_object());
        let number = number.ok_or(Trouble::Unreadable("it has no ticket"))?;
        Ok(Document { ticket: number, value: document(&ticket), updated_at: instant(ticket.get("updated_at")) })
    }

    async fn write(&self, link: &Link, ticket: &str, change: &Change) -> Result<(), Trouble> {
        let options: Options = link.options()?;
        let mut update = Map::new();
        update.insert("admin_id".to_owned(), json!(options.admin_id));
        update.insert("skip_notifications".to_owned(), json!(true));
        if let Some((field, value)) = &change.field {
            let attributes: Map<_, _> = [(field.clone(), json!(value))].into_iter().collect();
            update.insert("ticket_attributes".to_owned(), attributes.into());
        }
        if let Some(status) = &change.status {
            update.insert("ticket_state_id".to_owned(), json!(state_id(link, &options, status).await?));
        }
        let ask = link.change(Method::PUT, &["tickets", ticket], update.into());
        options.with(ask).json("intercom.write").await.map(|_| ())
    }

    async fn comment(&self, link: &Link, ticket: &str, comment: &Comment) -> Result<(), Trouble> {
        let options: Options = link.options()?;
        let kind = if comment.public { "comment" } else { "note" };
        let body = json!({"message_type": kind, "type": "admin", "admin_id": options.admin_id, "body": html(&comment.whole())});
        let ask = link.change(Method::POST, &["tickets", ticket, "reply"], body);
        options.with(ask).json("intercom.comment").await.map(|_| ())
    }

    async fn has_comment(&self, link: &Link, ticket: &str, marker: &str) -> Result<Presence, Trouble> {
        let options: Options = link.options()?;
        let ticket = options.with(link.get(&["tickets", ticket])).json("intercom.comments").await?;
        let parts = ticket.pointer("/ticket_parts/ticket_parts").and_then(Value::as_array);
        let parts = parts.map(Vec::as_slice).unwrap_or_default();
        let holds = |part: &Value| part["body"].as_str().is_some_and(|body| body.contains(marker));
        let count = ticket.pointer("/ticket_parts/total_count").and_then(Value::as_u64);
        Ok(match parts.iter().any(holds) {
            true => Presence::Present,
            // Only the newest parts come along.
            false if count == Some(parts.len() as u64) => Presence::Absent,
            false => Presence::CannotTell,
        })
    }

    async fn changed_since(&self, link: &Link, cursor: &Cursor) -> Result<Page, Trouble> {
        let options: Options = link.options()?;
        let field =
            |field: &str, operator: &str, value: &str| json!({"field": field, "operator": operator, "value": value});
        let mut all = vec![field("updated_at", ">", &(cursor.since.as_second() - 1).to_string())];
        all.extend(options.ticket_type_id.as_deref().map(|kind| field("ticket_type_id", "=", kind)));
        let mut body = json!({"query": {"operator": "AND", "value": all}, "pagination": {"per_page": PAGE}});
        if let Some(token) = &cursor.token {
            body["pagination"]["starting_after"] = json!(token);
        }
        let page = options.with(link.search(&["tickets", "search"], body)).json("intercom.changed").await?;
        let tickets = page["tickets"].as_array().ok_or(Trouble::Unreadable("it lists no tickets"))?;
        let mentions: Vec<_> = tickets.iter().filter_map(listed).collect();
        let after = page.pointer("/pages/next/starting_after").and_then(Value::as_str);
        let since = match after {
            // The order of pages is not ours to choose: the instant moves on when all have been seen.
            Some(_) => cursor.since,
            None => latest(cursor, &mentions),
        };
        Ok(Page { mentions, next: Cursor { since, token: after.map(str::to_owned) }, more: after.is_some() })
    }
}

impl Options {
    fn with<'a>(&self, ask: Ask<'a>) -> Ask<'a> {
        ask.header("Intercom-Version", &self.version)
    }
}

/// A ticket in the shape of a notification, without its conversation.
fn document(ticket: &Value) -> Value {
    let mut ticket = ticket.clone();
    if let Some(fields) = ticket.as_object_mut() {
        fields.remove("ticket_parts");
    }
    json!({"data": {"item": ticket}})
}

fn listed(ticket: &Value) -> Option<Mention> {
    let updated_at = instant(ticket.get("updated_at"));
    Some(Mention::listed(id(ticket.get("id"))?, updated_at, Some(document(ticket))))
}

/// The id of a state: as it stands, or looked up by the name that teammates see.
async fn state_id(link: &Link, options: &Options, status: &str) -> Result<String, Trouble> {
    if status.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(status.to_owned());
    }
    let states = options.with(link.get(&["ticket_states"])).json("intercom.states").await?;
    let states = states["data"].as_array().ok_or(Trouble::Unreadable("it lists no states"))?;
    let label = |state: &Value| state["internal_label"].as_str().map(str::to_owned);
    let found = states.iter().find(|state| label(state).is_some_and(|it| same_name(&it, status)));
    found
        .and_then(|state| id(state.get("id")))
        .ok_or_else(|| Trouble::NoSuch { what: "state", there_are: states.iter().filter_map(label).take(50).collect() })
}
