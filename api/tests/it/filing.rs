//! Filing requests and finding them again.

use entities::client::scope::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Answer, World, access, with};

#[tokio::test]
async fn a_request_that_is_filed_can_be_read_by_id_and_by_reference() {
    let world = World::start().await;
    let by = world.officer().await;
    let filed = world.post(&by, "/api/v1/requests", access()).await;
    assert_eq!(filed.status, 201, "{}", filed.text);
    let id = filed.body["id"].as_str().unwrap();
    assert_eq!(filed.header("location"), Some(format!("/api/v1/requests/{id}").as_str()));
    assert_eq!(filed.header("etag"), Some("\"1\""));
    assert_eq!(filed.body["status"], "resolving");
    assert_eq!(filed.body["controller"], "acme");
    assert_eq!(filed.body["filed_by"], by.id.to_string());
    assert_eq!(filed.body["identity"]["method"], "officer_word");
    assert!(!filed.text.contains("ada@"), "no personal data in the view");
    for name in [id, filed.body["reference"].as_str().unwrap()] {
        let read = world.get(&by, &format!("/api/v1/requests/{name}")).await;
        assert_eq!((read.status.as_u16(), &read.body), (200, &filed.body));
        assert_eq!(read.header("etag"), Some("\"1\""));
    }
}

#[tokio::test]
async fn without_proof_of_identity_a_request_waits_for_it() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, with(access(), json!({ "identity": null }))).await;
    let read = world.get(&by, &format!("/api/v1/requests/{id}")).await;
    assert_eq!((read.body["status"].as_str(), &read.body["identity"]), (Some("verifying"), &Value::Null));
}

#[tokio::test]
async fn the_clock_starts_at_receipt_and_in_the_controllers_zone() {
    let world = World::start().await;
    let by = world.officer().await;
    let filed = world
        .post(&by, "/api/v1/requests", with(access(), json!({ "received_at": "2026-10-05T23:30:00+02:00" })))
        .await;
    assert_eq!(filed.body["received_at"], "2026-10-05T21:30:00Z");
    // One month from 5 October, to the end of the cautious day in Dublin.
    assert!(filed.body["respond_by"].as_str().unwrap().starts_with("2026-11-0"), "{}", filed.body["respond_by"]);
}

#[tokio::test]
async fn every_field_at_fault_is_named_at_once() {
    let world = World::start().await;
    let by = world.officer().await;
    let body = json!({
        "controller": "nobody", "right": "oblivion", "regime": "gdpr", "channel": "pigeon", "received_at": "yesterday",
        "identifiers": [
            { "kind": "email", "value": "Ada@Example.com" }, { "kind": "e-mail", "value": "x" },
            { "kind": "email", "value": "ada@example.com" }, { "kind": "email", "value": "no mailbox" },
        ],
        "identity": { "method": "gut" }, "note": " ",
    });
    let answer = world.post(&by, "/api/v1/requests", body).await;
    answer.is_problem(422, "invalid_fields");
    let errors = answer.body["errors"].as_array().unwrap();
    let found: Vec<_> = errors.iter().map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
    let expected = [
        ("controller", "unknown_controller"),
        ("right", "unknown_right"),
        ("regime", "unknown_regime"),
        ("channel", "unknown_channel"),
        ("received_at", "not_an_instant"),
        ("identifiers[1].kind", "unknown_identifier_kind"),
        ("identifiers[2]", "duplicate_identifier"),
        ("identity.method", "unknown_method"),
        ("note", "empty"),
    ];
    for fault in expected {
        assert!(found.contains(&fault), "{fault:?} is not among {found:?}");
    }
    assert_eq!(found.len(), expected.len() + 1, "{found:?}");
    let of = |field: &str| errors.iter().find(|error| error["field"] == field).unwrap();
    assert!(of("identifiers[1].kind")["known"].as_array().unwrap().contains(&json!("email")));
    assert!(of("regime")["known"].as_array().unwrap().contains(&json!("us_ca_ccpa")));
    assert_eq!(of("identifiers[2]")["detail"], "identifiers[2] is the same as identifiers[0]");
    assert!(!answer.text.contains("mailbox\"") && !answer.text.contains("example.com"), "{}", answer.text);
}

#[tokio::test]
async fn replacements_belong_to_a_rectification_alone() {
    let world = World::start().await;
    let by = world.officer().await;
    let replacements = json!([{ "kind": "email", "existing": "ada@example.com", "updated": "ada@example.org" }]);
    let refused = world.post(&by, "/api/v1/requests", with(access(), json!({ "replacements": replacements }))).await;
    refused.is_problem(422, "invalid_fields");
    assert_eq!(refused.body["field"], "replacements");
    let rectify = with(access(), json!({ "right": "rectification" }));
    world.post(&by, "/api/v1/requests", rectify.clone()).await.is_problem(422, "invalid_fields");
    world.file(&by, with(rectify.clone(), json!({ "replacements": replacements }))).await;
    let same = json!([{ "kind": "email", "existing": "ada@example.com", "updated": "ada@example.com" }]);
    let same = world.post(&by, "/api/v1/requests", with(rectify, json!({ "replacements": same }))).await;
    assert_eq!(same.body["errors"][0]["code"], "no_change");
}

#[tokio::test]
async fn a_repeated_call_with_its_key_does_nothing_twice() {
    let world = World::start().await;
    let (by, other) = (world.officer().await, world.officer().await);
    let post = |by: &crate::world::Client, key: &str, body: Value| {
        Answer::of(world.call(by, Method::POST, "/api/v1/requests").header("idempotency-key", key).json(&body))
    };
    // A call that fails does not use its key up.
    post(&by, "k-1", json!({})).await.is_problem(422, "missing_field");
    post(&by, "k-1", with(access(), json!({ "regime": "none" }))).await.is_problem(422, "invalid_fields");
    let first = post(&by, "k-1", access()).await;
    let again = post(&by, "k-1", access()).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{}", again.text);
    assert_eq!(first.text, again.text);
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(first.header("etag"), again.header("etag"));
    assert_eq!((first.header("idempotent-replay"), again.header("idempotent-replay")), (None, Some("true")));
    post(&by, "k-1", with(access(), json!({ "channel": "phone" }))).await.is_problem(422, "idempotency_key_reused");
    assert_ne!(post(&other, "k-1", access()).await.body["id"], first.body["id"], "another client's key is another key");
    let listed = world.get(&by, "/api/v1/requests").await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn calls_with_one_key_at_the_same_time_file_one_request() {
    let world = World::start_with(|config| config.workers = 2).await;
    let by = world.officer().await;
    let call = || world.call(&by, Method::POST, "/api/v1/requests").header("idempotency-key", "same").json(&access());
    let answers = futures::future::join_all((0..8).map(|_| Answer::of(call()))).await;
    let ids: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer.body["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotent-replay").is_none()).count(), 1);
}

#[tokio::test]
async fn nobody_sees_over_the_fence() {
    let world = World::start().await;
    let ours = world.officer().await;
    let theirs = world.client(Scope::ALL, &[&world.beta]).await;
    let id = world.file(&ours, access()).await;
    let reference = world.get(&ours, &format!("/api/v1/requests/{id}")).await.body["reference"].clone();
    let nothing = world.get(&theirs, "/api/v1/requests/0193a5f0-7c00-7000-8000-000000000001").await;
    nothing.is_problem(404, "not_found");
    for name in [id.as_str(), reference.as_str().unwrap()] {
        let answer = world.get(&theirs, &format!("/api/v1/requests/{name}")).await;
        assert_eq!((answer.status, &answer.text), (nothing.status, &nothing.text), "as if it did not exist");
    }
    assert_eq!(world.get(&theirs, "/api/v1/requests").await.body["items"], json!([]));
    world.get(&theirs, "/api/v1/requests?controller=acme").await.is_problem(404, "not_found");
    let filed = world.post(&theirs, "/api/v1/requests", access()).await;
    assert_eq!(filed.body["errors"][0]["code"], "unknown_controller");
    let search = json!({ "identifier": { "kind": "email", "value": "ada@example.com" } });
    assert_eq!(world.post(&theirs, "/api/v1/requests/search", search.clone()).await.body["items"], json!([]));
    let found = world.post(&ours, "/api/v1/requests/search", search).await;
    assert_eq!(found.body["items"][0]["id"], id);
}

#[tokio::test]
async fn lists_are_filtered_and_read_page_by_page() {
    let world = World::start().await;
    let by = world.officer().await;
    let mut ids = Vec::new();
    for right in ["access", "erasure", "access", "erasure", "access"] {
        ids.push(world.file(&by, with(access(), json!({ "right": right }))).await);
    }
    ids.reverse();
    let items = |answer: &Answer| -> Vec<String> {
        let items = answer.body["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut seen = Vec::new();
    let mut path = "/api/v1/requests?limit=2".to_owned();
    loop {
        let page = world.get(&by, &path).await;
        seen.extend(items(&page));
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("/api/v1/requests?limit=2&cursor={next}");
    }
    assert_eq!(seen, ids, "newest first, each once");
    assert_eq!(items(&world.get(&by, "/api/v1/requests?right=erasure&status=resolving").await).len(), 2);
    assert_eq!(items(&world.get(&by, "/api/v1/requests?attention=true").await).len(), 0);
    assert_eq!(items(&world.get(&by, "/api/v1/requests?on_hold=false&controller=acme").await).len(), 5);
    for (query, code) in [
        ("cursor=AAAA", "invalid_cursor"),
        ("cursor=%00", "invalid_cursor"),
        ("limit=0", "invalid_parameter"),
        ("limit=201", "invalid_parameter"),
        ("status=open", "invalid_parameter"),
        ("right=oblivion", "invalid_parameter"),
        ("attention=yes", "invalid_parameter"),
        ("statsu=closed", "unknown_parameter"),
        ("limit=1&limit=2", "invalid_parameter"),
    ] {
        world.get(&by, &format!("/api/v1/requests?{query}")).await.is_problem(400, code);
    }
}

#[tokio::test]
async fn a_changed_cursor_is_told_from_ours() {
    let world = World::start().await;
    let by = world.officer().await;
    for _ in 0..2 {
        world.file(&by, access()).await;
    }
    let next = world.get(&by, "/api/v1/requests?limit=1").await.body["next"].as_str().unwrap().to_owned();
    for at in 0..next.len() {
        let swapped = if &next[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{swapped}{}", &next[..at], &next[at + 1..]);
        world.get(&by, &format!("/api/v1/requests?cursor={changed}")).await.is_problem(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn what_one_has_already_is_not_sent_again() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    let read = |tag: &str| {
        Answer::of(world.call(&by, Method::GET, &format!("/api/v1/requests/{id}")).header("if-none-match", tag))
    };
    let same = read("\"1\"").await;
    assert_eq!((same.status.as_u16(), same.text.as_str(), same.header("etag")), (304, "", Some("\"1\"")));
    assert_eq!(read("\"2\"").await.status, 200);
}
