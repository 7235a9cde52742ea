//! Salesforce Service Cloud: client credentials, cases, comments on cases, two queries.

use serde_json::{Value, json};

use super::{StandIn, is_bearer};
use crate::ticketing::desk::{Desk, Ticket, at, merge, ms};
use crate::ticketing::exchange::{Call, Reply};
use crate::ticketing::limits::Limit;

/// Documented: an allowance a day; spent, it is refused with 403.
pub const STAND_IN: StandIn = StandIn {
    name: "salesforce",
    limit: Limit { calls: 100_000, seconds: 86_400 },
    ticket_limit: None,
    seed,
    knows: |desk, call| {
        let asks_for_token = call.path.last().is_some_and(|last| last == "token");
        asks_for_token || (desk.tokens > 0 && is_bearer(call, &token(desk)))
    },
    answer,
    too_many: |_| {
        Reply::new(403, json!([{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]))
    },
    refused: |status| match status {
        401 => Reply::new(401, json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}])),
        _ => Reply::new(
            403,
            json!([{"message": "insufficient access rights on object id", "errorCode": "INSUFFICIENT_ACCESS_OR_READONLY"}]),
        ),
    },
    call,
};

fn token(desk: &Desk) -> String {
    format!("salesforce-token-{}", desk.tokens)
}

fn time(ms: i64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}

fn seed(now_ms: i64) -> Desk {
    let case = |number: &str, kind: &str, place: &str, email: &str, name: &str, phone: Value, handle: Value| {
        json!({"CaseNumber": number, "Status": "New", "DSR_Type__c": kind, "DSR_Jurisdiction__c": place, "SuppliedEmail": email,
            "SuppliedName": name, "SuppliedPhone": phone, "DSR_Handle__c": handle, "DSR_Status__c": null,
            "CreatedDate": time(now_ms), "IsDeleted": false})
    };
    Desk::new(
        "salesforce",
        now_ms,
        [
            (
                "5005g00000AbCdEAAV",
                case(
                    "00012044",
                    "Erasure",
                    "EU-PL",
                    "zoe.l@example.com",
                    "Zoë Łukasiewicz",
                    json!("+48601234567"),
                    json!("@zoe_l"),
                ),
            ),
            (
                "5005g00000AbCdFAAV",
                case(
                    "00012045",
                    "Opt out of sale",
                    "US-CA",
                    "sam.ortiz@example.net",
                    "Sam Ortiz",
                    Value::Null,
                    Value::Null,
                ),
            ),
        ],
    )
}

fn shown(id: &str, ticket: &Ticket) -> Value {
    let mut case = ticket.native.clone();
    let own = json!({"attributes": {"type": "Case"}, "Id": id, "LastModifiedById": "0055g00000AnnaAAAS",
        "LastModifiedDate": time(ticket.updated_ms), "SystemModstamp": time(ticket.updated_ms)});
    merge(&mut case, &own);
    case
}

fn error(status: u16, code: &str, fields: &[&str]) -> Reply {
    Reply::new(status, json!([{"message": "Something is wrong with the case", "errorCode": code, "fields": fields}]))
}

fn answer(desk: &mut Desk, call: &Call) -> Reply {
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["services", "oauth2", "token"]) => {
            if call.body["client_id"] != "salesforce-client" || call.body["client_secret"] != "salesforce-secret" {
                return Reply::new(
                    400,
                    json!({"error": "invalid_client", "error_description": "invalid client credentials"}),
                );
            }
            desk.tokens += 1;
            Reply::ok(json!({"access_token": token(desk), "token_type": "Bearer"}))
        }
        ("GET", ["services", "data", _, "query"]) => query(desk, call.param("q")),
        ("POST", ["services", "data", _, "sobjects", "CaseComment"]) => {
            let parent = call.body["ParentId"].as_str().unwrap_or_default().to_owned();
            if desk.live(&parent).is_none() {
                return error(400, "INVALID_CROSS_REFERENCE_KEY", &["ParentId"]);
            }
            let number =
                desk.comment(&parent, call.body["CommentBody"].clone(), call.body["IsPublished"] == json!(true));
            Reply::new(201, json!({"id": format!("00a{number:015}"), "success": true}))
        }
        (_, ["services", "data", _, "sobjects", "Case", id]) => {
            let id = (*id).to_owned();
            match desk.tickets.get(&id) {
                None => error(404, "NOT_FOUND", &[]),
                Some(ticket) if ticket.deleted => error(404, "ENTITY_IS_DELETED", &[]),
                Some(ticket) if method == "GET" => Reply::ok(shown(&id, ticket)),
                // Closed cases take changes; one that is locked by an approval does not.
                Some(ticket) if ticket.closed => error(400, "ENTITY_IS_LOCKED", &[]),
                Some(ticket) => {
                    let unknown = call
                        .body
                        .as_object()
                        .into_iter()
                        .flatten()
                        .find(|(name, _)| ticket.native.get(*name).is_none());
                    if let Some((name, _)) = unknown {
                        return error(400, "INVALID_FIELD", &[name]);
                    }
                    for (name, value) in call.body.as_object().into_iter().flatten() {
                        let what = if name == "Status" { "status" } else { "field" };
                        desk.write(&id, what, json!({name: value}), |native| native[name] = value.clone());
                    }
                    Reply::new(204, Value::Null)
                }
            }
        }
        _ => error(404, "NOT_FOUND", &[]),
    }
}

/// What stands between two texts of a query.
fn between<'a>(soql: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = soql.split_once(before)?;
    Some(rest.split_once(after).map_or(rest, |(found, _)| found))
}

fn query(desk: &Desk, soql: &str) -> Reply {
    let number = |before: &str| between(soql, before, " ").and_then(|text| text.parse::<usize>().ok());
    let (limit, offset) = (number(" LIMIT ").unwrap_or(2000), number(" OFFSET ").unwrap_or(0));
    let records: Vec<Value> = if let Some(parent) = between(soql, "ParentId = '", "'") {
        let comments = desk.live(parent).map(|ticket| ticket.comments.as_slice()).unwrap_or_default();
        comments.iter().rev().map(|it| json!({"CommentBody": it.body})).collect()
    } else if let Some(since) = between(soql, "SystemModstamp >= ", " ") {
        let wanted: Vec<_> = between(soql, "SELECT ", " FROM").unwrap_or_default().split(", ").collect();
        let row = |(id, ticket): (&String, &Ticket)| {
            let case = shown(id, ticket);
            wanted
                .iter()
                .map(|name| ((*name).to_owned(), case[*name].clone()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        desk.changed(ms(since)).into_iter().map(row).collect()
    } else {
        return error(400, "MALFORMED_QUERY", &[]);
    };
    let records: Vec<_> = records.into_iter().skip(offset).take(limit).collect();
    Reply::ok(json!({"totalSize": records.len(), "done": true, "records": records}))
}

/// An outbound message with the fields that our guide names.
fn call(desk: &Desk, id: &str) -> Option<(&'static str, String)> {
    let ticket = desk.live(id)?;
    let case = shown(id, ticket);
    // Each notification has an id of its own, which its repetitions share.
    let notification = format!("04l{:015}", ticket.updated_ms);
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let fields: String = case
        .as_object()?
        .iter()
        .filter(|(name, _)| name.as_str() != "attributes")
        .map(|(name, value)| match value {
            Value::Null => format!("<sf:{name} xsi:nil=\"true\"/>"),
            Value::String(text) => format!("<sf:{name}>{}</sf:{name}>", escaped(text)),
            other => format!("<sf:{name}>{other}</sf:{name}>"),
        })
        .collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body><notifications \
         xmlns=\"http://soap.sforce.com/2005/09/outbound\"><OrganizationId>00D5g000004XyzAEAS</OrganizationId>\
         <ActionId>04k5g000000TestAAC</ActionId><SessionId xsi:nil=\"true\"/><Notification><Id>{notification}</Id>\
         <sObject xsi:type=\"sf:Case\" xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\">{fields}</sObject></Notification>\
         </notifications></soapenv:Body></soapenv:Envelope>"
    );
    Some(("text/xml; charset=utf-8", body))
}
