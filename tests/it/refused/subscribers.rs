//! Subscribers that must not be: addresses that we must not be sent to, and what nobody can read.

use entities::announcement::replay;
use entities::event::trail::Actor;
use entities::id::ControllerId;
use entities::subscriber::manage::{self, NewSubscriber};
use entities::subscriber::table::{DisabledFor, Model};
use serde_json::{Value, json};
use testbed::installation::Installation;
use webhooks::keys::Version;

use super::row::Row;
use super::world::World;

const LIST: &str = "/api/v1/subscribers";

/// Sets one up.
pub async fn add(installation: &Installation, controller: ControllerId) -> Model {
    let new = NewSubscriber {
        controller,
        url: "https://hooks.example.com/dsr".parse().unwrap(),
        description: "desk".to_owned(),
        kinds: Vec::new(),
        owner: "desk@acme.example".to_owned(),
        version: Version::V1,
    };
    let store = &installation.store;
    let txn = store.db.begin().await.unwrap();
    let (row, _) = manage::make(&txn, store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    row
}

/// One that is disabled: its id, and that of a message to it.
pub async fn add_disabled(installation: &Installation) -> (String, String) {
    let row = add(installation, installation.controller.id).await;
    let (store, by) = (&installation.store, Actor::operator());
    let txn = store.db.begin().await.unwrap();
    let sent = replay::test(&txn, store.now(), &by, &row).await.unwrap();
    manage::disable(&txn, store.now(), &by, &row, DisabledFor::Decided).await.unwrap();
    txn.commit().await.unwrap();
    (row.id.to_string(), sent.id.to_string())
}

fn but(changes: Value) -> Value {
    let mut body =
        json!({ "controller": "acme", "url": "https://hooks.example.com/dsr", "owner": "desk@acme.example" });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub fn rows(world: &World) -> Vec<Row> {
    [making(world), changing(world), sending(world), logs(world)].into_iter().flatten().collect()
}

fn making(world: &World) -> Vec<Row> {
    let make = |name: &str, changes: Value| world.post(name, LIST, &but(changes));
    let mut rows: Vec<Row> = [
        ("https://127.0.0.1/", "not_public"),
        ("https://localhost/", "not_public"),
        ("https://2130706433/", "not_public"),
        ("https://0x7f.1/", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://[::ffff:10.0.0.1]/", "not_public"),
        ("https://169.254.169.254/latest/meta-data", "not_public"),
        ("https://10.0.0.1:8443/", "not_public"),
        ("http://hooks.example.com/", "not_https"),
        ("ftp://hooks.example.com/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("https://zzyzx:word@hooks.example.com/", "credentials"),
        ("https://hooks.example.com:22/", "port"),
        ("https://hooks.example.com/#zzyzx", "fragment"),
        ("zzyzx", "not_an_address"),
        ("", "not_an_address"),
    ]
    .into_iter()
    .map(|(url, because)| make(&format!("a subscriber at {url}"), json!({ "url": url })).field("url", because))
    .collect();
    rows.extend([
        make("a subscriber of nobody", json!({ "controller": "zzyzx" })).is(404, "not_found"),
        make("a subscriber of another", json!({ "controller": "beta" })).is(404, "not_found"),
        make("an owner who is none", json!({ "owner": "zzyzx" })).field("owner", "not_an_address"),
        make("a type that is none", json!({ "types": ["zzyzx"] })).field("types[0]", "unknown_type"),
        make("tests as a type", json!({ "types": ["dsr.test"] })).field("types[0]", "unknown_type"),
        make("a signature that is none", json!({ "signs": "zzyzx" })).field("signs", "unknown_signature"),
        make("two lines", json!({ "description": "a\nb" })).field("description", "control_character"),
        make("too many words", json!({ "description": "z".repeat(201) })).field("description", "too_long"),
        make("a secret of one's own", json!({ "secret": "zzyzx" })).is(422, "unknown_field").at("secret"),
        world
            .post("no owner", LIST, &json!({ "controller": "acme", "url": "https://a.example/" }))
            .is(422, "missing_field")
            .at("owner"),
    ]);
    rows
}

fn changing(world: &World) -> Vec<Row> {
    let one = format!("{LIST}/{}", world.requests.subscriber);
    let change = |name: &str, body: Value| world.post(name, format!("{one}/change"), &body);
    vec![
        change("to an inner network", json!({ "url": "https://192.168.0.1/" })).field("url", "not_public"),
        change("to another controller", json!({ "controller": "beta" })).is(422, "unknown_field").at("controller"),
        change("what somebody else has changed", json!({})).header("If-Match", "\"99\"").is(412, "stale"),
        change("with a version that is none", json!({})).header("If-Match", "zzyzx").is(400, "invalid_if_match"),
        world
            .post("a key of another kind", format!("{one}/rotate"), &json!({ "signs": "v2" }))
            .field("signs", "unknown_signature"),
    ]
}

fn sending(world: &World) -> Vec<Row> {
    let one = format!("{LIST}/{}", world.requests.subscriber);
    let replay = |name: &str, body: Value| world.post(name, format!("{one}/replay"), &body);
    let since = json!({ "since": "2026-01-01T00:00:00Z" });
    let nothing = uuid::Uuid::now_v7();
    vec![
        world.post("a test of one that is off", format!("{one}/test"), &json!({})).is(409, "subscriber_disabled"),
        replay("to one that is off", since).is(409, "subscriber_disabled"),
        replay("nothing in particular", json!({})).field("since", "missing"),
        replay("since some time", json!({ "since": "zzyzx" })).field("since", "not_an_instant"),
        replay("backwards", json!({ "since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z" }))
            .field("until", "before_since"),
        replay("one of a time", json!({ "delivery": nothing, "since": "2026-01-02T00:00:00Z" }))
            .field("delivery", "stands_alone"),
        replay("what is none", json!({ "delivery": "zzyzx" })).is(404, "not_found"),
    ]
}

fn logs(world: &World) -> Vec<Row> {
    let log = format!("{LIST}/{}/deliveries", world.requests.subscriber);
    let get = |name: &str, query: &str| world.get(name, format!("{log}?{query}"));
    vec![
        get("a state that is none", "state=zzyzx").is(400, "invalid_parameter").at("state"),
        get("since some time", "since=zzyzx").is(400, "invalid_parameter").at("since"),
        get("too many", "limit=201").is(400, "invalid_parameter").at("limit"),
        get("a cursor that is none", "cursor=zzyzx").is(400, "invalid_cursor").at("cursor"),
        world.get("a delivery that is none", format!("{log}/{}", uuid::Uuid::now_v7())).is(404, "not_found"),
        world.get("of a controller of nobody", format!("{LIST}?controller=zzyzx")).is(404, "not_found"),
    ]
}
