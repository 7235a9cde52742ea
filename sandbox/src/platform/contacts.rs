//! External contacts, one by one and in bulk, with merges followed or not (contract §4).

use serde_json::{Map, Value, json};

use crate::answers::{Answer, errors};
use crate::call::Call;
use crate::clock;
use crate::state::records::{Contact, TermKind};
use crate::state::{Division, Organisation};

/// The most ids one bulk call takes. The contract names no number; working clients send 50.
const BULK_MOST: usize = 50;
/// Creation and change of every contact; the sandbox keeps no history of them.
const BORN_MS: i64 = 1_763_632_800_000;

/// `GET /api/v2/externalcontacts/contacts/{id}`, and the same with `/unresolved`.
pub fn read(call: &Call, organisation: &Organisation, follow: bool) -> Answer {
    match find(organisation, call.named(), follow) {
        Some(contact) => Answer::ok(&view(contact, &organisation.divisions)),
        None => errors::not_found(),
    }
}

/// `POST /api/v2/externalcontacts/bulk/contacts`, and the same with `/unresolved`.
///
/// Results come in reverse order, because the contract promises none, under the id that was asked for.
pub fn bulk(call: &Call, organisation: &Organisation, follow: bool) -> Answer {
    let Some(asked) = call.body.get("entities").and_then(Value::as_array) else { return errors::invalid_data() };
    if asked.len() > BULK_MOST {
        return errors::error(400, "bad.request", "entity list too big");
    }
    let ids: Option<Vec<&str>> = asked.iter().map(|entity| entity.get("id")?.as_str()).collect();
    let Some(ids) = ids.filter(|ids| !ids.is_empty()) else {
        return errors::error(422, "validation.failed", "The list of entities is not valid");
    };
    let mut failed = Vec::new();
    let mut results = Vec::new();
    for (index, id) in ids.into_iter().rev().enumerate() {
        results.push(match find(organisation, id, follow) {
            Some(contact) => {
                json!({"id": id, "success": true, "status": 200, "entity": view(contact, &organisation.divisions)})
            }
            None => {
                failed.push(index);
                let error =
                    json!({"code": "entity.not.found", "message": "Contact not found", "status": 404, "retryable": false});
                json!({"id": id, "success": false, "status": 404, "error": error})
            }
        });
    }
    Answer::ok(&json!({"results": results, "errorCount": failed.len(), "errorIndexes": failed}))
}

/// A contact as the API shows it.
pub fn view(contact: &Contact, divisions: &[Division]) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        out.insert(name.to_owned(), value);
    };
    let details = &contact.details;
    put("id", json!(contact.id));
    put("type", json!(contact.kind));
    put("division", division(&contact.division, divisions));
    if let Some((first, last)) = details.name.rsplit_once(' ') {
        put("firstName", json!(first));
        put("lastName", json!(last));
    } else if !details.name.is_empty() {
        put("lastName", json!(details.name));
    }
    for (field, email) in ["workEmail", "personalEmail", "otherEmail"].iter().zip(&details.emails) {
        put(field, json!(email));
    }
    for (field, phone) in ["cellPhone", "workPhone", "homePhone", "otherPhone"].iter().zip(&details.phones) {
        put(field, json!({"display": phone, "userInput": phone, "e164": phone, "countryCode": "US"}));
    }
    if let Some(address) = details.addresses.first() {
        put("address", json!({"address1": address}));
    }
    if !details.external_ids.is_empty() {
        let source = json!({"id": "5e0c7a11-0000-4000-8000-000000000001", "name": "CRM"});
        let ids: Vec<Value> =
            details.external_ids.iter().map(|id| json!({"externalSource": source, "value": id})).collect();
        put("externalIds", json!(ids));
    }
    for social in &details.socials {
        match social.kind {
            TermKind::Twitter => put("twitterId", json!({"screenName": social.value})),
            TermKind::Facebook => put("facebookId", json!({"ids": [{"scopedId": social.value}]})),
            TermKind::Instagram => put("instagramId", json!({"ids": [{"scopedId": social.value}]})),
            _ => put("appleOpaqueIds", json!([{"value": social.value}])),
        }
    }
    if let Some(canonical) = &contact.canonical {
        let others = contact.merge_set.iter().filter(|member| *member != canonical);
        put("canonicalContact", link(canonical));
        put("mergeSet", contact.merge_set.iter().map(|member| link(member)).collect());
        if *canonical == contact.id {
            put("mergedFrom", others.map(|member| link(member)).collect());
        } else {
            put("mergedTo", link(canonical));
        }
    }
    put("createDate", json!(clock::iso(BORN_MS)));
    put("modifyDate", json!(clock::iso(BORN_MS)));
    put("selfUri", json!(path(&contact.id)));
    Value::Object(out)
}

/// A reference to a division by its name; `*` where the contact belongs to none.
pub fn division(name: &str, divisions: &[Division]) -> Value {
    match divisions.iter().find(|division| division.name == name || division.id == name) {
        Some(division) => {
            let uri = format!("/api/v2/authorization/divisions/{}", division.id);
            json!({"id": division.id, "name": division.name, "selfUri": uri})
        }
        None => json!({"id": "*"}),
    }
}

fn find<'a>(organisation: &'a Organisation, id: &str, follow: bool) -> Option<&'a Contact> {
    if follow { organisation.people.resolved_contact(id) } else { organisation.people.contact(id) }
}

fn link(id: &str) -> Value {
    json!({"id": id, "selfUri": path(id)})
}

fn path(id: &str) -> String {
    format!("/api/v2/externalcontacts/contacts/{id}")
}
