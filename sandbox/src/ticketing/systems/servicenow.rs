//! ServiceNow: the Table API on one table and the journal.

use serde_json::{Map, Value, json};

use super::{JSON, StandIn, is_basic, not_found};
use crate::ticketing::desk::{Desk, Ticket, merge, ms, plain};
use crate::ticketing::exchange::{Call, Reply};
use crate::ticketing::limits::Limit;

/// Documented: rules per hour, set for each instance.
pub const STAND_IN: StandIn = StandIn {
    name: "servicenow",
    limit: Limit { calls: 5000, seconds: 3600 },
    ticket_limit: None,
    seed,
    knows: |_, call| is_basic(call, "dsr.integration", "servicenow-password"),
    answer,
    too_many: |seconds| {
        let body = json!({"error": {"message": "Rate limit exceeded", "detail": null}, "status": "failure"});
        Reply::new(429, body).with("Retry-After", seconds.to_string()).with("X-RateLimit-Limit", "5000")
    },
    refused: |status| {
        Reply::new(status, json!({"error": {"message": "User is not authorized", "detail": null}, "status": "failure"}))
    },
    call,
};

const TABLE: &str = "sn_grc_pdr_request";
const STATES: [(&str, &str); 4] =
    [("1", "New"), ("2", "Work in Progress"), ("3", "Closed Complete"), ("4", "Closed Incomplete")];

fn seed(now_ms: i64) -> Desk {
    let record =
        |number: &str, kind: &str, email: &str, phone: &str, name: &str, handle: &str, country: &str, state: &str| {
            json!({"number": number, "sys_mod_count": "0", "state": "1", "source": "public_api", "request_type": kind,
            "sys_created_on": plain(now_ms), "u_subject_email": email, "u_subject_phone": phone, "u_subject_name": name,
            "u_social_handle": handle, "location": "a1b2c3d4e5f60718293a4b5c6d7e8f90", "location.country": country,
            "location.state": state, "submitted_by": "self", "u_dsr_status": "", "active": "true"})
        };
    Desk::new(
        "servicenow",
        now_ms,
        [
            (
                "a9e30c7dc61122760116894de7bcc7bd",
                record(
                    "PDR0001042",
                    "right_to_delete",
                    "zoe.l@example.com",
                    "+48601234567",
                    "Zoe Lukasiewicz",
                    "@zoe_l",
                    "Poland",
                    "",
                ),
            ),
            (
                "b9e30c7dc61122760116894de7bcc7bd",
                record(
                    "PDR0001043",
                    "right_to_know",
                    "sam.ortiz@example.net",
                    "+14155550142",
                    "Sam Ortiz",
                    "",
                    "United States",
                    "California",
                ),
            ),
        ],
    )
}

/// The columns asked for; without a list all of the record's own, and none of others.
fn shown(id: &str, ticket: &Ticket, fields: &str) -> Value {
    let mut record = ticket.native.clone();
    record["sys_id"] = json!(id);
    record["sys_updated_on"] = json!(plain(ticket.updated_ms));
    record["sys_updated_by"] = json!("anna.agent");
    let record = record.as_object().cloned().unwrap_or_default();
    let wanted: Vec<_> = fields.split(',').filter(|name| !name.is_empty()).collect();
    let keep = |name: &str| if wanted.is_empty() { !name.contains('.') } else { wanted.contains(&name) };
    record.into_iter().filter(|(name, _)| keep(name)).collect::<Map<_, _>>().into()
}

fn answer(desk: &mut Desk, call: &Call) -> Reply {
    let (method, path) = call.route();
    let missing = || {
        not_found(
            json!({"error": {"message": "No Record found", "detail": "Record doesn't exist or ACL restricts the record retrieval"}, "status": "failure"}),
        )
    };
    match (method, path.as_slice()) {
        ("GET", ["api", "now", "table", "sys_journal_field"]) => journal(desk, call),
        ("GET", ["api", "now", "table", TABLE]) => list(desk, call),
        ("GET", ["api", "now", "table", TABLE, id]) => match desk.live(id) {
            Some(ticket) => Reply::ok(json!({"result": shown(id, ticket, call.param("sysparm_fields"))})),
            None => missing(),
        },
        ("PATCH", ["api", "now", "table", TABLE, id]) => {
            if desk.live(id).is_none() {
                return missing();
            }
            let id = (*id).to_owned();
            patch(desk, &id, &call.body, call.param("sysparm_input_display_value") == "true");
            let ticket = desk.live(&id);
            Reply::ok(json!({"result": ticket.map(|ticket| shown(&id, ticket, ""))}))
        }
        _ => Reply::new(400, json!({"error": {"message": "Invalid table", "detail": null}, "status": "failure"})),
    }
}

/// Columns that there are not are dropped in silence, and so is a label that no choice has.
fn patch(desk: &mut Desk, id: &str, change: &Value, labels: bool) {
    for (name, value) in change.as_object().into_iter().flatten() {
        let known = desk.live(id).is_some_and(|ticket| ticket.native.get(name).is_some());
        match name.as_str() {
            "work_notes" | "comments" => {
                desk.comment(id, value.clone(), name == "comments");
            }
            "state" if labels => {
                if let Some((state, _)) = STATES.iter().find(|(_, label)| value == label) {
                    desk.write(id, "status", json!(state), |native| native["state"] = json!(state));
                }
            }
            "state" => desk.write(id, "status", value.clone(), |native| native["state"] = value.clone()),
            name if known => {
                desk.write(id, "field", json!({name: value}), |native| merge(native, &json!({name: value})))
            }
            _ => {}
        }
    }
}

/// The value of a condition of an encoded query.
fn condition<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('^').find_map(|part| part.strip_prefix(name))
}

fn list(desk: &Desk, call: &Call) -> Reply {
    let since = condition(call.param("sysparm_query"), "sys_updated_on>=").unwrap_or_default();
    let since = ms(&format!("{}Z", since.replace(' ', "T")));
    let rows = desk
        .changed(since)
        .into_iter()
        .skip(call.number("sysparm_offset", 0))
        .take(call.number("sysparm_limit", 10_000));
    let rows: Vec<_> = rows.map(|(id, ticket)| shown(id, ticket, call.param("sysparm_fields"))).collect();
    Reply::ok(json!({"result": rows}))
}

/// The journal, which shows an integration nothing of a ticket whose native form says `"journal": "hidden"`.
fn journal(desk: &Desk, call: &Call) -> Reply {
    let query = call.param("sysparm_query");
    let ticket = condition(query, "element_id=").and_then(|id| desk.live(id));
    let Some(ticket) = ticket.filter(|ticket| ticket.native["journal"] != "hidden") else {
        return Reply::ok(json!({"result": []}));
    };
    let like = condition(query, "valueLIKE").unwrap_or_default();
    let rows = ticket.comments.iter().filter(|it| it.body.as_str().is_some_and(|body| body.contains(like)));
    let rows: Vec<_> =
        rows.take(call.number("sysparm_limit", 10_000)).map(|it| json!({"sys_id": it.id.to_string()})).collect();
    Reply::ok(json!({"result": rows}))
}

/// The body of the business rule that our guide shows.
fn call(desk: &Desk, id: &str) -> Option<(&'static str, String)> {
    let ticket = desk.live(id)?;
    let mut body = shown(id, ticket, "");
    body["table"] = json!(TABLE);
    body["sys_mod_count"] = json!(0);
    body["location"] = json!({"country": ticket.native["location.country"], "state": ticket.native["location.state"]});
    Some((JSON, body.to_string()))
}
