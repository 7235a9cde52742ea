//! ServiceNow: business rules and flows that send a record of any table, such as `sn_grc_pdr_request`.
//!
//! Sources: ServiceNow documentation, "Table API" and "Inbound REST API rate limiting". Times are UTC without zone,
//! which holds for queries too where the integration's user is set to UTC. The rule's body is the record itself, flat, with
//! `table` and `sys_id`; columns of referenced records as objects.

use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parts::{actor, id, instant, is_id, number, page_by_time};
use crate::document::Document;
use crate::kind::Row;
use crate::link::{self, Link};
use crate::reading;
use crate::system::{Change, Comment, Cursor, Happened, Mention, Page, Presence, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct ServiceNow;

/// What it offers.
pub(crate) const OFFERS: Row = Row::all(&ServiceNow);

/// Its own settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The table.
    table: String,
    /// Which columns are read; all if none is named. One of a referenced record is written `location.country`.
    #[serde(default)]
    fields: Vec<String>,
    /// Which records are listed, as an encoded query, such as `active=true`.
    #[serde(default)]
    query: Option<String>,
}

/// What a call may carry beside the ticket's fields.
const ABOUT: [&str; 8] =
    ["table", "sys_id", "number", "sys_updated_on", "sys_updated_by", "sys_mod_count", "operation", "event"];
const PAGE: usize = 100;

#[async_trait]
impl System for ServiceNow {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        let body = reading::json_body(content_type, body)?;
        let ticket = id(body.get("sys_id")).ok_or(Unreadable::NoTicket("/sys_id"))?;
        let has_fields = body.as_object().is_some_and(|fields| fields.keys().any(|key| !ABOUT.contains(&key.as_str())));
        let deleted = body["operation"] == "delete";
        let updated_at = instant(body.get("sys_updated_on"));
        Ok(vec![Mention {
            ticket,
            account: None,
            happened: if deleted { Happened::Deleted } else { Happened::Changed },
            actor: actor(body.get("sys_updated_by")),
            occurred_at: updated_at,
            updated_at,
            document: (has_fields && !deleted).then_some(body),
        }])
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        let options: Options = link::options(options)?;
        if !is_id(&options.table) {
            return Err(Trouble::misconfigured("options.table", "is the name of a table: letters, digits, _"));
        }
        let is_column = |name: &String| name.split('.').all(is_id);
        if options.fields.iter().all(is_column) {
            Ok(())
        } else {
            Err(Trouble::misconfigured("options.fields", "are names of columns: letters, digits, _ and dots"))
        }
    }

    async fn read(&self, link: &Link, ticket: &str) -> Result<Document, Trouble> {
        let options: Options = link.options()?;
        let mut ask = link.get(&["api", "now", "table", &options.table, ticket]);
        ask = ask.query("sysparm_display_value", "false").query("sysparm_exclude_reference_link", "true");
        if let Some(fields) = options.columns() {
            ask = ask.query("sysparm_fields", fields);
        }
        let answer = ask.json("servicenow.record").await?;
        let record = answer["result"].as_object().ok_or(Trouble::Unreadable("it has no record"))?;
        let ticket = id(record.get("sys_id")).ok_or(Trouble::Unreadable("it has no sys_id"))?;
        Ok(Document {
            ticket,
            value: document(record, &options.table),
            updated_at: instant(record.get("sys_updated_on")),
        })
    }

    async fn write(&self, link: &Link, ticket: &str, change: &Change) -> Result<(), Trouble> {
        let options: Options = link.options()?;
        let is_label = |status: &String| !status.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let (label, value) = match &change.status {
            Some(status) if is_label(status) => (Some(status), None),
            other => (None, other.as_ref()),
        };
        let mut record = Map::new();
        record.extend(change.field.iter().map(|(field, value)| (field.clone(), json!(value))));
        record.extend(value.map(|state| ("state".to_owned(), json!(state))));
        if !record.is_empty() {
            patch(link, &options.table, ticket, record, false).await?;
        }
        match label {
            Some(label) => {
                let record = [("state".to_owned(), json!(label))].into_iter().collect();
                patch(link, &options.table, ticket, record, true).await
            }
            None => Ok(()),
        }
    }

    async fn comment(&self, link: &Link, ticket: &str, comment: &Comment) -> Result<(), Trouble> {
        let options: Options = link.options()?;
        // `comments` is what the requester sees.
        let journal = if comment.public { "comments" } else { "work_notes" };
        let path = ["api", "now", "table", &options.table, ticket];
        let record: Map<_, _> = [(journal.to_owned(), json!(comment.whole()))].into_iter().collect();
        link.change(Method::PATCH, &path, record.into()).json("servicenow.comment").await.map(|_| ())
    }

    /// The journal is often closed to integrations, by a refusal or by showing nothing: both mean that nobody can tell.
    async fn has_comment(&self, link: &Link, ticket: &str, marker: &str) -> Result<Presence, Trouble> {
        let rows = |query: String| async move {
            let ask = link.get(&["api", "now", "table", "sys_journal_field"]);
            let ask = ask.query("sysparm_query", query).query("sysparm_limit", "1").query("sysparm_fields", "sys_id");
            match ask.json("servicenow.journal").await {
                Ok(answer) => Ok(answer["result"].as_array().map(Vec::len)),
                Err(Trouble::Forbidden { .. }) => Ok(None),
                Err(trouble) => Err(trouble),
            }
        };
        Ok(match rows(format!("element_id={ticket}^valueLIKE{marker}")).await? {
            Some(1..) => Presence::Present,
            Some(0) if rows(format!("element_id={ticket}")).await? > Some(0) => Presence::Absent,
            _ => Presence::CannotTell,
        })
    }

    async fn changed_since(&self, link: &Link, cursor: &Cursor) -> Result<Page, Trouble> {
        let options: Options = link.options()?;
        let own = options.query.as_deref().map(|query| format!("{query}^")).unwrap_or_default();
        let since = cursor.since.strftime("%Y-%m-%d %H:%M:%S");
        let mut ask = link.get(&["api", "now", "table", &options.table]);
        ask = ask.query("sysparm_query", format!("{own}sys_updated_on>={since}^ORDERBYsys_updated_on^ORDERBYsys_id"));
        ask = ask.query("sysparm_limit", PAGE.to_string());
        ask = ask.query("sysparm_offset", (number(cursor) as usize * PAGE).to_string());
        ask = ask.query("sysparm_display_value", "false").query("sysparm_exclude_reference_link", "true");
        if let Some(fields) = options.columns() {
            ask = ask.query("sysparm_fields", fields);
        }
        let answer = ask.json("servicenow.changed").await?;
        let records = answer["result"].as_array().ok_or(Trouble::Unreadable("it lists no records"))?;
        let listed = |record: &Value| {
            let updated_at = instant(record.get("sys_updated_on"));
            let document = document(record.as_object()?, &options.table);
            let listed = Mention::listed(id(record.get("sys_id"))?, updated_at, Some(document));
            Some(Mention { actor: actor(record.get("sys_updated_by")), ..listed })
        };
        Ok(page_by_time(cursor, records.iter().filter_map(listed).collect(), records.len() >= PAGE))
    }
}

impl Options {
    /// The columns to ask for, with those that we need ourselves.
    fn columns(&self) -> Option<String> {
        let own = ["sys_id", "number", "sys_updated_on", "sys_updated_by"];
        let mut columns: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        columns.extend(own.into_iter().filter(|name| !self.fields.iter().any(|field| field == name)));
        (!self.fields.is_empty()).then(|| columns.join(","))
    }
}

/// A record with columns of referenced records as objects: `location.country` becomes `{"location": {"country": …}}`.
fn document(record: &Map<String, Value>, table: &str) -> Value {
    let mut whole = Map::new();
    whole.insert("table".to_owned(), json!(table));
    let (plain, dotted): (Vec<_>, Vec<_>) = record.iter().partition(|(name, _)| !name.contains('.'));
    whole.extend(plain.into_iter().map(|(name, value)| (name.clone(), value.clone())));
    for (name, value) in dotted {
        let mut at = &mut whole;
        let mut parts = name.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                at.insert(part.to_owned(), value.clone());
                break;
            }
            let inner = at.entry(part.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            // It is an object by the line above.
            let Some(inner) = inner.as_object_mut() else { break };
            at = inner;
        }
    }
    whole.into()
}

/// Writes columns and looks at the answer: a column that does not exist is dropped in silence.
async fn patch(
    link: &Link,
    table: &str,
    ticket: &str,
    record: Map<String, Value>,
    labels: bool,
) -> Result<(), Trouble> {
    let names: Vec<_> = record.keys().cloned().collect();
    let ask = link.change(Method::PATCH, &["api", "now", "table", table, ticket], record.into());
    let ask = ask.query("sysparm_input_display_value", if labels { "true" } else { "false" });
    let answer = ask.json("servicenow.write").await?;
    match answer["result"].as_object() {
        Some(result) if names.iter().any(|name| !result.contains_key(name)) => {
            Err(Trouble::NoSuch { what: "column", there_are: result.keys().take(50).cloned().collect() })
        }
        _ => Ok(()),
    }
}
