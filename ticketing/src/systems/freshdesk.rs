//! Freshdesk: "Trigger Webhook" of automation rules, with a body of our design, JSON or form.
//!
//! The rule's body is flat: `ticket_id`, `actor`, `status`, `requester_name`, `requester_email`, `requester_phone`,
//! `created_at`, `updated_at`, and each own field by its API name (`cf_…`).
//!
//! Sources: Freshdesk API v2 documentation, "Tickets", "Conversations", "Ticket fields", "Rate limit". An API key is sent
//! as the user of basic authentication; the password does not matter.

use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::parts::{COMMENT_PAGES, NoOptions, actor, html, id, instant, number, page_by_time, same_name};
use crate::document::Document;
use crate::kind::Row;
use crate::link::{self, Link};
use crate::reading::{self, form};
use crate::system::{Change, Comment, Cursor, Happened, Mention, Page, Presence, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct Freshdesk;

/// What it offers.
pub(crate) const OFFERS: Row = Row::all(&Freshdesk);

/// The statuses that every account has.
const STATUSES: [(u64, &str); 4] = [(2, "Open"), (3, "Pending"), (4, "Resolved"), (5, "Closed")];
/// What a call may carry beside the ticket's fields.
const ABOUT: [&str; 4] = ["event", "ticket_id", "updated_at", "actor"];
const PAGE: usize = 100;

#[async_trait]
impl System for Freshdesk {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        let mut body = if form::is_form(content_type) {
            form::fields(content_type, body)?.into()
        } else {
            reading::json_body(content_type, body)?
        };
        // What Freshdesk puts around simple content.
        if let Some(inner) = body.get_mut("freshdesk_webhook") {
            body = inner.take();
        }
        let ticket = id(body.get("ticket_id")).ok_or(Unreadable::NoTicket("/ticket_id"))?;
        let has_fields = body.as_object().is_some_and(|fields| fields.keys().any(|key| !ABOUT.contains(&key.as_str())));
        let updated_at = instant(body.get("updated_at"));
        Ok(vec![Mention {
            ticket,
            account: None,
            happened: Happened::Changed,
            actor: actor(body.get("actor")),
            occurred_at: updated_at,
            updated_at,
            document: has_fields.then_some(body),
        }])
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        link::options::<NoOptions>(options).map(|_| ())
    }

    async fn read(&self, link: &Link, ticket: &str) -> Result<Document, Trouble> {
        let ask = link.get(&["api", "v2", "tickets", ticket]).query("include", "requester");
        let ticket = ask.json("freshdesk.ticket").await?;
        if ticket["deleted"] == json!(true) {
            return Err(Trouble::Gone);
        }
        let read = id(ticket.get("id")).zip(document(&ticket));
        let (number, value) = read.ok_or(Trouble::Unreadable("it has no ticket"))?;
        Ok(Document { ticket: number, value, updated_at: instant(ticket.get("updated_at")) })
    }

    async fn write(&self, link: &Link, ticket: &str, change: &Change) -> Result<(), Trouble> {
        let mut update = Map::new();
        if let Some((field, value)) = &change.field {
            let fields: Map<_, _> = [(field.clone(), json!(value))].into_iter().collect();
            update.insert("custom_fields".to_owned(), fields.into());
        }
        if let Some(status) = &change.status {
            update.insert("status".to_owned(), json!(status_number(link, status).await?));
        }
        let path = ["api", "v2", "tickets", ticket];
        link.change(Method::PUT, &path, update.into()).json("freshdesk.write").await.map(|_| ())
    }

    async fn comment(&self, link: &Link, ticket: &str, comment: &Comment) -> Result<(), Trouble> {
        let body = html(&comment.whole());
        let (last, body) = if comment.public {
            ("reply", json!({"body": body}))
        } else {
            ("notes", json!({"body": body, "private": true}))
        };
        let path = ["api", "v2", "tickets", ticket, last];
        link.change(Method::POST, &path, body).json("freshdesk.comment").await.map(|_| ())
    }

    async fn has_comment(&self, link: &Link, ticket: &str, marker: &str) -> Result<Presence, Trouble> {
        for page in 1..=COMMENT_PAGES {
            let ask = link.get(&["api", "v2", "tickets", ticket, "conversations"]);
            let ask = ask.query("per_page", "100").query("page", page.to_string());
            let list = ask.json("freshdesk.comments").await?;
            let list = list.as_array().ok_or(Trouble::Unreadable("it lists no conversations"))?;
            if list.iter().any(|it| it["body_text"].as_str().is_some_and(|text| text.contains(marker))) {
                return Ok(Presence::Present);
            }
            if list.len() < 100 {
                return Ok(Presence::Absent);
            }
        }
        Ok(Presence::CannotTell)
    }

    async fn changed_since(&self, link: &Link, cursor: &Cursor) -> Result<Page, Trouble> {
        let mut ask = link.get(&["api", "v2", "tickets"]);
        ask = ask.query("updated_since", cursor.since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        ask = ask.query("order_by", "updated_at").query("order_type", "asc").query("include", "requester");
        ask = ask.query("per_page", PAGE.to_string()).query("page", (number(cursor) + 1).to_string());
        let list = ask.json("freshdesk.changed").await?;
        let list = list.as_array().ok_or(Trouble::Unreadable("it lists no tickets"))?;
        let listed = |ticket: &Value| {
            let updated_at = instant(ticket.get("updated_at"));
            Some(Mention::listed(id(ticket.get("id"))?, updated_at, document(ticket)))
        };
        Ok(page_by_time(cursor, list.iter().filter_map(listed).collect(), list.len() >= PAGE))
    }
}

/// A ticket of the API in the flat shape of our rule's body.
fn document(ticket: &Value) -> Option<Value> {
    let number = id(ticket.get("id"))?;
    let requester = &ticket["requester"];
    let status = STATUSES.iter().find(|(number, _)| ticket["status"].as_u64() == Some(*number));
    let mut flat = Map::new();
    for (name, value) in [
        ("ticket_id", json!(number)),
        ("subject", ticket["subject"].clone()),
        ("status", status.map_or_else(|| ticket["status"].clone(), |(_, name)| json!(name))),
        ("requester_id", requester["id"].clone()),
        ("requester_name", requester["name"].clone()),
        ("requester_email", requester["email"].clone()),
        ("requester_phone", requester["phone"].clone()),
        ("created_at", ticket["created_at"].clone()),
        ("updated_at", ticket["updated_at"].clone()),
    ] {
        flat.insert(name.to_owned(), value);
    }
    if let Some(fields) = ticket["custom_fields"].as_object() {
        flat.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Some(flat.into())
}

/// The number of a status: as it stands, of those that every account has, or looked up.
async fn status_number(link: &Link, status: &str) -> Result<u64, Trouble> {
    if let Ok(number) = status.parse() {
        return Ok(number);
    }
    if let Some((number, _)) = STATUSES.iter().find(|(_, name)| same_name(name, status)) {
        return Ok(*number);
    }
    let ask = link.get(&["api", "v2", "ticket_fields"]).query("type", "default_status");
    let fields = ask.json("freshdesk.statuses").await?;
    let choices = fields[0]["choices"].as_object().ok_or(Trouble::Unreadable("it lists no statuses"))?;
    let label = |labels: &Value| labels[0].as_str().map(str::to_owned);
    let found = choices.iter().find(|(_, labels)| label(labels).is_some_and(|it| same_name(&it, status)));
    found.and_then(|(number, _)| number.parse().ok()).ok_or_else(|| Trouble::NoSuch {
        what: "status",
        there_are: choices.values().filter_map(label).take(50).collect(),
    })
}
