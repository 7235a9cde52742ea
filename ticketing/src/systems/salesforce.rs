//! Salesforce Service Cloud: outbound messages (SOAP, up to 100 cases a call), and JSON sent by Apex.
//!
//! Apex sends `{"case": {"Id", "LastModifiedById", …}}`, fields by API name; an outbound message names the same fields.
//!
//! Sources: Salesforce documentation, "Understanding Notifications", "REST API: sObject Rows", "SOQL", "CaseComment",
//! "Status codes and error responses"; ids of 15 and 18 characters: "What are sObject ids and case-insensitive ids".

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parts::{actor, id, instant, is_id, number, page_by_time};
use crate::answer::Answer;
use crate::document::Document;
use crate::kind::Row;
use crate::link::{self, Link};
use crate::reading::soap::Element;
use crate::reading::{self, media_type, soap, text};
use crate::system::{Change, Comment, Cursor, Happened, Mention, Page, Presence, System};
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// See the module.
#[derive(Debug)]
pub struct Salesforce;

/// What it offers.
pub(crate) const OFFERS: Row = Row::all(&Salesforce);

/// Its own settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The version of the API, such as `v62.0`.
    #[serde(default = "newest")]
    api_version: String,
    /// Which fields of a case are listed, so that listed cases need not be read one by one.
    #[serde(default)]
    fields: Vec<String>,
    /// Which cases are listed, as a condition in SOQL, such as `RecordType.DeveloperName = 'Privacy'`.
    #[serde(default)]
    condition: Option<String>,
}

fn newest() -> String {
    "v62.0".to_owned()
}

/// An outbound message holds no more.
const NOTIFICATIONS_MAX: usize = 100;
const PAGE: usize = 200;

#[async_trait]
impl System for Salesforce {
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable> {
        if matches!(media_type(content_type).as_str(), "text/xml" | "application/xml" | "application/soap+xml") {
            return of_soap(&soap::parse(&text::decode(content_type, body)?)?);
        }
        let body = reading::json_body(content_type, body)?;
        let case = body.get("case").and_then(Value::as_object).ok_or(Unreadable::NoTicket("/case"))?;
        Ok(vec![mention(case.clone(), "/case/Id")?])
    }

    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble> {
        let options: Options = link::options(options)?;
        let version = options.api_version.strip_prefix('v').and_then(|version| version.strip_suffix(".0"));
        if version.is_none_or(|version| version.parse::<u16>().is_err()) {
            return Err(Trouble::misconfigured("options.api_version", "is a version such as v62.0"));
        }
        if options.fields.iter().all(|name| name.split('.').all(is_id)) {
            Ok(())
        } else {
            Err(Trouble::misconfigured("options.fields", "are API names of fields, such as DSR_Type__c"))
        }
    }

    async fn read(&self, link: &Link, ticket: &str) -> Result<Document, Trouble> {
        let options: Options = link.options()?;
        let path = ["services", "data", &options.api_version, "sobjects", "Case", ticket];
        let case = told(link.get(&path).answer("salesforce.case").await?)?;
        let Value::Object(case) = case else { return Err(Trouble::Unreadable("it has no case")) };
        let ticket = id(case.get("Id")).and_then(|id| long_id(&id)).ok_or(Trouble::Unreadable("it has no id"))?;
        let updated_at = updated(&case);
        Ok(Document { ticket, value: document(case), updated_at })
    }

    async fn write(&self, link: &Link, ticket: &str, change: &Change) -> Result<(), Trouble> {
        let options: Options = link.options()?;
        let mut case = Map::new();
        case.extend(change.field.iter().map(|(field, value)| (field.clone(), json!(value))));
        case.extend(change.status.iter().map(|status| ("Status".to_owned(), json!(status))));
        let path = ["services", "data", &options.api_version, "sobjects", "Case", ticket];
        told(link.change(Method::PATCH, &path, case.into()).answer("salesforce.write").await?).map(|_| ())
    }

    async fn comment(&self, link: &Link, ticket: &str, comment: &Comment) -> Result<(), Trouble> {
        let options: Options = link.options()?;
        let path = ["services", "data", &options.api_version, "sobjects", "CaseComment"];
        let body = json!({"ParentId": ticket, "CommentBody": comment.whole(), "IsPublished": comment.public});
        told(link.change(Method::POST, &path, body).answer("salesforce.comment").await?).map(|_| ())
    }

    async fn has_comment(&self, link: &Link, ticket: &str, marker: &str) -> Result<Presence, Trouble> {
        if !is_id(ticket) {
            return Err(Trouble::Gone);
        }
        let soql = format!(
            "SELECT CommentBody FROM CaseComment WHERE ParentId = '{ticket}' ORDER BY CreatedDate DESC LIMIT {PAGE}"
        );
        let comments = query(link, &soql, "salesforce.comments").await?;
        let holds = |comment: &Value| comment["CommentBody"].as_str().is_some_and(|body| body.contains(marker));
        Ok(match comments.iter().any(holds) {
            true => Presence::Present,
            false if comments.len() < PAGE => Presence::Absent,
            false => Presence::CannotTell,
        })
    }

    async fn changed_since(&self, link: &Link, cursor: &Cursor) -> Result<Page, Trouble> {
        let options: Options = link.options()?;
        let mut columns = vec!["Id", "SystemModstamp", "LastModifiedById"];
        columns
            .extend(options.fields.iter().map(String::as_str).filter(|name| !["Id", "SystemModstamp"].contains(name)));
        let own = options.condition.as_deref().map(|condition| format!("({condition}) AND ")).unwrap_or_default();
        let since = cursor.since.strftime("%Y-%m-%dT%H:%M:%SZ");
        let soql = format!(
            "SELECT {} FROM Case WHERE {own}SystemModstamp >= {since} ORDER BY SystemModstamp, Id LIMIT {PAGE} OFFSET {}",
            columns.join(", "),
            number(cursor) as usize * PAGE,
        );
        let cases = query(link, &soql, "salesforce.changed").await?;
        let full = cases.len() >= PAGE;
        let listed = |case: Value| {
            let Value::Object(case) = case else { return None };
            let mention = mention(case, "Id").ok()?;
            // Without fields of its own the list says no more than that the case changed.
            let document = mention.document.filter(|_| !options.fields.is_empty());
            Some(Mention { document, ..mention })
        };
        Ok(page_by_time(cursor, cases.into_iter().filter_map(listed).collect(), full))
    }
}

fn of_soap(envelope: &Element) -> Result<Vec<Mention>, Unreadable> {
    let nowhere = Unreadable::NoTicket("Envelope/Body/notifications");
    let whole = Some(envelope).filter(|it| it.name == "Envelope");
    let notifications = whole.and_then(|it| it.one("Body")).and_then(|it| it.one("notifications")).ok_or(nowhere)?;
    let all: Vec<_> = notifications.all("Notification").collect();
    if all.len() > NOTIFICATIONS_MAX {
        return Err(Unreadable::TooMany);
    }
    all.into_iter()
        .map(|notification| {
            let object = notification.one("sObject").filter(|it| it.kind.as_deref() == Some("Case"));
            let object = object.ok_or(Unreadable::NoTicket("Notification/sObject of type Case"))?;
            let mut case = Map::new();
            for field in &object.children {
                let value = if field.nil { Value::Null } else { json!(field.text) };
                if case.insert(field.name.clone(), value).is_some() {
                    return Err(Unreadable::DuplicateKey);
                }
            }
            mention(case, "sObject/Id")
        })
        .collect()
}

fn mention(case: Map<String, Value>, place: &'static str) -> Result<Mention, Unreadable> {
    let ticket = id(case.get("Id")).and_then(|id| long_id(&id)).ok_or(Unreadable::NoTicket(place))?;
    let updated_at = updated(&case);
    let has_fields = case.keys().any(|name| name != "Id");
    Ok(Mention {
        ticket,
        account: None,
        happened: if case.get("IsDeleted").is_some_and(|it| *it == json!(true) || it == "true") {
            Happened::Deleted
        } else {
            Happened::Changed
        },
        actor: actor(case.get("LastModifiedById")),
        occurred_at: updated_at,
        updated_at,
        document: has_fields.then(|| document(case)),
    })
}

fn updated(case: &Map<String, Value>) -> Option<jiff::Timestamp> {
    instant(case.get("SystemModstamp")).or_else(|| instant(case.get("LastModifiedDate")))
}

fn document(mut case: Map<String, Value>) -> Value {
    case.remove("attributes");
    if let Some(long) = id(case.get("Id")).and_then(|id| long_id(&id)) {
        case.insert("Id".to_owned(), json!(long));
    }
    json!({"case": case})
}

/// An id of 18 characters. One of 15 tells upper from lower case; the three added ones say which of each five were upper.
fn long_id(id: &str) -> Option<String> {
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) || !matches!(id.len(), 15 | 18) {
        return None;
    }
    let short = &id[..15];
    let tail = short.as_bytes().chunks(5).map(|five| {
        let bits =
            five.iter().enumerate().fold(0_u8, |bits, (at, byte)| bits | u8::from(byte.is_ascii_uppercase()) << at);
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[usize::from(bits)])
    });
    Some(short.chars().chain(tail).collect())
}

/// The answer's JSON, or its trouble: the allowance of the day is refused with 403, a locked record with 400.
fn told(answer: Answer) -> Result<Value, Trouble> {
    if answer.is_success() {
        return Ok(answer.json);
    }
    Err(match answer.code().as_deref() {
        // The allowance is counted over a day, and nobody says when it is back.
        Some("REQUEST_LIMIT_EXCEEDED") => Trouble::RateLimited { wait: Duration::from_secs(3600) },
        Some("ENTITY_IS_DELETED") => Trouble::Gone,
        Some("NOT_FOUND") => Trouble::NotFound,
        Some("ENTITY_IS_LOCKED") => Trouble::Locked,
        Some("UNABLE_TO_LOCK_ROW") => Trouble::Conflict,
        _ => answer.trouble(),
    })
}

async fn query(link: &Link, soql: &str, name: &'static str) -> Result<Vec<Value>, Trouble> {
    let options: Options = link.options()?;
    let path = ["services", "data", &options.api_version, "query"];
    match told(link.get(&path).query("q", soql).answer(name).await?)?["records"].take() {
        Value::Array(records) => Ok(records),
        _ => Err(Trouble::Unreadable("it lists no records")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_id_is_made_long() {
        for (short, long) in [
            ("5005g00000AbCdE", "5005g00000AbCdEAAV"),
            ("5005g00000AbCdEAAV", "5005g00000AbCdEAAV"),
            ("00D5g000004XyzA", "00D5g000004XyzAEAS"),
        ] {
            assert_eq!(long_id(short).as_deref(), Some(long));
        }
        for none in ["", "5005g", "5005g00000AbCd'", "5005g00000AbCdEAAVX"] {
            assert_eq!(long_id(none), None, "{none}");
        }
    }
}
