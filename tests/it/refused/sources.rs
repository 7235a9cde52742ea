//! Sources that must not be, rotations and removals that would lose something, and bodies that nobody sends who means well.

use std::time::Duration;

use entities::client::reach::Reach;
use entities::delivery::queries::{NewDelivery, Storing, row as call_row, settle, store};
use entities::delivery::table::DeliveryState;
use entities::event::trail::Actor;
use entities::id::ControllerId;
use entities::source::manage::{Change, NewSource, Rotation, add, change, rotate};
use entities::source::settings::Settings;
use entities::ticket::queries::{Filter, Heard, hear, page as tickets};
use serde_json::{Value, json};
use testbed::installation::Installation;
use ticketing::kind::SystemKind;

use super::row::Row;
use super::world::World;

const LIST: &str = "/api/v1/sources";

/// A source, two calls of it and what one of them was about.
#[derive(Default)]
pub struct Known {
    pub source: String,
    /// Nobody could read it.
    pub unreadable: String,
    /// It was read, and nothing of it is kept.
    pub read: String,
    pub ticket: String,
}

/// Adds a source whose secret before the one in use still counts, with a call that nobody has looked at, and a ticket.
pub async fn add_waiting(installation: &Installation, controller: ControllerId, slug: &str) -> Known {
    let (at, by) = (&installation.store, Actor::operator());
    let new = NewSource {
        slug: slug.to_owned(),
        controller,
        system: "standard".to_owned(),
        setup: json!({ "scheme": "header_token", "header": "X-Dsr-Token" }).to_string(),
        secret: "a-word-of-nobody-0123456789".into(),
        settings: Settings::default(),
        mapping: mapping().to_string(),
        credentials: None,
    };
    let txn = at.db.begin().await.unwrap();
    let source = add(&txn, at, &by, new).await.unwrap();
    let next =
        Rotation { secret: "another-word-of-nobody-0123".into(), overlap: Duration::from_secs(86_400), force: false };
    let source = rotate(&txn, at, &by, &source, next).await.unwrap();
    let mut ids = Vec::new();
    for state in [DeliveryState::Unreadable, DeliveryState::Read] {
        let call = NewDelivery { content_type: None, body: b"[", sender_id: None, vouched: false, sent_at: None };
        let storing = Storing { row: call_row(at, &source, &call), keys: Vec::new() };
        store(&txn, &storing).await.unwrap();
        settle(&txn, at.now(), storing.row.id, state, None).await.unwrap();
        ids.push(storing.row.id.to_string());
    }
    let heard = Heard {
        external_id: "48213",
        document: None,
        vouched: false,
        changed_at: None,
        gone: false,
        by_us: false,
        received_at: at.now(),
    };
    hear(&txn, at, &source, heard).await.unwrap();
    let of_source = Filter { source: Some(source.id), state: None };
    let ticket = tickets(&*txn, &Reach::installation(), of_source, None, 1).await.unwrap().remove(0).id.to_string();
    // Nobody reads them here.
    let source = change(&txn, at, &by, &source, Change { paused: Some(true), ..Change::default() }).await.unwrap();
    txn.commit().await.unwrap();
    let [unreadable, read] = ids.try_into().unwrap();
    Known { source: source.id.to_string(), unreadable, read, ticket }
}

fn mapping() -> Value {
    json!({ "map": {
        "request_type": { "path": "/ticket/type", "values": { "erase": "erasure" } },
        "subject.email": { "path": "/ticket/email" },
    }})
}

fn description(system: &str) -> Value {
    json!({ "system": system, "signing": { "scheme": "standard_webhooks" }, "mapping": mapping() })
}

fn but(changes: Value) -> Value {
    let mut body = json!({ "controller": "acme", "slug": "fresh", "description": description("standard") });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn describing(changes: Value) -> Value {
    let mut described = description("standard");
    for (name, value) in changes.as_object().unwrap() {
        described[name] = value.clone();
    }
    json!({ "description": described })
}

pub fn rows(world: &World) -> Vec<Row> {
    [making(world), changing(world), waiting(world), hostile(world)].into_iter().flatten().collect()
}

fn making(world: &World) -> Vec<Row> {
    let make = |name: &str, changes: Value| world.post(name, LIST, &but(changes));
    let signing = |signing: Value| describing(json!({ "signing": signing }));
    let settings = |settings: Value| describing(json!({ "settings": settings }));
    let map = |map: Value| describing(json!({ "mapping": { "map": map } }));
    let place = |place: &str| format!("description.{place}");
    vec![
        make("a source of nobody", json!({ "controller": "zzyzx" })).is(404, "not_found"),
        make("a source of another", json!({ "controller": "beta" })).is(404, "not_found"),
        make("a name with a space", json!({ "slug": "zzyzx zzyzx" })).field("slug", "not_a_slug"),
        make("a name that goes up", json!({ "slug": "../zzyzx" })).field("slug", "not_a_slug"),
        make("a name with markup", json!({ "slug": "<b>zzyzx</b>" })).field("slug", "not_a_slug"),
        make("no name", json!({ "slug": "" })).field("slug", "not_a_slug"),
        make("a long name", json!({ "slug": "z".repeat(61) })).field("slug", "not_a_slug"),
        make("a name that is taken", json!({ "slug": "signed" })).field("slug", "taken"),
        make("a short secret", json!({ "secret": "zzyzx" })).field("secret", "unfit"),
        make("a secret that is none", json!({ "secret": "whsec_zzyzxzzyzxzzyzxzzyzx!" })).field("secret", "unfit"),
        make("a key that signs", json!({ "secret": "whsk_enp5enh6enp5enh6enp5enh6" })).field("secret", "unfit"),
        make("credentials of no kind", json!({ "credentials": { "kind": "zzyzx" } })).field("credentials", "unusable"),
        make("credentials that are text", json!({ "credentials": "zzyzx" })).field("credentials", "unusable"),
        make("a field of one's own", json!({ "colour": "zzyzx" })).is(422, "unknown_field").at("colour"),
        make("no description", json!({ "description": null })).is(422, "wrong_type").at("description"),
        make("a description in a list", json!({ "description": [] })).is(422, "wrong_type").at("description"),
        make("a header that is none", signing(json!({ "scheme": "header_token", "header": "zzyzx zzyzx" })))
            .field(place("signing.header"), "unusable"),
        make("a signature that can be lengthened", signing(json!({ "scheme": "hubspot_v1" })))
            .field(place("signing.accept_legacy"), "unusable"),
        make("a law that is none", settings(json!({ "regime": "zzyzx" }))).field(place("settings.regime"), "unusable"),
        make("a place that is none", settings(json!({ "region": "zzyzx" })))
            .field(place("settings.region"), "unusable"),
        make("bodies without end", settings(json!({ "body_limit": 1_u64 << 40 })))
            .field(place("settings.body_limit"), "unusable"),
        make("a language that is none", settings(json!({ "write_back": { "language": "zzyzx" } })))
            .field(place("settings.write_back.language"), "unusable"),
        make("an API of what has none", settings(json!({ "link": { "base": "https://zzyzx.example/" } })))
            .field(place("settings.link"), "unusable"),
        make("a mapping without a subject", map(json!({ "request_type": { "fixed": "access" } })))
            .field(place("mapping.map"), "unusable"),
        make("a pointer that is none", map(json!({ "subject.email": { "path": "zzyzx" } })))
            .field(place("mapping.map.subject.email.path"), "unusable"),
        world
            .call("a name twice", "POST", LIST)
            .text(but(json!({})).to_string().replacen("\"erase\":", "\"erase\":\"access\",\"erase\":", 1))
            .is(422, "duplicate_field"),
    ]
}

fn changing(world: &World) -> Vec<Row> {
    let one = format!("{LIST}/{}", world.requests.source.source);
    let change = |name: &str, body: Value| world.post(name, format!("{one}/change"), &body);
    vec![
        change("another system", json!({ "description": description("github") })).field("description.system", "fixed"),
        change("another name", json!({ "slug": "zzyzx" })).is(422, "unknown_field").at("slug"),
        change("another controller", json!({ "controller": "beta" })).is(422, "unknown_field").at("controller"),
        change("a secret by the way", json!({ "secret": "zzyzx" })).is(422, "unknown_field").at("secret"),
        change("how it signs, unfit for its secret", json!({ "description": description("standard") }))
            .field("secret", "unfit"),
        change("what somebody else has changed", json!({})).header("If-Match", "\"99\"").is(412, "stale"),
        change("with a version that is none", json!({})).header("If-Match", "zzyzx").is(400, "invalid_if_match"),
    ]
}

fn waiting(world: &World) -> Vec<Row> {
    let known = &world.requests.source;
    let one = format!("{LIST}/{}", known.source);
    let post = |name: &str, verb: &str, body: Value| world.post(name, format!("{one}/{verb}"), &body);
    let get = |name: &str, path: &str| world.get(name, format!("{one}/{path}"));
    let nothing = uuid::Uuid::now_v7();
    vec![
        post("a rotation before the last is over", "rotate", json!({})).is(409, "secret_still_counts"),
        post("a rotation without end", "rotate", json!({ "overlap_s": 99_999_999 })).field("overlap_s", "too_long"),
        post("a rotation to what is none", "rotate", json!({ "secret": "zzyzx", "force": true }))
            .field("secret", "unfit"),
        post("a removal that loses a call", "remove", json!({})).is(409, "source_waits"),
        post("reading what is not kept", &format!("calls/{}/read-again", known.read), json!({})).is(410, "erased"),
        post("reading what is none", &format!("calls/{nothing}/read-again"), json!({})).is(404, "not_found"),
        post("looking at no ticket", &format!("tickets/{nothing}/retry"), json!({})).is(404, "not_found"),
        post("looking at a ticket without a name", "tickets/zzyzx/retry", json!({})).is(404, "not_found"),
        get("a body that is not kept", &format!("calls/{}?reveal=audit", known.read)).is(410, "erased"),
        get("a body for no good purpose", &format!("calls/{}?reveal=To%20look", known.unreadable))
            .is(400, "invalid_parameter")
            .at("reveal"),
        get("a call that is none", &format!("calls/{nothing}")).is(404, "not_found"),
        get("calls in no state", "calls?state=zzyzx").is(400, "invalid_parameter").at("state"),
        get("tickets in no state", "tickets?state=zzyzx").is(400, "invalid_parameter").at("state"),
        get("too many tickets", "tickets?limit=201").is(400, "invalid_parameter").at("limit"),
        get("a cursor of nobody", "calls?cursor=zzyzx").is(400, "invalid_cursor").at("cursor"),
        world.get("of a controller of nobody", format!("{LIST}?controller=zzyzx")).is(404, "not_found"),
    ]
}

/// Every system is tried with what none of them sends.
fn hostile(world: &World) -> Vec<Row> {
    let deep = "[".repeat(10_000);
    let bodies = [
        ("nothing", ""),
        ("no JSON", "zzyzx"),
        ("half of it", r#"{"ticket":{"id":"zzyzx"#),
        ("a name twice", r#"{"ticket":{"id":"1","id":"2"}}"#),
        ("a name twice, once escaped", r#"{"ticket":{"id":"1","\u0069d":"2"}}"#),
        ("depth without end", &deep),
        ("half a surrogate", r#"{"ticket":{"id":"\ud83d"}}"#),
        ("a number beyond all numbers", r#"{"ticket":{"id":1e999}}"#),
        ("two values", r#"{"topic":"ping"}{"topic":"zzyzx"}"#),
    ];
    let mut rows = Vec::new();
    for system in SystemKind::ALL {
        for (name, body) in bodies {
            let tried = json!({ "description": description(system.as_str()), "body": body });
            rows.push(
                world.post(format!("{system} with {name}"), format!("{LIST}/try"), &tried).field("body", "unreadable"),
            );
        }
    }
    let soap = |name: &str, body: &str| {
        let tried = json!({ "description": description("salesforce"), "body": body, "content_type": "text/xml" });
        world.post(name, format!("{LIST}/try"), &tried).field("body", "unreadable")
    };
    let bytes = |name: &str, bytes: &str| {
        let tried = json!({ "description": description("zendesk"), "body_base64": bytes });
        world.post(name, format!("{LIST}/try"), &tried).field("body", "unreadable")
    };
    rows.extend([
        soap("a document type", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><e:Envelope xmlns:e='x'/>"),
        soap("laughs by the billion", "<!DOCTYPE z [<!ENTITY a \"zz\"><!ENTITY b \"&a;&a;&a;&a;\">]><z>&b;</z>"),
        soap("elements without end", &"<a>".repeat(10_000)),
        soap("a page", "<html><body/></html>"),
        bytes("a compressed bomb", "H4sIAAAAAAAAA+3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"),
        bytes("UTF-16", "/v8AewB9"),
        bytes("nothing but NUL", "AAAAAA=="),
    ]);
    assert!(rows.len() >= 60, "{} bodies", rows.len());
    rows
}
