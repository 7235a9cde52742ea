//! Zendesk Support: trigger webhooks with a body of our design, and event webhooks that carry ids alone.
//!
//! The trigger's body: `{"actor": {"id": …}, "ticket": {"id", "form_id", "status", "created_at", "updated_at", "tags",
//! "requester": {"id", "name", "email", "phone", "locale"}, "fields": {"<field id>": …}}}`, each value a placeholder in
//! quotes, the actor by `{{current_user.id}}`. No free text: placeholders are not escaped.
//!
//! Sources: Zendesk developer documentation, "Tickets", "Ticket comments", "Incremental exports", "Webhook event types".
//! API tokens use basic authentication with `<mail address>/token` as user.

use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::parts::{COMMENT_PAGES, NoOptions, actor, id, instant, latest};
use crate::answer::Answer;
use crate::document::Document;
use crate::kind::Row;
use crate::link::{self, Link};
use crate::reading;
use crate::system::{Change, Comment, Cursor, Happened, Mention, Page, Presence, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct Zendesk;

/// What it offers.
pub(crate) const OFFERS: Row = Row::all(&Zendesk);

#[async_trait]
impl System for Zendesk {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        let body = reading::json_body(content_type, body)?;
        if let Some(kind) = body["type"].as_str().and_then(|kind| kind.strip_prefix("zen:event-type:")) {
            return of_event(kind, &body);
        }
        let ticket = &body["ticket"];
        let number = id(ticket.get("id")).ok_or(Unreadable::NoTicket("/ticket/id"))?;
        let has_fields = ticket.get("fields").is_some_and(Value::is_object);
        Ok(vec![Mention {
            ticket: number,
            account: None,
            happened: Happened::Changed,
            actor: actor(body.pointer("/actor/id").or_else(|| body.pointer("/current_user/id"))),
            occurred_at: instant(ticket.get("updated_at")),
            updated_at: instant(ticket.get("updated_at")),
            document: has_fields.then(|| json!({"ticket": ticket})),
        }])
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        link::options::<NoOptions>(options).map(|_| ())
    }

    async fn read(&self, link: &Link, ticket: &str) -> Result<Document, Trouble> {
        let path = ["api", "v2", "tickets", &format!("{ticket}.json")];
        let answer = link.get(&path).query("include", "users").json("zendesk.ticket").await?;
        document(&answer["ticket"], &answer["users"]).ok_or(Trouble::Unreadable("it has no ticket"))
    }

    async fn write(&self, link: &Link, ticket: &str, change: &Change) -> Result<(), Trouble> {
        let mut update = Map::new();
        if let Some((field, value)) = &change.field {
            let field: u64 =
                field.parse().map_err(|_| Trouble::misconfigured("status field", "is the number of a ticket field"))?;
            update.insert("custom_fields".into(), json!([{"id": field, "value": value}]));
        }
        match &change.status {
            Some(status) if status.bytes().all(|byte| byte.is_ascii_digit()) => {
                update.insert("custom_status_id".into(), json!(status.parse::<u64>().ok()));
            }
            Some(status) => {
                update.insert("status".into(), json!(status));
            }
            None => {}
        }
        update_ticket(link, ticket, update, "zendesk.write").await
    }

    async fn comment(&self, link: &Link, ticket: &str, comment: &Comment) -> Result<(), Trouble> {
        let comment = json!({"body": comment.whole(), "public": comment.public});
        let update = [("comment".to_owned(), comment)].into_iter().collect();
        update_ticket(link, ticket, update, "zendesk.comment").await
    }

    async fn has_comment(&self, link: &Link, ticket: &str, marker: &str) -> Result<Presence, Trouble> {
        let mut after: Option<String> = None;
        for _ in 0..COMMENT_PAGES {
            let mut ask = link.get(&["api", "v2", "tickets", ticket, "comments.json"]);
            ask = ask.query("sort", "-created_at").query("page[size]", "100");
            if let Some(after) = &after {
                ask = ask.query("page[after]", after);
            }
            let page = ask.json("zendesk.comments").await?;
            let comments = page["comments"].as_array().ok_or(Trouble::Unreadable("it lists no comments"))?;
            let holds = |comment: &Value| comment["body"].as_str().is_some_and(|body| body.contains(marker));
            if comments.iter().any(holds) {
                return Ok(Presence::Present);
            }
            if page["meta"]["has_more"] != json!(true) {
                return Ok(Presence::Absent);
            }
            after = page["meta"]["after_cursor"].as_str().map(str::to_owned);
        }
        Ok(Presence::CannotTell)
    }

    /// The incremental export: every ticket of the account, by when it was written down and not by when it changed, so that one
    /// may come after others that changed later. It needs an administrator's token and takes 10 calls a minute.
    async fn changed_since(&self, link: &Link, cursor: &Cursor) -> Result<Page, Trouble> {
        let ask = link.get(&["api", "v2", "incremental", "tickets", "cursor.json"]).query("include", "users");
        let ask = match &cursor.token {
            Some(token) => ask.query("cursor", token),
            None => ask.query("start_time", cursor.since.as_second().to_string()),
        };
        let page = ask.json("zendesk.changed").await?;
        let tickets = page["tickets"].as_array().ok_or(Trouble::Unreadable("it lists no tickets"))?;
        let mentions: Vec<_> = tickets.iter().filter_map(|ticket| listed(ticket, &page["users"])).collect();
        let token = page["after_cursor"].as_str().map(str::to_owned).or_else(|| cursor.token.clone());
        let more = page["end_of_stream"] == json!(false);
        let since = if more { cursor.since } else { latest(cursor, &mentions) };
        Ok(Page { mentions, next: Cursor { since, token }, more })
    }
}

fn of_event(kind: &str, body: &Value) -> Result<Vec<Mention>, Unreadable> {
    let Some(what) = kind.strip_prefix("ticket.") else { return Ok(Vec::new()) };
    let deleted = matches!(what, "soft_deleted" | "permanently_deleted" | "deleted");
    Ok(vec![Mention {
        ticket: id(body.pointer("/detail/id")).ok_or(Unreadable::NoTicket("/detail/id"))?,
        account: None,
        happened: if deleted { Happened::Deleted } else { Happened::Changed },
        actor: actor(body.pointer("/detail/actor_id")),
        occurred_at: instant(body.get("time")),
        updated_at: instant(body.pointer("/detail/updated_at")),
        document: None,
    }])
}

fn listed(ticket: &Value, users: &Value) -> Option<Mention> {
    let deleted = ticket["status"] == "deleted";
    let document = document(ticket, users)?;
    let happened = if deleted { Happened::Deleted } else { Happened::Changed };
    Some(Mention { happened, ..Mention::listed(document.ticket, document.updated_at, Some(document.value)) })
}

/// A ticket of the API in the shape of our trigger's body, where everything is text and tags stand in one line.
fn document(ticket: &Value, users: &Value) -> Option<Document> {
    let number = id(ticket.get("id"))?;
    let requester_id = id(ticket.get("requester_id"));
    let users = users.as_array().map(Vec::as_slice).unwrap_or_default();
    let requester = users.iter().find(|user| id(user.get("id")) == requester_id).unwrap_or(&Value::Null);
    let fields = ticket["custom_fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    let fields: Map<_, _> =
        fields.iter().filter_map(|field| Some((id(field.get("id"))?, field["value"].clone()))).collect();
    let tags: Vec<_> = ticket["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let value = json!({"ticket": {
        "id": number,
        "form_id": id(ticket.get("ticket_form_id")),
        "status": ticket["status"],
        "created_at": ticket["created_at"],
        "updated_at": ticket["updated_at"],
        "tags": tags.join(" "),
        "requester": {"id": requester_id, "name": requester["name"], "email": requester["email"],
                      "phone": requester["phone"], "locale": requester["locale"]},
        "fields": fields,
    }});
    Some(Document { ticket: number, value, updated_at: instant(ticket.get("updated_at")) })
}

async fn update_ticket(
    link: &Link,
    ticket: &str,
    update: Map<String, Value>,
    name: &'static str,
) -> Result<(), Trouble> {
    let path = ["api", "v2", "tickets", &format!("{ticket}.json")];
    let answer = link.change(Method::PUT, &path, json!({"ticket": update})).answer(name).await?;
    match answer.status {
        200..300 => Ok(()),
        422 if is_closed(&answer) => Err(Trouble::Locked),
        _ => Err(answer.trouble()),
    }
}

/// A closed ticket is refused with a sentence about its status, where a status that does not exist is refused with another.
fn is_closed(answer: &Answer) -> bool {
    let description = answer.json.pointer("/details/status/0/description").and_then(Value::as_str);
    description.is_some_and(|text| text.contains("closed prevents"))
}
