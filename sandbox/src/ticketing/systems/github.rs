//! GitHub: issues and their comments.

use serde_json::{Value, json};

use super::{StandIn, is_bearer, not_found};
use crate::ticketing::desk::{Desk, Ticket, iso, merge, ms, number};
use crate::ticketing::exchange::{Call, Reply, page};
use crate::ticketing::limits::Limit;

/// Documented: 5000 calls an hour; one who has spent them is refused with 403 or 429.
pub const STAND_IN: StandIn = StandIn {
    name: "github",
    limit: Limit { calls: 5000, seconds: 3600 },
    ticket_limit: None,
    seed,
    knows: |_, call| is_bearer(call, "github-token"),
    answer,
    too_many: |seconds| {
        let body = json!({"message": "You have exceeded a secondary rate limit."});
        Reply::new(403, body).with("Retry-After", seconds.to_string())
    },
    refused: |status| match status {
        401 => Reply::new(401, json!({"message": "Bad credentials"})),
        _ => Reply::new(403, json!({"message": "Resource not accessible by personal access token"})),
    },
    call,
};

/// As it is spelt there, and as ids here have it: GitHub takes both for the same.
const SPELT: &str = "Acme/Privacy";
const REPOSITORY: &str = "acme/privacy";

fn seed(now_ms: i64) -> Desk {
    let issue = |kind: &str, email: &str, phone: &str, region: &str, user: &str| {
        let body = format!(
            "### Request\n\n{kind}\n\n### E-mail\n\n{email}\n\n### Phone\n\n{phone}\n\n### Region\n\n{region}\n"
        );
        json!({"title": "Privacy request", "body": body, "state": "open", "created_at": iso(now_ms),
            "user": {"id": 4711, "login": user}, "labels": [{"name": "dsr"}, {"name": "dsr-status:new"}]})
    };
    Desk::new(
        "github",
        now_ms,
        [
            ("acme/privacy#12", issue("Erasure", "zoe.l@example.com", "+48601234567", "EU-PL", "zoe-l")),
            ("acme/privacy#13", issue("Access", "sam.ortiz@example.net", "_No response_", "US-CA", "sam-o")),
        ],
    )
}

fn shown(id: &str, ticket: &Ticket) -> Value {
    let mut issue = ticket.native.clone();
    let own = json!({"id": 900_000, "number": number(id.rsplit('#').next().unwrap_or_default()), "locked": ticket.closed,
        "comments": ticket.comments.len(), "updated_at": iso(ticket.updated_ms)});
    merge(&mut issue, &own);
    issue
}

fn answer(desk: &mut Desk, call: &Call) -> Reply {
    let missing = || not_found(json!({"message": "Not Found"}));
    let (method, path) = call.route();
    let ["repos", owner, name, "issues", rest @ ..] = path.as_slice() else { return missing() };
    if !format!("{owner}/{name}").eq_ignore_ascii_case(REPOSITORY) {
        return missing();
    }
    match (method, rest) {
        ("GET", []) => {
            let (rows, _) = page(
                desk.changed(ms(call.param("since"))),
                call.number("page", 1).saturating_sub(1),
                call.number("per_page", 30),
            );
            Reply::ok(rows.into_iter().map(|(id, ticket)| shown(id, ticket)).collect())
        }
        (_, [issue, rest @ ..]) => {
            let id = format!("{REPOSITORY}#{issue}");
            let Some(ticket) = desk.tickets.get(&id) else { return missing() };
            if ticket.deleted {
                return Reply::new(410, json!({"message": "This issue was deleted"}));
            }
            match (method, rest) {
                ("GET", []) => Reply::ok(shown(&id, ticket)),
                ("PATCH", []) => update(desk, &id, &call.body),
                ("GET", ["comments"]) => {
                    let all: Vec<_> = ticket.comments.iter().map(|it| json!({"id": it.id, "body": it.body})).collect();
                    let (rows, _) = page(all, call.number("page", 1).saturating_sub(1), call.number("per_page", 30));
                    Reply::ok(rows.into())
                }
                ("POST", ["comments"]) => {
                    let number = desk.comment(&id, call.body["body"].clone(), true);
                    Reply::new(201, json!({"id": number}))
                }
                _ => missing(),
            }
        }
        _ => missing(),
    }
}

fn update(desk: &mut Desk, id: &str, change: &Value) -> Reply {
    if let Some(labels) = change["labels"].as_array() {
        let labels: Vec<_> = labels.iter().map(|name| json!({"name": name})).collect();
        desk.write(id, "field", json!(labels), |native| native["labels"] = json!(labels));
    }
    if let Some(state) = change["state"].as_str() {
        if !matches!(state, "open" | "closed") {
            return Reply::new(
                422,
                json!({"message": "Validation Failed", "errors": [{"resource": "Issue", "code": "invalid", "field": "state"}]}),
            );
        }
        let written = json!({"state": state, "state_reason": change["state_reason"]});
        desk.write(id, "status", written.clone(), |native| merge(native, &written));
    }
    Reply::ok(desk.live(id).map_or(Value::Null, |ticket| shown(id, ticket)))
}

/// A form whose only field is the JSON, as one of the two content types that can be set.
fn call(desk: &Desk, id: &str) -> Option<(&'static str, String)> {
    let issue = shown(id, desk.live(id)?);
    let body = json!({"action": "edited", "issue": issue, "repository": {"full_name": SPELT}, "sender": {"id": 4711, "login": "zoe-l"}});
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", &body.to_string()).finish();
    Some(("application/x-www-form-urlencoded", form))
}
