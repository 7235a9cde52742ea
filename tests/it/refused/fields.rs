//! Fields that are of the right type and say something that cannot be: unknown words, impossible instants, contradictions.

use serde_json::{Value, json};

use super::row::Row;
use super::world::{World, access_but};

pub fn rows(world: &World) -> Vec<Row> {
    [words(world), instants(world), lists(world), replacements(world), notes(world)].into_iter().flatten().collect()
}

fn words(world: &World) -> Vec<Row> {
    let sets: [(&str, &str, &[&str]); 3] = [
        ("right", "unknown_right", &["access", "erasure", "rectification"]),
        ("regime", "unknown_regime", &["eu_gdpr", "uk_gdpr", "us_ca_ccpa"]),
        ("channel", "unknown_channel", &["email", "in_person", "other"]),
    ];
    let mut rows = Vec::new();
    for (field, code, known) in sets {
        for wrong in [
            "zzyzx".to_owned(),
            String::new(),
            known[0].to_uppercase(),
            format!(" {}", known[0]),
            format!("{}\0", known[0]),
        ] {
            let body = access_but(json!({ field: wrong })).to_string();
            rows.push(world.filing(format!("{field} is {wrong:?}"), body).field(field, code).listing(known));
        }
    }
    let kinds = access_but(json!({ "identifiers": [{ "kind": "zzyzx", "value": "zzyzx" }] })).to_string();
    let known = ["name", "email", "phone", "external_id", "dialer_contact_id"];
    rows.push(
        world.filing("kind is zzyzx", kinds).field("identifiers[0].kind", "unknown_identifier_kind").listing(&known),
    );
    let method = access_but(json!({ "identity": { "method": "zzyzx" } })).to_string();
    let known = ["officer_word", "email_link"];
    rows.push(world.filing("method is zzyzx", method).field("identity.method", "unknown_method").listing(&known));
    for controller in ["zzyzx", "", "ACME", "acme ", "zzyzx\0", "' OR 1=1 --", "%", "beta", &"z".repeat(10_000)] {
        let body = access_but(json!({ "controller": controller })).to_string();
        rows.push(
            world.filing(format!("controller is {controller:.20?}"), body).field("controller", "unknown_controller"),
        );
    }
    rows
}

fn instants(world: &World) -> Vec<Row> {
    let soon = world.installation.store.now() + std::time::Duration::from_secs(6 * 60);
    let soon = serde_json::to_value(soon).unwrap();
    let soon = soon.as_str().unwrap_or_else(|| panic!("{soon}"));
    let none = [
        "zzyzx",
        "",
        "yesterday",
        "2025-06-02",
        "2025-06-02T08:00:00",
        "2025-06-02T08:00Z",
        "2025-06-02 08:00:00",
        "2025-02-30T08:00:00Z",
        "2025-13-01T08:00:00Z",
        "2025-06-02T24:00:00Z",
        "2025-06-02T08:61:00Z",
        "2025-06-02T08:00:00+25:00",
        "2025-06-02T08:00:00 CET",
        "2025-06-02T08:00:00+01:00[America/New_York]",
        "2025-06-02T08:00:00Z[u-ca=hebrew]",
        "20250602T080000Z",
        "2025-W23-1T08:00:00Z",
        "+002025-06-02T08:00:00Z",
        "1795000000",
        "2025-06-02T08:00:00Z zzyzx",
        "２０２５-06-02T08:00:00Z",
    ];
    let future = ["9999-12-30T00:00:00Z", "2100-01-01T00:00:00+14:00", soon];
    let past = ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2016-01-01T00:00:00Z"];
    let cases = none.iter().map(|text| (*text, "not_an_instant"));
    let cases = cases.chain(future.iter().map(|text| (*text, "in_the_future")));
    let cases = cases.chain(past.iter().map(|text| (*text, "too_long_ago")));
    let row = |(text, code): (&str, &str)| {
        let body = access_but(json!({ "received_at": text })).to_string();
        world.filing(format!("received at {text:?}"), body).field("received_at", code)
    };
    cases.map(row).collect()
}

fn lists(world: &World) -> Vec<Row> {
    let file = |name: &str, identifiers: Value| {
        world.filing(name, access_but(json!({ "identifiers": identifiers })).to_string())
    };
    let of = |kind: &str, value: &str| json!({ "kind": kind, "value": value });
    let many = |count: usize| (0..count).map(|n| of("email", &format!("zzyzx{n}@example.com"))).collect::<Value>();
    let all_wrong = access_but(json!({
        "controller": "zzyzx", "right": "zzyzx", "regime": "zzyzx", "channel": "zzyzx", "received_at": "zzyzx",
        "identifiers": [of("zzyzx", "zzyzx"), of("email", "zzyzx"), of("phone", "zzyzx")],
        "identity": { "method": "zzyzx" }, "note": "",
    }));
    vec![
        file("no identifier", json!([])).field("identifiers", "empty"),
        file("51 identifiers", many(51)).field("identifiers", "too_many"),
        file("4,000 identifiers", many(4_000)).field("identifiers", "too_many"),
        file("the same mailbox twice", json!([of("email", "zzyzx@example.com"), of("email", " ZZYZX@EXAMPLE.COM. ")]))
            .field("identifiers[1]", "duplicate_identifier"),
        file(
            "the same number twice",
            json!([of("phone", "+49 30 901820"), of("name", "Zzyzx"), of("phone", "030/901820")]),
        )
        .field("identifiers[2]", "duplicate_identifier"),
        file("the same name twice", json!([of("name", "Zzyzx  Road"), of("name", "zzyzx road")]))
            .field("identifiers[1]", "duplicate_identifier"),
        file("the same handle twice", json!([of("twitter", "@zzyzx"), of("twitter", "Zzyzx")]))
            .field("identifiers[1]", "duplicate_identifier"),
        world.filing("everything wrong", all_wrong.to_string()).field("controller", "unknown_controller"),
    ]
}

fn replacements(world: &World) -> Vec<Row> {
    let of = |existing: &str, updated: &str| json!({ "kind": "email", "existing": existing, "updated": updated });
    let file = |name: &str, right: &str, replacements: Value| {
        let body = access_but(json!({ "right": right, "replacements": replacements }));
        world.filing(format!("replacements: {name}"), body.to_string())
    };
    let rectify = |name: &str, replacements: Value| file(name, "rectification", replacements);
    let one = of("zzyzx@example.com", "road@example.org");
    let many =
        |count: usize| (0..count).map(|n| of(&format!("zzyzx{n}@example.com"), "road@example.org")).collect::<Value>();
    vec![
        file("of an access", "access", json!([one])).field("replacements", "only_for_rectification"),
        file("of an erasure", "erasure", json!([one])).field("replacements", "only_for_rectification"),
        rectify("none said", json!(null)).field("replacements", "empty"),
        rectify("none", json!([])).field("replacements", "empty"),
        rectify("too many", many(21)).field("replacements", "too_many"),
        rectify("by itself", json!([of("zzyzx@example.com", "zzyzx@example.com")]))
            .field("replacements[0].updated", "no_change"),
        rectify("by itself, spelt otherwise", json!([of("zzyzx@example.com", "zzyzx@EXAMPLE.COM.")]))
            .field("replacements[0].updated", "no_change"),
        rectify("of the same twice", json!([one, of("Zzyzx@Example.com", "other@example.org")]))
            .field("replacements[1]", "duplicate_replacement"),
        rectify("of a platform id", json!([{ "kind": "user_id", "existing": "zzyzx", "updated": "zzyzx2" }]))
            .field("replacements[0].kind", "not_replaceable"),
        rectify("of an unknown kind", json!([{ "kind": "zzyzx", "existing": "zzyzx", "updated": "zzyzx2" }]))
            .field("replacements[0].kind", "unknown_identifier_kind")
            .listing(&["email", "name"]),
        rectify("of no mailbox", json!([of("zzyzx", "road@example.org")]))
            .field("replacements[0].existing", "email_at"),
        rectify("by no mailbox", json!([one, of("road@example.org", "zzyzx")]))
            .field("replacements[1].updated", "email_at"),
        rectify("by nothing", json!([of("zzyzx@example.com", "")])).field("replacements[0].updated", "empty"),
    ]
}

fn notes(world: &World) -> Vec<Row> {
    let file = |name: &str, note: String| world.filing(name, access_but(json!({ "note": note })).to_string());
    vec![
        file("an empty note", String::new()).field("note", "empty"),
        file("a note of blanks", " \n\t ".to_owned()).field("note", "empty"),
        file("a long note", "zzyzx".repeat(401)).field("note", "too_long"),
        file("a note with a NUL", "zzyzx\0".to_owned()).field("note", "control_character"),
        file("a note with an escape", "zzyzx\u{1b}]0;\u{7}".to_owned()).field("note", "control_character"),
    ]
}
