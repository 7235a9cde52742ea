//! Fields that are missing, unknown, twice there or of the wrong type, at every level of every body.

use serde_json::{Value, json};

use super::row::Row;
use super::world::{World, filing};

/// A rectification with every field there is.
fn whole() -> Value {
    let mut body = filing(
        "rectification",
        json!([
            { "kind": "email", "value": "zzyzx@example.com" },
            { "kind": "phone", "value": "+13175550100" },
            { "kind": "name", "value": "Zzyzx Road" },
        ]),
    );
    body["received_at"] = json!("2025-06-02T08:00:00Z");
    body["replacements"] = json!([{ "kind": "email", "existing": "zzyzx@example.com", "updated": "road@example.org" }]);
    body["note"] = json!("by letter");
    body
}

/// Where each field stands, as a pointer into the body, and as the answer names it.
const FIELDS: [(&str, &str); 18] = [
    ("/controller", "controller"),
    ("/right", "right"),
    ("/regime", "regime"),
    ("/channel", "channel"),
    ("/received_at", "received_at"),
    ("/identifiers", "identifiers"),
    ("/identifiers/1", "identifiers[1]"),
    ("/identifiers/2/kind", "identifiers[2].kind"),
    ("/identifiers/2/value", "identifiers[2].value"),
    ("/replacements", "replacements"),
    ("/replacements/0", "replacements[0]"),
    ("/replacements/0/kind", "replacements[0].kind"),
    ("/replacements/0/existing", "replacements[0].existing"),
    ("/replacements/0/updated", "replacements[0].updated"),
    ("/identity", "identity"),
    ("/identity/method", "identity.method"),
    ("/note", "note"),
    ("/identifiers/0/value", "identifiers[0].value"),
];

/// May be null, which is the same as not there.
const OPTIONAL: [&str; 3] = ["received_at", "identity", "note"];

pub fn rows(world: &World) -> Vec<Row> {
    let mut rows = Vec::new();
    let good = whole();
    for (pointer, field) in FIELDS {
        let is_optional = OPTIONAL.contains(&field);
        let here = good.pointer(pointer).unwrap();
        for wrong in
            [json!(7), json!(1.5), json!(true), json!(null), json!("zzyzx"), json!(["zzyzx"]), json!({ "zzyzx": 1 })]
        {
            let same = std::mem::discriminant(here) == std::mem::discriminant(&wrong);
            // An object of another shape is not of the wrong type, and neither is null where nothing need be.
            if same || is_optional && wrong.is_null() {
                continue;
            }
            let mut body = good.clone();
            *body.pointer_mut(pointer).unwrap() = wrong.clone();
            // A list where a list stands is looked into.
            rows.push(world.filing(format!("{wrong} for {field}"), body.to_string()).is(422, "wrong_type").at(field));
        }
        if !is_optional && !pointer.ends_with(|c: char| c.is_ascii_digit()) && field != "replacements" {
            let mut body = good.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
            rows.push(world.filing(format!("without {field}"), body.to_string()).is(422, "missing_field").at(field));
        }
    }
    for (pointer, prefix) in [
        ("", ""),
        ("/identifiers/1", "identifiers[1]."),
        ("/replacements/0", "replacements[0]."),
        ("/identity", "identity."),
    ] {
        for (name, shown) in [("colour", Some("colour")), ("Zzyzx Road <zzyzx@example.com>", None)] {
            let mut body = good.clone();
            body.pointer_mut(pointer).unwrap()[name] = json!("zzyzx");
            let at = shown.map_or(prefix.trim_end_matches('.').to_owned(), |shown| format!("{prefix}{shown}"));
            rows.push(
                world.filing(format!("unknown {prefix}{name}"), body.to_string()).is(422, "unknown_field").at(at),
            );
        }
    }
    rows.extend(twice(world));
    rows.extend(other_bodies(world));
    rows
}

fn twice(world: &World) -> Vec<Row> {
    let good = whole().to_string();
    let cases = [
        (r#""right":"rectification""#, r#""right":"rectification","right":"access""#, "right"),
        (r#""controller":"acme""#, r#""controller":"zzyzx","controller":"acme""#, "controller"),
        (r#""note":"by letter""#, r#""note":null,"note":"by letter""#, "note"),
        (r#""kind":"phone""#, r#""kind":"phone","kind":"email""#, "identifiers[1].kind"),
        (r#""method":"officer_word""#, r#""method":"officer_word","\u006dethod":"document""#, "identity.method"),
    ];
    let row = |(once, twice, field): (&str, &str, &str)| {
        let body = good.replacen(once, twice, 1);
        assert_ne!(body, good);
        world.filing(format!("{field} twice"), body).is(422, "duplicate_field").at(field)
    };
    cases.map(row).into()
}

fn other_bodies(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let search = |name: &str, body: Value| world.post(format!("search: {name}"), "/api/v1/requests/search", &body);
    let identifier = json!({ "kind": "email", "value": "zzyzx@example.com" });
    let decide = |verb: &str, body: Value| world.decide(format!("{verb} with {body}"), &at.verifying, verb, &body);
    vec![
        search("nothing", json!({})).is(422, "missing_field").at("identifier"),
        search("a text", json!({ "identifier": "zzyzx" })).is(422, "wrong_type").at("identifier"),
        search("no value", json!({ "identifier": { "kind": "email" } }))
            .is(422, "missing_field")
            .at("identifier.value"),
        search("a filter", json!({ "identifier": identifier, "status": "zzyzx" }))
            .is(422, "unknown_field")
            .at("status"),
        search("a limit as text", json!({ "identifier": identifier, "limit": "5" })).is(422, "wrong_type").at("limit"),
        search("a limit below zero", json!({ "identifier": identifier, "limit": -1 }))
            .is(422, "wrong_type")
            .at("limit"),
        search("half a limit", json!({ "identifier": identifier, "limit": 1.5 })).is(422, "wrong_type").at("limit"),
        search("a kind that is none", json!({ "identifier": { "kind": "zzyzx", "value": "zzyzx" } }))
            .field("identifier.kind", "unknown_identifier_kind")
            .listing(&["email", "phone"]),
        search("no mailbox", json!({ "identifier": { "kind": "email", "value": "zzyzx" } }))
            .field("identifier.value", "email_at"),
        search("no entry", json!({ "identifier": identifier, "limit": 0 })).field("limit", "out_of_range"),
        search("too many entries", json!({ "identifier": identifier, "limit": 201 })).field("limit", "out_of_range"),
        decide("approve", json!({})).is(422, "missing_field").at("plan"),
        decide("approve", json!({ "plan": 7 })).is(422, "wrong_type").at("plan"),
        decide("approve", json!({ "plan": " " })).field("plan", "empty"),
        decide("approve", json!({ "plan": "z".repeat(65) })).field("plan", "too_long"),
        decide("approve", json!([])).is(422, "wrong_type"),
        decide("approve", json!(null)).is(422, "wrong_type"),
        decide("approve", json!({ "plan": "zzyzx", "jobs": 1 })).is(422, "unknown_field").at("jobs"),
        decide("release", json!({ "reason": "zzyzx" })).is(422, "unknown_field").at("reason"),
        decide("verify", json!({})).is(422, "missing_field").at("method"),
        decide("verify", json!({ "method": ["zzyzx"] })).is(422, "wrong_type").at("method"),
        decide("verify", json!({ "method": "zzyzx" }))
            .field("method", "unknown_method")
            .listing(&["officer_word", "document"]),
        decide("hold", json!({})).is(422, "missing_field").at("reason"),
        decide("hold", json!({ "reason": 7 })).is(422, "wrong_type").at("reason"),
        decide("hold", json!({ "reason": " \n" })).field("reason", "empty"),
        decide("hold", json!({ "reason": "z".repeat(1_001) })).field("reason", "too_long"),
        decide("hold", json!({ "reason": "zzyzx\u{0}" })).field("reason", "control_character"),
        decide("withdraw", json!({ "reason": "zzyzx\u{1b}[2J" })).field("reason", "control_character"),
        decide("refuse", json!({ "code": "zzyzx", "reason": "as agreed" }))
            .field("code", "unknown_refusal_code")
            .listing(&["manifestly_unfounded", "spam"]),
        decide("refuse", json!({ "code": "third_in_twelve_months", "reason": "as agreed" }))
            .field("code", "not_a_ground"),
        decide("refuse", json!({ "code": "excessive", "basis": "z".repeat(201), "reason": "as agreed" }))
            .field("basis", "too_long"),
        decide("refuse", json!({ "code": "excessive", "basis": " ", "reason": "as agreed" })).field("basis", "empty"),
        decide("refuse", json!({ "code": "spam", "reason": "" })).field("reason", "empty"),
        decide("refuse", json!({ "code": "spam", "reason": "as agreed", "outcome": "zzyzx" }))
            .is(422, "unknown_field")
            .at("outcome"),
    ]
}
