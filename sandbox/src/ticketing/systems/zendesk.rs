//! Zendesk Support: tickets, comments, the incremental export.

use serde_json::{Map, Value, json};

use super::{JSON, StandIn, is_basic, not_found};
use crate::ticketing::desk::{Desk, Ticket, iso, number};
use crate::ticketing::exchange::{Call, Reply, page};
use crate::ticketing::limits::Limit;

/// Documented: 200 to 2500 calls a minute by plan, and 30 updates of one ticket in ten minutes.
pub const STAND_IN: StandIn = StandIn {
    name: "zendesk",
    limit: Limit { calls: 700, seconds: 60 },
    ticket_limit: Some(Limit { calls: 30, seconds: 600 }),
    seed,
    knows: |_, call| is_basic(call, "agent@acme.example/token", "zendesk-token"),
    answer,
    too_many: |seconds| {
        Reply::new(429, json!("Number of allowed API requests per minute exceeded"))
            .with("Retry-After", seconds.to_string())
    },
    refused: |status| match status {
        401 => Reply::new(401, json!({"error": "Couldn't authenticate you"})),
        _ => {
            Reply::new(403, json!({"error": {"title": "Forbidden", "message": "You do not have access to this page."}}))
        }
    },
    call,
};

const STATUSES: [&str; 6] = ["new", "open", "pending", "hold", "solved", "closed"];

fn seed(now_ms: i64) -> Desk {
    let field = |id: u64, value: Value| json!({"id": id, "value": value});
    let ticket = |requester: u64, kind: &str, email: &str, phone: &str, handle: Value, region: &str, by: &str| {
        json!({"subject": "Privacy request", "status": "new", "ticket_form_id": 7_700_112_233_u64, "tags": ["dsr", kind],
            "created_at": iso(now_ms), "requester_id": requester,
            "custom_fields": [field(360_012_345_601, json!(kind)), field(360_012_345_602, json!(email)),
                field(360_012_345_603, json!(phone)), field(360_012_345_604, handle),
                field(360_012_345_605, json!(region)), field(360_012_345_606, json!(by)),
                field(360_012_345_690, Value::Null)]})
    };
    Desk::new(
        "zendesk",
        now_ms,
        [
            (
                "48213",
                ticket(
                    9_911_223_344,
                    "dsr_erasure",
                    "zoe.l@example.com",
                    "+48601234567",
                    json!("@zoe_l"),
                    "eu_pl",
                    "self",
                ),
            ),
            (
                "48214",
                ticket(
                    9_911_223_345,
                    "dsr_access",
                    "sam.ortiz@example.net",
                    "+14155550142",
                    Value::Null,
                    "us_ca",
                    "self",
                ),
            ),
        ],
    )
}

fn users() -> Value {
    json!([
        {"id": 9_911_223_344_u64, "name": "Zoë Łukasiewicz", "email": "zoe.l@example.com", "phone": "+48601234567", "locale": "en-US"},
        {"id": 9_911_223_345_u64, "name": "Sam Ortiz", "email": "sam.ortiz@example.net", "phone": "+14155550142", "locale": "en-US"},
    ])
}

fn shown(id: &str, ticket: &Ticket) -> Value {
    let mut native = ticket.native.clone();
    native["id"] = number(id);
    native["updated_at"] = json!(iso(ticket.updated_ms));
    if ticket.closed {
        native["status"] = json!("closed");
    }
    native
}

fn answer(desk: &mut Desk, call: &Call) -> Reply {
    let missing = || not_found(json!({"error": "RecordNotFound", "description": "Not found"}));
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET", ["api", "v2", "incremental", "tickets", "cursor.json"]) => incremental(desk, call),
        ("GET", ["api", "v2", "tickets", id, "comments.json"]) => match desk.live(id) {
            Some(ticket) => comments(ticket, call),
            None => missing(),
        },
        ("GET", ["api", "v2", "tickets", file]) => {
            match file.strip_suffix(".json").and_then(|id| Some((id, desk.live(id)?))) {
                Some((id, ticket)) => {
                    let mut body = json!({"ticket": shown(id, ticket)});
                    if call.param("include") == "users" {
                        body["users"] = users();
                    }
                    Reply::ok(body)
                }
                None => missing(),
            }
        }
        ("PUT", ["api", "v2", "tickets", file]) => {
            match file.strip_suffix(".json").filter(|id| desk.live(id).is_some()) {
                Some(id) => update(desk, id, &call.body["ticket"]),
                None => missing(),
            }
        }
        _ => not_found(json!({"error": "InvalidEndpoint", "description": "Not found"})),
    }
}

fn update(desk: &mut Desk, id: &str, change: &Value) -> Reply {
    let invalid = |field: &str, description: &str| {
        Reply::new(
            422,
            json!({"error": "RecordInvalid", "description": "Record validation errors",
            "details": {field: [{"description": description, "error": "InvalidValue"}]}}),
        )
    };
    let Some(ticket) = desk.live(id) else { return not_found(Value::Null) };
    if ticket.closed {
        return invalid("status", "Status: closed prevents ticket update");
    }
    if let Some(status) = change["status"].as_str() {
        if !STATUSES.contains(&status) {
            return invalid("status", "Status: is not valid");
        }
        desk.write(id, "status", json!(status), |native| native["status"] = json!(status));
    }
    // A field that does not exist is ignored, as the real one does.
    for field in change["custom_fields"].as_array().into_iter().flatten() {
        desk.write(id, "field", field.clone(), |native| {
            for own in native["custom_fields"].as_array_mut().into_iter().flatten() {
                if own["id"] == field["id"] {
                    own["value"] = field["value"].clone();
                }
            }
        });
    }
    if let Some(body) = change["comment"]["body"].as_str() {
        // Public unless it says otherwise: the documented default.
        desk.comment(id, json!(body), change["comment"]["public"] != json!(false));
    }
    match desk.live(id) {
        Some(ticket) => Reply::ok(json!({"ticket": shown(id, ticket)})),
        None => not_found(Value::Null),
    }
}

fn comments(ticket: &Ticket, call: &Call) -> Reply {
    let mut all: Vec<_> = ticket
        .comments
        .iter()
        .map(|it| json!({"id": it.id, "type": "Comment", "body": it.body, "public": it.public, "created_at": it.at}))
        .collect();
    if call.param("sort") == "-created_at" {
        all.reverse();
    }
    let after = call.number("page[after]", 0);
    let (rows, more) = page(all, after, call.number("page[size]", 100));
    Reply::ok(json!({"comments": rows, "meta": {"has_more": more, "after_cursor": (after + 1).to_string()}}))
}

/// By when a change was written down, as the real one (`generated_timestamp`). Two tickets a page, so that a listing has pages; a
/// cursor is the last one shown, and another is refused.
fn incremental(desk: &Desk, call: &Call) -> Reply {
    const PAGE: usize = 2;
    let since = match call.param("cursor") {
        "" => call.param("start_time").parse::<i64>().map_or(0, |s| s * 1000),
        cursor => match cursor.parse::<i64>() {
            Ok(cursor) => cursor,
            Err(_) => return Reply::new(400, json!({"error": "InvalidCursor", "description": "Invalid cursor"})),
        },
    };
    let mut changed: Vec<_> = desk.tickets.iter().filter(|(_, ticket)| ticket.written_ms >= since).collect();
    changed.sort_by_key(|(id, ticket)| (ticket.written_ms, *id));
    let (rows, more) = page(changed, 0, PAGE);
    let next = rows.last().map_or(since, |(_, ticket)| ticket.written_ms + 1);
    let tickets: Vec<_> = rows
        .iter()
        .map(|(id, ticket)| {
            let mut shown = shown(id, ticket);
            if ticket.deleted {
                shown["status"] = json!("deleted");
            }
            shown
        })
        .collect();
    Reply::ok(json!({"tickets": tickets, "users": users(), "after_cursor": next.to_string(), "end_of_stream": !more}))
}

/// The body of the trigger that our guide shows, with its placeholders filled in: everything is text.
fn call(desk: &Desk, id: &str) -> Option<(&'static str, String)> {
    let ticket = desk.live(id)?;
    let native = &ticket.native;
    let users = users();
    let user = users.as_array()?.iter().find(|user| user["id"] == native["requester_id"])?;
    let fields: Map<_, _> = native["custom_fields"]
        .as_array()?
        .iter()
        .map(|field| (field["id"].to_string(), json!(field["value"].as_str().unwrap_or_default())))
        .collect();
    let tags: Vec<_> = native["tags"].as_array()?.iter().filter_map(Value::as_str).collect();
    let body = json!({"event": "ticket.changed", "actor": {"id": "9911223399"}, "ticket": {
        "id": id, "form_id": native["ticket_form_id"].to_string(), "status": native["status"],
        "created_at": native["created_at"], "updated_at": iso(ticket.updated_ms), "tags": tags.join(" "),
        "requester": {"id": native["requester_id"].to_string(), "name": user["name"], "email": user["email"],
            "phone": user["phone"], "locale": user["locale"]},
        "fields": fields,
    }});
    Some((JSON, body.to_string()))
}
