//! Jira Service Management: issues, transitions, comments, search.

use serde_json::{Value, json};

use super::{JSON, StandIn, is_basic, not_found};
use crate::ticketing::desk::{Desk, Ticket, at, merge};
use crate::ticketing::exchange::{Call, Reply, page};
use crate::ticketing::limits::Limit;

/// Documented: burst limits without figures, and one on writes to an issue. The figures are the stand-in's choice.
pub const STAND_IN: StandIn = StandIn {
    name: "jira",
    limit: Limit { calls: 1000, seconds: 60 },
    ticket_limit: Some(Limit { calls: 60, seconds: 60 }),
    seed,
    knows: |_, call| is_basic(call, "agent@acme.example", "jira-token"),
    answer,
    too_many: |seconds| {
        Reply::new(429, json!({"errorMessages": ["Rate limit exceeded"]}))
            .with("Retry-After", seconds.to_string())
            .with("RateLimit-Reason", "jira-per-issue-on-write")
    },
    refused: |status| Reply::new(status, json!("Client must be authenticated to access this resource.")),
    call,
};

/// Where one can go from each status.
const WAYS: [(&str, &str, &str); 5] = [
    ("Waiting for triage", "21", "In progress"),
    ("Waiting for triage", "31", "Canceled"),
    ("In progress", "41", "Waiting for customer"),
    ("In progress", "51", "Resolved"),
    ("Waiting for customer", "61", "In progress"),
];

/// Warsaw in winter; the time zone of the account, too.
fn time(ms: i64) -> String {
    at(ms + 3_600_000).strftime("%Y-%m-%dT%H:%M:%S.000+0100").to_string()
}

fn seed(now_ms: i64) -> Desk {
    let issue = |key: &str, kind: &str, name: &str, email: &str, phone: &str, handle: Value, region: Value| {
        json!({"key": key, "fields": {"summary": "Privacy request", "project": {"key": "PRIV"},
            "issuetype": {"id": "10042", "name": "Data subject request"}, "status": {"name": "Waiting for triage"},
            "reporter": {"accountId": "712020:8d1f", "displayName": name, "emailAddress": email},
            "created": time(now_ms), "description": "Please act on *my* request.",
            "customfield_10101": {"id": "10201", "value": kind}, "customfield_10102": email, "customfield_10103": phone,
            "customfield_10104": handle, "customfield_10105": region, "customfield_10190": null}})
    };
    let poland = json!({"value": "Poland", "child": null});
    let california = json!({"value": "United States", "child": {"value": "California"}});
    Desk::new(
        "jira",
        now_ms,
        [
            (
                "99291",
                issue(
                    "PRIV-1204",
                    "Delete my data",
                    "Zoë Łukasiewicz",
                    "zoe.l@example.com",
                    "+48601234567",
                    json!("@zoe_l"),
                    poland,
                ),
            ),
            (
                "99292",
                issue(
                    "PRIV-1205",
                    "Do not sell or share",
                    "Sam Ortiz",
                    "sam.ortiz@example.net",
                    "+14155550142",
                    Value::Null,
                    california,
                ),
            ),
        ],
    )
}

/// Version 2 shows long texts as they were written, version 3 as documents.
fn shown(id: &str, ticket: &Ticket, version: &str) -> Value {
    let mut issue = ticket.native.clone();
    issue["id"] = json!(id);
    issue["fields"]["updated"] = json!(time(ticket.updated_ms));
    if version == "3" {
        let text = issue["fields"]["description"].take();
        issue["fields"]["description"] = json!({"type": "doc", "version": 1,
            "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]});
    }
    issue
}

fn find(desk: &Desk, given: &str) -> Option<String> {
    let by_key = || desk.tickets.iter().find(|(_, ticket)| ticket.native["key"] == given).map(|(id, _)| id.clone());
    let id = desk.tickets.contains_key(given).then(|| given.to_owned()).or_else(by_key)?;
    desk.live(&id).map(|_| id)
}

fn missing() -> Reply {
    not_found(json!({"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}))
}

fn answer(desk: &mut Desk, call: &Call) -> Reply {
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET", ["rest", "api", _, "myself"]) => {
            Reply::ok(json!({"accountId": "712020:dsr", "timeZone": "Europe/Warsaw"}))
        }
        ("POST", ["rest", "api", version, "search", "jql"]) => search(desk, call, version),
        (_, ["rest", "api", version, "issue", given, rest @ ..]) => {
            let Some(id) = find(desk, given) else { return missing() };
            issue(desk, call, (method, version), &id, rest)
        }
        _ => not_found(json!("No endpoint")),
    }
}

fn issue(desk: &mut Desk, call: &Call, (method, version): (&str, &str), id: &str, rest: &[&str]) -> Reply {
    let Some(ticket) = desk.live(id) else { return missing() };
    match (method, rest) {
        ("GET", []) => Reply::ok(shown(id, ticket, version)),
        ("PUT", []) => {
            let fields = call.body["fields"].clone();
            for (name, value) in fields.as_object().into_iter().flatten() {
                if ticket.native["fields"].get(name).is_none() {
                    let why = format!("Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.");
                    return Reply::new(400, json!({"errorMessages": [], "errors": {name: why}}));
                }
                if name == "customfield_10190" && !value["value"].is_string() {
                    return Reply::new(
                        400,
                        json!({"errorMessages": [], "errors": {name: "Could not find valid 'id' or 'value'."}}),
                    );
                }
            }
            desk.write(id, "field", fields.clone(), |native| merge(&mut native["fields"], &fields));
            Reply::new(204, Value::Null)
        }
        ("GET", ["transitions"]) => {
            let from = ticket.native["fields"]["status"]["name"].clone();
            let ways = WAYS.iter().filter(|(at, ..)| from == *at);
            let ways: Vec<_> =
                ways.map(|(_, id, to)| json!({"id": id, "name": format!("Go to {to}"), "to": {"name": to}})).collect();
            Reply::ok(json!({"transitions": ways}))
        }
        ("POST", ["transitions"]) => {
            let from = ticket.native["fields"]["status"]["name"].clone();
            let wanted = &call.body["transition"]["id"];
            match WAYS.iter().find(|(at, id, _)| from == *at && wanted == id) {
                Some((_, _, to)) => {
                    desk.write(id, "status", json!(to), |native| native["fields"]["status"] = json!({"name": to}));
                    Reply::new(204, Value::Null)
                }
                None => Reply::new(
                    400,
                    json!({"errorMessages": ["It seems that you have tried to perform a workflow operation that is not valid for the current state of this issue."], "errors": {}}),
                ),
            }
        }
        ("GET", ["comment"]) => {
            let mut all: Vec<_> =
                ticket.comments.iter().map(|it| json!({"id": it.id.to_string(), "body": it.body})).collect();
            if call.param("orderBy") == "-created" {
                all.reverse();
            }
            let total = all.len();
            let rows: Vec<_> =
                all.into_iter().skip(call.number("startAt", 0)).take(call.number("maxResults", 50)).collect();
            Reply::ok(json!({"comments": rows, "total": total}))
        }
        ("POST", ["comment"]) => {
            if version == "3" && call.body["body"]["type"] != "doc" {
                return Reply::new(
                    400,
                    json!({"errorMessages": [], "errors": {"comment": "Comment body is not valid!"}}),
                );
            }
            let properties = call.body["properties"].as_array();
            let internal = properties.is_some_and(|all| {
                all.iter().any(|it| it["key"] == "sd.public.comment" && it["value"]["internal"] == json!(true))
            });
            let number = desk.comment(id, call.body["body"].clone(), !internal);
            Reply::new(201, json!({"id": number.to_string()}))
        }
        _ => not_found(json!("No endpoint")),
    }
}

/// Understands the clause about `updated` alone, in minutes of the account's time zone.
fn search(desk: &Desk, call: &Call, version: &str) -> Reply {
    let jql = call.body["jql"].as_str().unwrap_or_default();
    let clause = jql.split_once("updated >= \"").and_then(|(_, rest)| rest.split_once('"'));
    let Some(since) = clause.and_then(|(text, _)| text.parse::<jiff::civil::DateTime>().ok()) else {
        return Reply::new(400, json!({"errorMessages": ["Error in the JQL Query"], "errors": {}}));
    };
    let since = since.in_tz("UTC").map_or(0, |at| at.timestamp().as_millisecond()) - 3_600_000;
    let number = call.body["nextPageToken"].as_str().and_then(|token| token.parse().ok()).unwrap_or(0);
    // One issue a page, so that a listing has pages.
    let (rows, more) = page(desk.changed(since), number, 1);
    let issues: Vec<_> = rows.into_iter().map(|(id, ticket)| shown(id, ticket, version)).collect();
    let mut body = json!({"issues": issues, "isLast": !more});
    if more {
        body["nextPageToken"] = json!((number + 1).to_string());
    }
    Reply::ok(body)
}

fn call(desk: &Desk, id: &str) -> Option<(&'static str, String)> {
    let ticket = desk.live(id)?;
    let body = json!({"timestamp": desk.now_ms, "webhookEvent": "jira:issue_updated",
        "user": {"accountId": "712020:8d1f", "accountType": "customer"}, "issue": shown(id, ticket, "2")});
    Some((JSON, body.to_string()))
}
