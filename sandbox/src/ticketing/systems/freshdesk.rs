//! Freshdesk: tickets, notes and replies, conversations, ticket fields.

use serde_json::{Value, json};

use super::{JSON, StandIn, basic, not_found, too_many};
use crate::ticketing::desk::{Desk, Ticket, iso, merge, ms, number};
use crate::ticketing::exchange::{Call, Reply, page};
use crate::ticketing::limits::Limit;

/// Documented: 200 to 700 calls a minute by plan.
pub const STAND_IN: StandIn = StandIn {
    name: "freshdesk",
    limit: Limit { calls: 400, seconds: 60 },
    ticket_limit: None,
    seed,
    knows: |_, call| basic(call).is_some_and(|(key, _)| key == "freshdesk-key"),
    answer,
    too_many,
    refused: |status| match status {
        401 => Reply::new(
            401,
            json!({"code": "invalid_credentials", "message": "You have to be logged in to perform this action."}),
        ),
        _ => Reply::new(
            403,
            json!({"code": "access_denied", "message": "You are not authorized to perform this action."}),
        ),
    },
    call,
};

fn seed(now_ms: i64) -> Desk {
    let ticket = |requester: Value, kind: &str, email: &str, phone: &str, handle: Value, country: &str| {
        json!({"subject": "Data request", "status": 2, "created_at": iso(now_ms), "requester": requester,
            "custom_fields": {"cf_dsr_type": kind, "cf_dsr_email": email, "cf_dsr_phone": phone, "cf_dsr_handle": handle,
                "cf_dsr_country": country, "cf_dsr_status": null}})
    };
    let zoe = json!({"id": 5001, "name": "Zoë Łukasiewicz", "email": "zoe.l@example.com", "phone": "+48601234567"});
    let sam = json!({"id": 5002, "name": "Sam Ortiz", "email": "sam.ortiz@example.net", "phone": null});
    Desk::new(
        "freshdesk",
        now_ms,
        [
            ("70021", ticket(zoe, "Erasure", "zoe.l@example.com", "+48601234567", json!("@zoe_l"), "Poland")),
            ("70022", ticket(sam, "Access", "sam.ortiz@example.net", "+14155550142", Value::Null, "United States")),
        ],
    )
}

fn shown(id: &str, ticket: &Ticket, include: &str) -> Value {
    let mut native = ticket.native.clone();
    native["id"] = number(id);
    native["updated_at"] = json!(iso(ticket.updated_ms));
    native["requester_id"] = native["requester"]["id"].clone();
    if let Some(native) = native.as_object_mut().filter(|_| include != "requester") {
        native.remove("requester");
    }
    native
}

fn answer(desk: &mut Desk, call: &Call) -> Reply {
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET", ["api", "v2", "ticket_fields"]) => {
            Reply::ok(json!([{"name": "status", "type": "default_status", "choices": {
            "2": ["Open", "Being Processed"], "3": ["Pending", "Awaiting your Reply"], "4": ["Resolved", "This ticket has been Resolved"],
            "5": ["Closed", "This ticket has been Closed"], "8": ["With privacy team", "Being Processed"]}}]))
        }
        ("GET", ["api", "v2", "tickets"]) => {
            let rows = desk.changed(ms(call.param("updated_since")));
            let (rows, _) = page(rows, call.number("page", 1).saturating_sub(1), call.number("per_page", 30));
            Reply::ok(rows.into_iter().map(|(id, ticket)| shown(id, ticket, call.param("include"))).collect())
        }
        (_, ["api", "v2", "tickets", id, rest @ ..]) => {
            let id = (*id).to_owned();
            if desk.live(&id).is_none() {
                return Reply::new(404, Value::Null);
            }
            ticket(desk, call, method, &id, rest)
        }
        _ => not_found(Value::Null),
    }
}

fn ticket(desk: &mut Desk, call: &Call, method: &str, id: &str, rest: &[&str]) -> Reply {
    let Some(ticket) = desk.live(id) else { return Reply::new(404, Value::Null) };
    match (method, rest) {
        ("GET", []) => Reply::ok(shown(id, ticket, call.param("include"))),
        ("PUT", []) => {
            let invalid = |field: &str| {
                Reply::new(
                    400,
                    json!({"description": "Validation failed",
                    "errors": [{"field": field, "message": "Unexpected/invalid field in request", "code": "invalid_field"}]}),
                )
            };
            let own = &ticket.native["custom_fields"];
            for name in call.body["custom_fields"].as_object().into_iter().flatten().map(|(name, _)| name) {
                if own.get(name).is_none() {
                    return invalid(name);
                }
            }
            let status = call.body["status"].clone();
            if !status.is_null() && !status.as_u64().is_some_and(|status| matches!(status, 2..=5 | 8)) {
                return invalid("status");
            }
            if call.body["custom_fields"].is_object() {
                let fields = call.body["custom_fields"].clone();
                desk.write(id, "field", fields.clone(), |native| merge(&mut native["custom_fields"], &fields));
            }
            if !status.is_null() {
                desk.write(id, "status", status.clone(), |native| native["status"] = status);
            }
            Reply::ok(desk.live(id).map_or(Value::Null, |ticket| shown(id, ticket, "")))
        }
        ("GET", ["conversations"]) => {
            let text = |body: &Value| body.as_str().unwrap_or_default().replace("<br>", "\n");
            let all: Vec<_> = ticket
                .comments
                .iter()
                .map(|it| json!({"id": it.id, "body": it.body, "body_text": text(&it.body), "private": !it.public}))
                .collect();
            let (rows, _) = page(all, call.number("page", 1).saturating_sub(1), call.number("per_page", 30));
            Reply::ok(rows.into())
        }
        ("POST", [kind @ ("notes" | "reply")]) => {
            let public = *kind == "reply" || call.body["private"] == json!(false);
            let number = desk.comment(id, call.body["body"].clone(), public);
            Reply::new(201, json!({"id": number, "private": !public}))
        }
        _ => not_found(Value::Null),
    }
}

/// The body of the rule that our guide shows.
fn call(desk: &Desk, id: &str) -> Option<(&'static str, String)> {
    let ticket = desk.live(id)?;
    let native = &ticket.native;
    let status = match native["status"].as_u64() {
        Some(2) => "Open",
        Some(3) => "Pending",
        Some(4) => "Resolved",
        _ => "Closed",
    };
    let mut body = json!({"event": "ticket_updated", "ticket_id": number(id), "subject": native["subject"], "status": status,
        "actor": "anna.agent@acme.example", "requester_id": native["requester"]["id"],
        "requester_name": native["requester"]["name"], "requester_email": native["requester"]["email"],
        "requester_phone": native["requester"]["phone"], "created_at": native["created_at"],
        "updated_at": iso(ticket.updated_ms)});
    merge(&mut body, &native["custom_fields"]);
    Some((JSON, body.to_string()))
}
