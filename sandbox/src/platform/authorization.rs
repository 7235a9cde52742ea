//! Who am I, what may I, where: divisions, permissions, the token, limits (contract §2.3, §5, §6).

use serde_json::{Value, json};

use crate::answers::errors::Limit;
use crate::answers::listing::PageAsked;
use crate::answers::{Answer, errors};
use crate::call::Call;
use crate::clock;
use crate::faults::{FaultName, Occasion};
use crate::ids;
use crate::state::access::Client;
use crate::state::{Division, Organisation, State};

/// The namespaces that answer with an empty list: their numbers are not known (contract §13).
const SILENT_NAMESPACES: [&str; 7] = ["gdpr", "dsar", "scim", "external.contacts", "audit", "authorization", "users"];

/// `GET /api/v2/authorization/divisions`
pub fn divisions(call: &Call, organisation: &Organisation) -> Answer {
    let page = match PageAsked::of(call) {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let ids: Vec<&str> = call.query_all("id").collect();
    let wanted: Vec<&Division> = organisation
        .divisions
        .iter()
        .filter(|division| ids.is_empty() || ids.contains(&division.id.as_str()))
        .collect();
    let total = wanted.len();
    let shown = wanted.into_iter().skip(page.skip()).take(page.size).map(division_view).collect();
    Answer::ok(&page.wrap("/api/v2/authorization/divisions", shown, total))
}

/// `GET /api/v2/authorization/divisionspermitted/paged/me?permission=…`
pub fn divisions_permitted(call: &Call, state: &mut State, client: &Client, occasion: &Occasion) -> Answer {
    let page = match PageAsked::of(call) {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let Some(permission) = call.query("permission").filter(|permission| !permission.is_empty()) else {
        return errors::error(400, "missing.permission.param", "The permission parameter is required");
    };
    let held = client.permissions.contains(permission) && !state.faults.fire_permission(permission, occasion);
    let all = &state.organisations[client.organisation].divisions;
    let permitted: Vec<&Division> = all.iter().filter(|division| held && covers(client, division)).collect();
    let total = permitted.len();
    let shown: Vec<Value> = permitted.into_iter().skip(page.skip()).take(page.size).map(division_view).collect();
    let path = format!("/api/v2/authorization/divisionspermitted/paged/me?permission={permission}");
    let mut body = json!(page.wrap(&path, shown, total));
    body["allDivsPermitted"] = json!(held && client.divisions.is_none());
    Answer::ok(&body)
}

/// `GET /api/v2/authorization/subjects/me`. Policies are left out unless `includeFullRoles=true`, as newer platforms may.
pub fn subject(call: &Call, organisation: &Organisation, client: &Client) -> Answer {
    let mut role = json!({"id": ids::named("role"), "name": "DSR Operator", "default": false});
    if call.query("includeFullRoles") == Some("true") {
        let policies: Vec<Value> = client
            .permissions
            .iter()
            .filter_map(|permission| {
                let mut parts = permission.split(':');
                Some(json!({"domain": parts.next()?, "entityName": parts.next()?, "actions": [parts.next()?]}))
            })
            .collect();
        role["policies"] = json!(policies);
    }
    let divisions: Vec<Value> = match &client.divisions {
        None => vec![json!({"id": "*", "name": "*", "description": ""})],
        Some(_) => organisation.divisions.iter().filter(|d| covers(client, d)).map(division_view).collect(),
    };
    let grants: Vec<Value> = divisions
        .into_iter()
        .map(|division| {
            json!({"subjectId": client.id, "division": division, "role": role, "grantMadeAt": "2026-01-15T12:00:00.000Z"})
        })
        .collect();
    Answer::ok(&json!({"id": client.id, "name": client.name, "grants": grants, "version": 1}))
}

/// `GET /api/v2/tokens/me`
pub fn token(state: &mut State, client: &Client, lifetime_left_ms: i64, occasion: &Occasion) -> Answer {
    let wrong = state.faults.fire(FaultName::WrongOrganisation, occasion).is_some();
    let organisation = &state.organisations[client.organisation];
    let named = if wrong {
        json!({"id": ids::named("a third organisation"), "name": "A Third Organisation"})
    } else {
        json!({"id": organisation.id, "name": organisation.name})
    };
    Answer::ok(&json!({
        "organization": named,
        "homeOrganization": named,
        "authorizedScope": [],
        "dateTokenIdles": clock::iso(state.clock.now_ms() + lifetime_left_ms),
        "OAuthClient": {
            "id": client.id,
            "name": client.name,
            "authorizedGrantType": "CLIENT-CREDENTIALS",
            "state": "active",
            "organization": named,
        },
    }))
}

/// `GET /api/v2/organizations/limits/namespaces/{namespace}`
pub fn limits(call: &Call, allowed: u32) -> Answer {
    let namespace = call.named();
    let limit = |key: &'static str, value: u64| Limit { key, namespace: namespace.to_owned(), value };
    let limits = match namespace {
        "platform.api" => vec![
            limit("client.credentials.token.rate.per.minute", u64::from(allowed)),
            limit("token.rate.per.minute", u64::from(allowed)),
            limit("request.bytes.max", 512_000),
        ],
        known if SILENT_NAMESPACES.contains(&known) => Vec::new(),
        _ => return errors::not_found(),
    };
    Answer::ok(&json!({"entities": limits}))
}

fn covers(client: &Client, division: &Division) -> bool {
    client.divisions.as_ref().is_none_or(|names| names.contains(&division.name))
}

fn division_view(division: &Division) -> Value {
    json!({
        "id": division.id,
        "name": division.name,
        "description": "",
        "homeDivision": division.home,
        "selfUri": format!("/api/v2/authorization/divisions/{}", division.id),
    })
}
