//! HubSpot: tickets, notes and their associations, pipelines, search.

use serde_json::{Map, Value, json};

use super::{JSON, StandIn, is_bearer, not_found};
use crate::ticketing::desk::{Desk, Ticket, iso, merge, number};
use crate::ticketing::exchange::{Call, Reply, page};
use crate::ticketing::limits::Limit;

/// Documented: about 100 calls in ten seconds an app.
pub const STAND_IN: StandIn = StandIn {
    name: "hubspot",
    limit: Limit { calls: 100, seconds: 10 },
    ticket_limit: None,
    seed,
    knows: |_, call| is_bearer(call, "hubspot-token"),
    answer,
    too_many: |_| {
        Reply::new(
            429,
            json!({"status": "error", "message": "You have reached your ten_secondly_rolling limit.",
            "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}),
        )
    },
    refused: |status| match status {
        401 => Reply::new(
            401,
            json!({"status": "error", "category": "INVALID_AUTHENTICATION", "message": "Authentication credentials not found."}),
        ),
        _ => Reply::new(
            403,
            json!({"status": "error", "category": "MISSING_SCOPES", "message": "This app hasn't been granted all required scopes"}),
        ),
    },
    call,
};

fn seed(now_ms: i64) -> Desk {
    let ticket = |kind: &str, email: &str, phone: Value, handle: Value, region: &str| {
        json!({"subject": "Privacy request", "dsr_type": kind, "dsr_email": email, "dsr_phone": phone, "dsr_handle": handle,
            "dsr_region": region, "dsr_status": null, "hs_pipeline": "0", "hs_pipeline_stage": "1", "createdate": iso(now_ms)})
    };
    Desk::new(
        "hubspot",
        now_ms,
        [
            ("5120011", ticket("erasure", "zoe.l@example.com", json!("+48601234567"), json!("@zoe_l"), "eu_pl")),
            ("5120012", ticket("access", "sam.ortiz@example.net", Value::Null, Value::Null, "us_ca")),
        ],
    )
}

/// Only the properties asked for, and those that always come.
fn shown(id: &str, ticket: &Ticket, wanted: &[&str]) -> Value {
    let mut own = ticket.native.clone();
    own["hs_object_id"] = json!(id);
    own["hs_lastmodifieddate"] = json!(iso(ticket.updated_ms));
    let always = ["createdate", "hs_lastmodifieddate", "hs_object_id"];
    let properties: Map<_, _> = own
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| wanted.contains(&name.as_str()) || always.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    json!({"id": id, "properties": properties, "createdAt": own["createdate"], "updatedAt": iso(ticket.updated_ms), "archived": false})
}

fn missing() -> Reply {
    not_found(json!({"status": "error", "category": "OBJECT_NOT_FOUND", "message": "resource not found"}))
}

fn invalid(code: &str) -> Reply {
    Reply::new(
        400,
        json!({"status": "error", "category": "VALIDATION_ERROR", "message": "Property values were not valid",
        "errors": [{"code": code, "message": "not valid"}]}),
    )
}

fn answer(desk: &mut Desk, call: &Call) -> Reply {
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET", ["crm", "v3", "pipelines", "tickets", "0"]) => {
            Reply::ok(json!({"id": "0", "label": "Support Pipeline", "stages": [
            {"id": "1", "label": "New"}, {"id": "2", "label": "Waiting on contact"}, {"id": "3", "label": "Waiting on us"},
            {"id": "4", "label": "Closed"}]}))
        }
        ("POST", ["crm", "v3", "objects", "tickets", "search"]) => search(desk, &call.body),
        ("GET", ["crm", "v3", "objects", "tickets", id]) => match desk.live(id) {
            Some(ticket) => {
                let mut body = shown(id, ticket, &call.param("properties").split(',').collect::<Vec<_>>());
                if call.param("associations") == "contacts" {
                    body["associations"] =
                        json!({"contacts": {"results": [{"id": "301", "type": "ticket_to_contact"}]}});
                }
                Reply::ok(body)
            }
            None => missing(),
        },
        ("PATCH", ["crm", "v3", "objects", "tickets", id]) => {
            let id = (*id).to_owned();
            let Some(ticket) = desk.live(&id) else { return missing() };
            let properties = call.body["properties"].clone();
            if properties.as_object().into_iter().flatten().any(|(name, _)| ticket.native.get(name).is_none()) {
                return invalid("PROPERTY_DOESNT_EXIST");
            }
            if properties
                .get("hs_pipeline_stage")
                .is_some_and(|it| !["1", "2", "3", "4"].iter().any(|stage| it == stage))
            {
                return invalid("INVALID_OPTION");
            }
            for (name, value) in properties.as_object().into_iter().flatten() {
                let what = if name == "hs_pipeline_stage" { "status" } else { "field" };
                desk.write(&id, what, json!({name: value}), |native| merge(native, &json!({name: value})));
            }
            Reply::ok(desk.live(&id).map_or(Value::Null, |ticket| shown(&id, ticket, &[])))
        }
        ("POST", ["crm", "v3", "objects", "notes"]) => {
            let to = call.body.pointer("/associations/0/to/id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let kind = call.body.pointer("/associations/0/types/0/associationTypeId");
            let properties = &call.body["properties"];
            if desk.live(&to).is_none() || kind != Some(&json!(228)) || properties["hs_timestamp"].is_null() {
                return invalid("INVALID_ASSOCIATION");
            }
            let note = desk.comment(&to, properties["hs_note_body"].clone(), false);
            Reply::new(201, json!({"id": note.to_string()}))
        }
        ("GET", ["crm", "v4", "objects", "tickets", id, "associations", "notes"]) => match desk.live(id) {
            Some(ticket) => {
                let all: Vec<_> = ticket.comments.iter().map(|it| json!({"toObjectId": it.id})).collect();
                let (rows, more) = page(all, 0, call.number("limit", 100));
                let paging = if more { json!({"next": {"after": "500"}}) } else { Value::Null };
                Reply::ok(json!({"results": rows, "paging": paging}))
            }
            None => missing(),
        },
        ("POST", ["crm", "v3", "objects", "notes", "batch", "read"]) => {
            let wanted: Vec<_> =
                call.body["inputs"].as_array().into_iter().flatten().filter_map(|it| it["id"].as_str()).collect();
            let all = desk.tickets.values().flat_map(|ticket| &ticket.comments);
            let notes = all.filter(|it| wanted.contains(&it.id.to_string().as_str()));
            let notes: Vec<_> =
                notes.map(|it| json!({"id": it.id.to_string(), "properties": {"hs_note_body": it.body}})).collect();
            Reply::ok(json!({"status": "COMPLETE", "results": notes}))
        }
        _ => missing(),
    }
}

fn search(desk: &Desk, body: &Value) -> Reply {
    let filters =
        body.pointer("/filterGroups/0/filters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let filter = filters.iter().find(|it| it["propertyName"] == "hs_lastmodifieddate" && it["operator"] == "GTE");
    let Some(since) = filter.and_then(|it| it["value"].as_str()?.parse::<i64>().ok()) else {
        return invalid("INVALID_FILTER");
    };
    let wanted: Vec<_> = body["properties"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let after = body["after"].as_str().and_then(|after| after.parse().ok()).unwrap_or(0);
    // One ticket a page, so that a listing has pages.
    let (rows, more) = page(desk.changed(since), after, 1);
    let results: Vec<_> = rows.into_iter().map(|(id, ticket)| shown(id, ticket, &wanted)).collect();
    let mut body = json!({"total": results.len(), "results": results});
    if more {
        body["paging"] = json!({"next": {"after": (after + 1).to_string()}});
    }
    Reply::ok(body)
}

/// Events carry ids alone; two of one ticket, as a creation has them.
fn call(desk: &Desk, id: &str) -> Option<(&'static str, String)> {
    desk.live(id)?;
    let event = |kind: &str, at: i64| {
        json!({"eventId": at, "subscriptionId": 2_345_671, "portalId": 44_112_233, "appId": 998_877, "occurredAt": at,
            "subscriptionType": kind, "attemptNumber": 0, "objectId": number(id), "changeSource": "CRM_UI", "sourceId": "userId:60001"})
    };
    let body = json!([event("ticket.propertyChange", desk.now_ms + 200), event("ticket.creation", desk.now_ms)]);
    Some((JSON, body.to_string()))
}
