//! Intercom: tickets, replies, states, search.

use serde_json::{Value, json};

use super::{JSON, StandIn, is_bearer, not_found};
use crate::clock::Clock;
use crate::ticketing::desk::{Comment, Desk, Ticket, merge};
use crate::ticketing::exchange::{Call, Reply, page};
use crate::ticketing::limits::Limit;

/// Sources disagree on the figure; the lower one.
pub const STAND_IN: StandIn = StandIn {
    name: "intercom",
    limit: Limit { calls: 166, seconds: 10 },
    ticket_limit: None,
    seed,
    knows: |_, call| is_bearer(call, "intercom-token"),
    answer,
    too_many: |seconds| {
        // An instant of Unix time, to be read against the answer's own date.
        let now_s = Clock::new(None, 1.0).now_ms().unsigned_abs() / 1000;
        let body = error("rate_limit_exceeded", "Exceeded rate limit");
        Reply::new(429, body)
            .with("X-RateLimit-Remaining", "0")
            .with("X-RateLimit-Reset", (now_s + seconds).to_string())
    },
    refused: |status| match status {
        401 => Reply::new(401, error("unauthorized", "Access Token Invalid")),
        _ => Reply::new(403, error("api_plan_restricted", "Active subscription needed.")),
    },
    call,
};

const STATES: [(&str, &str, &str); 4] = [
    ("88", "submitted", "Submitted"),
    ("89", "in_progress", "With privacy team"),
    ("90", "waiting_on_customer", "Waiting on customer"),
    ("91", "resolved", "Resolved"),
];

fn error(code: &str, message: &str) -> Value {
    json!({"type": "error.list", "request_id": "r-1", "errors": [{"code": code, "message": message}]})
}

fn seed(now_ms: i64) -> Desk {
    let ticket = |ticket_id: &str, kind: &str, email: &str, phone: Value, handle: Value, region: &str| {
        json!({"type": "ticket", "ticket_id": ticket_id, "category": "Customer",
            "ticket_type": {"type": "ticket_type", "id": "53", "name": "Privacy request"},
            "ticket_state": {"id": "88", "category": "submitted", "internal_label": "Submitted"},
            "ticket_attributes": {"_default_title_": "Privacy request", "dsr_type": kind, "dsr_email": email, "dsr_phone": phone,
                "dsr_handle": handle, "dsr_region": region, "dsr_status": null},
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "65f0aa", "external_id": "u_7781"}]},
            "created_at": now_ms / 1000})
    };
    Desk::new(
        "intercom",
        now_ms,
        [
            ("1295", ticket("1390", "Erasure", "zoe.l@example.com", json!("+48601234567"), json!("@zoe_l"), "EU")),
            ("1296", ticket("1391", "Access", "sam.ortiz@example.net", Value::Null, Value::Null, "US-CA")),
        ],
    )
}

/// A ticket with its newest five hundred parts.
fn shown(id: &str, ticket: &Ticket) -> Value {
    let part = |it: &Comment| {
        json!({"type": "ticket_part", "id": it.id.to_string(), "part_type": if it.public { "comment" } else { "note" },
            "body": format!("<p>{}</p>", it.body.as_str().unwrap_or_default()), "author": {"type": "admin", "id": "991"}})
    };
    let parts: Vec<_> = ticket.comments.iter().map(part).collect();
    let newest = parts.len().saturating_sub(500);
    let mut native = ticket.native.clone();
    let own = json!({"id": id, "updated_at": ticket.updated_ms / 1000,
        "ticket_parts": {"type": "ticket_part.list", "total_count": parts.len(), "ticket_parts": &parts[newest..]}});
    merge(&mut native, &own);
    native
}

fn answer(desk: &mut Desk, call: &Call) -> Reply {
    let (method, path) = call.route();
    if !call.headers.contains_key("intercom-version") {
        return Reply::new(400, error("intercom_version_invalid", "The requested version could not be found"));
    }
    match (method, path.as_slice()) {
        ("GET", ["ticket_states"]) => {
            let states: Vec<_> = STATES
                .iter()
                .map(|(id, category, label)| json!({"id": id, "category": category, "internal_label": label}))
                .collect();
            Reply::ok(json!({"type": "list", "data": states}))
        }
        ("POST", ["tickets", "search"]) => search(desk, &call.body),
        (_, ["tickets", id, rest @ ..]) => {
            let id = (*id).to_owned();
            let Some(ticket) = desk.live(&id) else {
                return not_found(error("ticket_not_found", "Resource Not Found"));
            };
            match (method, rest) {
                ("GET", []) => Reply::ok(shown(&id, ticket)),
                ("PUT", []) => update(desk, &id, &call.body),
                ("POST", ["reply"]) if call.body["admin_id"] == "991" => {
                    let public = call.body["message_type"] != "note";
                    let number = desk.comment(&id, call.body["body"].clone(), public);
                    Reply::ok(json!({"type": "ticket_part", "id": number.to_string()}))
                }
                _ => Reply::new(400, error("parameter_invalid", "Admin not found")),
            }
        }
        _ => not_found(error("not_found", "Resource Not Found")),
    }
}

fn update(desk: &mut Desk, id: &str, change: &Value) -> Reply {
    let Some(ticket) = desk.live(id) else { return not_found(Value::Null) };
    let attributes = change["ticket_attributes"].clone();
    let known = &ticket.native["ticket_attributes"];
    if attributes.as_object().into_iter().flatten().any(|(name, _)| known.get(name).is_none()) {
        return Reply::new(400, error("parameter_invalid", "Ticket attribute does not exist"));
    }
    let state = &change["ticket_state_id"];
    let found = STATES.iter().find(|(id, ..)| state == id);
    if !state.is_null() && found.is_none() {
        return Reply::new(400, error("parameter_invalid", "Ticket state does not exist"));
    }
    if attributes.is_object() {
        desk.write(id, "field", attributes.clone(), |native| merge(&mut native["ticket_attributes"], &attributes));
    }
    if let Some((state, category, label)) = found {
        let state = json!({"id": state, "category": category, "internal_label": label});
        desk.write(id, "status", state.clone(), |native| native["ticket_state"] = state);
    }
    Reply::ok(desk.live(id).map_or(Value::Null, |ticket| shown(id, ticket)))
}

fn search(desk: &Desk, body: &Value) -> Reply {
    let clauses = body["query"]["value"].as_array().map(Vec::as_slice).unwrap_or_default();
    let clause = clauses.iter().find(|it| it["field"] == "updated_at" && it["operator"] == ">");
    let Some(since) = clause.and_then(|it| it["value"].as_str()?.parse::<i64>().ok()) else {
        return Reply::new(400, error("parameter_invalid", "Invalid query"));
    };
    let number = body["pagination"]["starting_after"].as_str().and_then(|token| token.parse().ok()).unwrap_or(0);
    // One ticket a page, so that a listing has pages.
    let (rows, more) = page(desk.changed((since + 1) * 1000), number, 1);
    let tickets: Vec<_> = rows.into_iter().map(|(id, ticket)| shown(id, ticket)).collect();
    let next = if more { json!({"starting_after": (number + 1).to_string()}) } else { Value::Null };
    Reply::ok(json!({"type": "ticket.list", "tickets": tickets, "pages": {"type": "pages", "next": next}}))
}

fn call(desk: &Desk, id: &str) -> Option<(&'static str, String)> {
    let item = shown(id, desk.live(id)?);
    let body = json!({"type": "notification_event", "app_id": "a1b2c3d4", "id": format!("notif_{}", desk.now_ms),
        "topic": "ticket.attribute.updated", "delivery_attempts": 1, "created_at": desk.now_ms / 1000, "data": {"type": "notification_event_data", "item": item}});
    Some((JSON, body.to_string()))
}
