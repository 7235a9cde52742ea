//! HubSpot tickets: app webhooks, up to a hundred events a call, which carry ids alone.
//!
//! Sources: HubSpot developer documentation, "Webhooks API", "Tickets", "Search", "Notes", "Associations v4",
//! "Pipelines". The association of a note with a ticket is type 228.

use std::collections::BTreeMap;

use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parts::{actor, html, id, instant, is_id, latest, same_name};
use crate::document::Document;
use crate::kind::{Carries, Row};
use crate::link::{self, Link};
use crate::reading;
use crate::system::{Change, Comment, Cursor, Happened, Mention, Page, Presence, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct HubSpot;

/// What it offers.
pub(crate) const OFFERS: Row = Row {
    carries: Carries::Ids,
    // A note is seen by its users alone.
    public_comments: false,
    ..Row::all(&HubSpot)
};

/// Its own settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The account, as its events name it: the secret that signs them belongs to the app, and one call may tell of several.
    portal_id: String,
    /// Which properties are read: HubSpot hands out only those that are named.
    properties: Vec<String>,
    /// The pipeline whose stages are meant, and whose tickets are listed.
    #[serde(default = "first_pipeline")]
    pipeline: String,
}

fn first_pipeline() -> String {
    "0".to_owned()
}

/// A call holds fewer than this.
const EVENTS_MAX: usize = 100;
const PAGE: usize = 100;
/// Properties that we need ourselves.
const OWN: [&str; 3] = ["createdate", "hs_lastmodifieddate", "hs_pipeline_stage"];

#[async_trait]
impl System for HubSpot {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        let body = reading::json_body(content_type, body)?;
        let events = body.as_array().ok_or(Unreadable::NoTicket("a list of events"))?;
        if events.len() > EVENTS_MAX {
            return Err(Unreadable::TooMany);
        }
        // Many events of one ticket say the same: look at it. The newest says it last.
        let mut tickets: BTreeMap<(Option<String>, String), Mention> = BTreeMap::new();
        for event in events {
            let Some(what) = of_ticket(event) else { continue };
            let ticket = id(event.get("objectId")).ok_or(Unreadable::NoTicket("objectId"))?;
            let mention = Mention {
                ticket: ticket.clone(),
                account: id(event.get("portalId")),
                happened: if what == "deletion" { Happened::Deleted } else { Happened::Changed },
                actor: actor(event.get("sourceId")),
                occurred_at: instant(event.get("occurredAt")),
                updated_at: None,
                document: None,
            };
            let key = (mention.account.clone(), ticket);
            match tickets.get(&key) {
                Some(known) if known.occurred_at > mention.occurred_at => {}
                _ => {
                    tickets.insert(key, mention);
                }
            }
        }
        Ok(tickets.into_values().collect())
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        let options: Options = link::options(options)?;
        if options.properties.is_empty() || !options.properties.iter().all(|name| is_id(name)) {
            return Err(Trouble::misconfigured(
                "options.properties",
                "are the internal names of at least one property",
            ));
        }
        Ok(())
    }

    fn account(&self, options: &Map<String, Value>) -> Option<String> {
        link::options::<Options>(options).ok().map(|it| it.portal_id)
    }

    async fn read(&self, link: &Link, ticket: &str) -> Result<Document, Trouble> {
        let options: Options = link.options()?;
        let ask = link.get(&["crm", "v3", "objects", "tickets", ticket]);
        let ask = ask.query("properties", options.all().join(",")).query("associations", "contacts");
        let ticket = ask.json("hubspot.ticket").await?;
        let number = id(ticket.get("id")).filter(|_| ticket["properties"].is_object());
        let number = number.ok_or(Trouble::Unreadable("it has no ticket"))?;
        Ok(Document { ticket: number, value: document(&ticket), updated_at: updated(&ticket) })
    }

    async fn write(&self, link: &Link, ticket: &str, change: &Change) -> Result<(), Trouble> {
        let options: Options = link.options()?;
        let mut properties = Map::new();
        properties.extend(change.field.iter().map(|(field, value)| (field.clone(), json!(value))));
        if let Some(status) = &change.status {
            let stage = stage_id(link, &options.pipeline, status).await?;
            properties.insert("hs_pipeline_stage".to_owned(), json!(stage));
        }
        let path = ["crm", "v3", "objects", "tickets", ticket];
        let body = json!({"properties": properties});
        link.change(Method::PATCH, &path, body).json("hubspot.write").await.map(|_| ())
    }

    async fn comment(&self, link: &Link, ticket: &str, comment: &Comment) -> Result<(), Trouble> {
        if comment.public {
            return Err(Trouble::NotOffered("comment that the requester sees"));
        }
        let body = json!({
            "properties": {"hs_timestamp": comment.at.to_string(), "hs_note_body": html(&comment.whole())},
            "associations": [{"to": {"id": ticket},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228}]}],
        });
        let path = ["crm", "v3", "objects", "notes"];
        link.change(Method::POST, &path, body).json("hubspot.comment").await.map(|_| ())
    }

    /// By the ticket's associations, which are true at once; the search index lags behind.
    async fn has_comment(&self, link: &Link, ticket: &str, marker: &str) -> Result<Presence, Trouble> {
        let ask = link.get(&["crm", "v4", "objects", "tickets", ticket, "associations", "notes"]);
        let notes = ask.query("limit", "500").json("hubspot.notes").await?;
        let ids: Vec<_> =
            notes["results"].as_array().into_iter().flatten().filter_map(|note| id(note.get("toObjectId"))).collect();
        for some in ids.chunks(100) {
            let inputs: Vec<_> = some.iter().map(|id| json!({"id": id})).collect();
            let body = json!({"properties": ["hs_note_body"], "inputs": inputs});
            let path = ["crm", "v3", "objects", "notes", "batch", "read"];
            let read = link.search(&path, body).json("hubspot.comments").await?;
            let holds = |note: &Value| {
                note.pointer("/properties/hs_note_body")
                    .and_then(Value::as_str)
                    .is_some_and(|body| body.contains(marker))
            };
            if read["results"].as_array().is_some_and(|results| results.iter().any(holds)) {
                return Ok(Presence::Present);
            }
        }
        Ok(if notes.pointer("/paging/next").is_some_and(Value::is_object) {
            Presence::CannotTell
        } else {
            Presence::Absent
        })
    }

    async fn changed_since(&self, link: &Link, cursor: &Cursor) -> Result<Page, Trouble> {
        let options: Options = link.options()?;
        let since = cursor.since.as_millisecond().to_string();
        let mut body = json!({
            "filterGroups": [{"filters": [
                {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": since},
                {"propertyName": "hs_pipeline", "operator": "EQ", "value": options.pipeline},
            ]}],
            "sorts": [{"propertyName": "hs_lastmodifieddate", "direction": "ASCENDING"}],
            "properties": options.all(),
            "limit": PAGE,
        });
        if let Some(token) = &cursor.token {
            body["after"] = json!(token);
        }
        let path = ["crm", "v3", "objects", "tickets", "search"];
        let page = link.search(&path, body).json("hubspot.changed").await?;
        let results = page["results"].as_array().ok_or(Trouble::Unreadable("it lists no tickets"))?;
        let mentions: Vec<_> = results.iter().filter_map(listed).collect();
        let after = page.pointer("/paging/next/after").and_then(|after| id(Some(after)));
        let last = latest(cursor, &mentions);
        // A search ends at ten thousand, so each page asks anew from the last change; within one instant it goes on.
        let next = if last > cursor.since { last.into() } else { Cursor { since: last, token: after.clone() } };
        Ok(Page { mentions, next, more: after.is_some() })
    }
}

impl Options {
    fn all(&self) -> Vec<&str> {
        self.properties.iter().map(String::as_str).chain(OWN).collect()
    }
}

/// What happened to a ticket: `creation` of `ticket.creation`, and of `object.creation` where the object is one (0-5).
fn of_ticket(event: &Value) -> Option<&str> {
    let (object, what) = event["subscriptionType"].as_str()?.split_once('.')?;
    let is_ticket = object == "ticket" || (object == "object" && event["objectTypeId"] == "0-5");
    is_ticket.then_some(what)
}

fn document(ticket: &Value) -> Value {
    let mut document = json!({"id": ticket["id"], "properties": ticket["properties"]});
    if let Some(associations) = ticket.get("associations") {
        document["associations"] = associations.clone();
    }
    document
}

fn updated(ticket: &Value) -> Option<jiff::Timestamp> {
    instant(ticket.pointer("/properties/hs_lastmodifieddate")).or_else(|| instant(ticket.get("updatedAt")))
}

fn listed(ticket: &Value) -> Option<Mention> {
    Some(Mention::listed(id(ticket.get("id"))?, updated(ticket), Some(document(ticket))))
}

/// The id of a stage: by id or by label, looked up, since both may be numbers.
async fn stage_id(link: &Link, pipeline: &str, status: &str) -> Result<String, Trouble> {
    let pipeline = link.get(&["crm", "v3", "pipelines", "tickets", pipeline]).json("hubspot.pipeline").await?;
    let stages = pipeline["stages"].as_array().ok_or(Trouble::Unreadable("it lists no stages"))?;
    let label = |stage: &Value| stage["label"].as_str().map(str::to_owned);
    let by_id = stages.iter().find(|stage| stage["id"] == status);
    let by_label = || stages.iter().find(|it| label(it).is_some_and(|it| same_name(&it, status)));
    by_id
        .or_else(by_label)
        .and_then(|stage| stage["id"].as_str().map(str::to_owned))
        .ok_or_else(|| Trouble::NoSuch { what: "stage", there_are: stages.iter().filter_map(label).take(50).collect() })
}
