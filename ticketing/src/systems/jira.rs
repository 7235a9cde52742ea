//! Jira Service Management, Cloud: webhooks of administrators and of apps, and "Send web request" of automation rules.
//!
//! Issues are read by version 2 of the API, because webhooks carry texts in its form; comments are written by version 3,
//! because version 2 takes the marker's brackets for a link. An automation rule sends the same shape by its own body:
//! `{"actor": {"id": …}, "issue": {"id": …, "key": …, "fields": {…}}}`, the actor by `{{initiator.accountId}}`. Sources: Atlassian developer documentation, "Webhooks",
//! "Issues", "Issue comments", "Issue search" and "JSM: internal comments" (property `sd.public.comment`).

use async_trait::async_trait;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parts::{COMMENT_PAGES, actor, id, instant, latest, same_name};
use crate::document::Document;
use crate::kind::Row;
use crate::link::{self, Link};
use crate::reading;
use crate::system::{Change, Comment, Cursor, Happened, Mention, Page, Presence, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct Jira;

/// What it offers.
pub(crate) const OFFERS: Row = Row::all(&Jira);

/// Its own settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// Which issues are listed, in JQL without order, such as `project = PRIV`.
    #[serde(default)]
    jql: Option<String>,
    /// Whether the status field is one of choices (as it is if nothing is said) or of text.
    #[serde(default)]
    status_field: FieldShape,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FieldShape {
    #[default]
    Choice,
    Text,
}

const PAGE: usize = 50;

#[async_trait]
impl System for Jira {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        let body = reading::json_body(content_type, body)?;
        let event = body["webhookEvent"].as_str();
        if body.get("issue").is_none() && event.is_some() {
            return Ok(Vec::new());
        }
        let issue = &body["issue"];
        let own = id(issue.get("id"));
        // A key moves with its issue from project to project: what names no id is read before anything is made of it.
        let has_id = own.is_some();
        let ticket = own.or_else(|| id(issue.get("key"))).ok_or(Unreadable::NoTicket("/issue/id"))?;
        let deleted = event == Some("jira:issue_deleted");
        // Only these carry the whole issue; those about comments carry a summary of it.
        let is_whole = event.is_none_or(|event| matches!(event, "jira:issue_created" | "jira:issue_updated"));
        let has_fields = issue["fields"].as_object().is_some_and(|fields| !fields.is_empty());
        let by = ["/user/accountId", "/comment/updateAuthor/accountId", "/actor/id"];
        Ok(vec![Mention {
            ticket,
            account: None,
            happened: if deleted { Happened::Deleted } else { Happened::Changed },
            actor: by.into_iter().find_map(|pointer| actor(body.pointer(pointer))),
            occurred_at: instant(body.get("timestamp")),
            updated_at: instant(issue.pointer("/fields/updated")),
            document: (has_id && is_whole && has_fields && !deleted).then(|| document(issue)),
        }])
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        link::options::<Options>(options).map(|_| ())
    }

    async fn read(&self, link: &Link, ticket: &str) -> Result<Document, Trouble> {
        let issue = link.get(&["rest", "api", "2", "issue", ticket]).json("jira.issue").await?;
        if !issue["fields"].is_object() {
            return Err(Trouble::Unreadable("it has no fields"));
        }
        let ticket = id(issue.get("id")).ok_or(Trouble::Unreadable("it has no id"))?;
        Ok(Document { ticket, value: document(&issue), updated_at: instant(issue.pointer("/fields/updated")) })
    }

    async fn write(&self, link: &Link, ticket: &str, change: &Change) -> Result<(), Trouble> {
        let options: Options = link.options()?;
        if let Some((field, value)) = &change.field {
            let value = match options.status_field {
                FieldShape::Choice => json!({"value": value}),
                FieldShape::Text => json!(value),
            };
            let fields: Map<_, _> = [(field.clone(), value)].into_iter().collect();
            let body = json!({"fields": fields});
            link.change(Method::PUT, &["rest", "api", "3", "issue", ticket], body).json("jira.field").await?;
        }
        match &change.status {
            Some(status) => transition(link, ticket, status).await,
            None => Ok(()),
        }
    }

    async fn comment(&self, link: &Link, ticket: &str, comment: &Comment) -> Result<(), Trouble> {
        let paragraph = |text: &str| json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
        // Without the property the comment goes to the customer: it is sent either way, and says which.
        let body = json!({
            "body": {"type": "doc", "version": 1, "content": [paragraph(&comment.text), paragraph(&comment.marker)]},
            "properties": [{"key": "sd.public.comment", "value": {"internal": !comment.public}}],
        });
        let path = ["rest", "api", "3", "issue", ticket, "comment"];
        link.change(Method::POST, &path, body).json("jira.comment").await.map(|_| ())
    }

    async fn has_comment(&self, link: &Link, ticket: &str, marker: &str) -> Result<Presence, Trouble> {
        let mut seen = 0;
        for _ in 0..COMMENT_PAGES {
            let ask = link.get(&["rest", "api", "3", "issue", ticket, "comment"]);
            let ask = ask.query("orderBy", "-created").query("maxResults", "100").query("startAt", seen.to_string());
            let page = ask.json("jira.comments").await?;
            let comments = page["comments"].as_array().ok_or(Trouble::Unreadable("it lists no comments"))?;
            if comments.iter().any(|comment| text_of(&comment["body"]).contains(marker)) {
                return Ok(Presence::Present);
            }
            seen += comments.len();
            if comments.is_empty() || page["total"].as_u64().is_some_and(|total| seen as u64 >= total) {
                return Ok(Presence::Absent);
            }
        }
        Ok(Presence::CannotTell)
    }

    async fn changed_since(&self, link: &Link, cursor: &Cursor) -> Result<Page, Trouble> {
        let options: Options = link.options()?;
        // A page token belongs to the query it came from, so that is built again from the same instant.
        let jql = jql(link, options.jql.as_deref(), cursor).await?;
        let mut body = json!({"jql": jql, "fields": ["*all"], "maxResults": PAGE});
        if let Some(token) = &cursor.token {
            body["nextPageToken"] = json!(token);
        }
        let page = link.search(&["rest", "api", "2", "search", "jql"], body).json("jira.changed").await?;
        let issues = page["issues"].as_array().ok_or(Trouble::Unreadable("it lists no issues"))?;
        // The query goes back an hour, and to the minute.
        let is_asked = |it: &Mention| it.updated_at.is_none_or(|at| at >= cursor.since);
        let mentions: Vec<_> = issues.iter().filter_map(listed).filter(is_asked).collect();
        if let Some(token) = page["nextPageToken"].as_str() {
            let next = Cursor { since: cursor.since, token: Some(token.to_owned()) };
            return Ok(Page { mentions, next, more: true });
        }
        let next = latest(cursor, &mentions).into();
        Ok(Page { mentions, next, more: false })
    }
}

fn document(issue: &Value) -> Value {
    json!({"issue": {"id": issue["id"], "key": issue["key"], "fields": issue["fields"]}})
}

fn listed(issue: &Value) -> Option<Mention> {
    let updated_at = instant(issue.pointer("/fields/updated"));
    Some(Mention::listed(id(issue.get("id"))?, updated_at, Some(document(issue))))
}

/// JQL knows minutes, in the time zone of whoever asks.
async fn jql(link: &Link, own: Option<&str>, cursor: &Cursor) -> Result<String, Trouble> {
    let me = link.get(&["rest", "api", "2", "myself"]).json("jira.myself").await?;
    let zone = me["timeZone"].as_str().and_then(|zone| TimeZone::get(zone).ok());
    let zone = zone.ok_or(Trouble::Unreadable("it names no time zone"))?;
    // A change of clocks repeats an hour: an hour earlier is never too late.
    let since = (cursor.since - SignedDuration::from_hours(1)).to_zoned(zone);
    let updated = format!("updated >= \"{}\" ORDER BY updated ASC", since.strftime("%Y-%m-%d %H:%M"));
    Ok(own.map_or_else(|| updated.clone(), |own| format!("({own}) AND {updated}")))
}

/// Moves an issue to a status, by the transition that leads there from where it is now.
async fn transition(link: &Link, ticket: &str, status: &str) -> Result<(), Trouble> {
    let is_it = |name: &Value| name.as_str().is_some_and(|name| same_name(name, status));
    let issue = link.get(&["rest", "api", "3", "issue", ticket]).query("fields", "status").json("jira.status").await?;
    if is_it(&issue["fields"]["status"]["name"]) {
        return Ok(());
    }
    let path = ["rest", "api", "3", "issue", ticket, "transitions"];
    let answer = link.get(&path).json("jira.transitions").await?;
    let ways = answer["transitions"].as_array().ok_or(Trouble::Unreadable("it lists no transitions"))?;
    let Some(way) = ways.iter().find(|way| is_it(&way["to"]["name"])) else {
        let names = ways.iter().filter_map(|way| way["to"]["name"].as_str()).take(50).map(str::to_owned);
        return Err(Trouble::NoSuch { what: "status to move to from here", there_are: names.collect() });
    };
    let body = json!({"transition": {"id": way["id"]}});
    link.change(Method::POST, &path, body).json("jira.transition").await.map(|_| ())
}

/// The text of a comment: of a document all its texts, else as it is.
fn text_of(body: &Value) -> String {
    match body {
        Value::String(text) => text.clone(),
        Value::Object(node) => match node.get("text").and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => node.get("content").map(text_of).unwrap_or_default(),
        },
        Value::Array(nodes) => nodes.iter().map(text_of).collect(),
        _ => String::new(),
    }
}
