//! Users: one, or a list by id and state (contract §5).

use serde_json::{Value, json};

use super::contacts::division;
use crate::answers::listing::PageAsked;
use crate::answers::{Answer, errors};
use crate::call::Call;
use crate::state::records::{Record, User};
use crate::state::{Division, Organisation};

/// `GET /api/v2/users/{id}`. An inactive user is shown; a deleted one only on request (the contract leaves it open).
pub fn read(call: &Call, organisation: &Organisation) -> Answer {
    let deleted = call.query("state") == Some("deleted");
    match organisation.people.user(call.named()).filter(|user| (user.state == "deleted") == deleted) {
        Some(user) => Answer::ok(&view(user, &organisation.divisions)),
        None => errors::resource_not_found("general.resource.not.found"),
    }
}

/// `GET /api/v2/users?id=…&state=…`
pub fn list(call: &Call, organisation: &Organisation) -> Answer {
    let page = match PageAsked::of(call) {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let ids: Vec<&str> = call.query_all("id").flat_map(|ids| ids.split(',')).collect();
    if ids.len() > 100 {
        return errors::error(400, "max.user.ids", "Only 100 user ids can be requested at a time");
    }
    let state = call.query("state").unwrap_or("active");
    if !["active", "inactive", "deleted", "any"].contains(&state) {
        return errors::error(400, "invalid.value", "Value is not valid for query parameter [state]");
    }
    let fits = |user: &&User| state == "any" || user.state == state;
    let users: Vec<&User> = if ids.is_empty() {
        let users = organisation.people.records().filter_map(|record| match record {
            Record::User(user) => Some(user),
            _ => None,
        });
        users.filter(fits).collect()
    } else {
        ids.iter().filter_map(|id| organisation.people.user(id)).filter(fits).collect()
    };
    let total = users.len();
    let shown = users.into_iter().skip(page.skip()).take(page.size).map(|user| view(user, &organisation.divisions));
    Answer::ok(&page.wrap("/api/v2/users", shown.collect(), total))
}

/// `GET /api/v2/users/me`: a client is nobody.
pub fn me() -> Answer {
    errors::error(
        400,
        "not.a.user",
        "This request requires a user context. Client credentials cannot be used for requests to this resource.",
    )
}

/// A user as the API shows it.
pub fn view(user: &User, divisions: &[Division]) -> Value {
    let email = user.details.emails.first();
    let primary: Vec<Value> =
        email.iter().map(|email| json!({"address": email, "mediaType": "EMAIL", "type": "PRIMARY"})).collect();
    let addresses: Vec<Value> = user
        .details
        .phones
        .iter()
        .map(|phone| json!({"address": phone, "display": phone, "mediaType": "PHONE", "type": "WORK"}))
        .collect();
    let mut out = json!({
        "id": user.id,
        "name": user.details.name,
        "division": division(&user.division, divisions),
        "primaryContactInfo": primary,
        "addresses": addresses,
        "state": user.state,
        "version": 1,
        "selfUri": format!("/api/v2/users/{}", user.id),
    });
    if let Some(email) = email {
        out["email"] = json!(email);
        out["username"] = json!(email);
    }
    out
}
