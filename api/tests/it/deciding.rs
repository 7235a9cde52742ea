//! What people decide, over HTTP: at the version they saw, once, and with the second person where it takes two.

use entities::client::scope::Scope;
use entities::id::RequestId;
use entities::request::queries;
use reqwest::Method;
use resolution::record::{Record, RecordKey};
use serde_json::{Value, json};

use crate::world::{Answer, Client, World, access, with};

fn contact(id: &str) -> Record {
    let key = RecordKey::ExternalContact(id.to_owned());
    let name = Some("Ada Lovelace".to_owned());
    Record { key, name, emails: vec!["ada@example.com".to_owned()], phones: Vec::new(), division: None }
}

async fn decide(world: &World, by: &Client, id: &str, verb: &str, body: Value) -> Answer {
    world.post(by, &format!("/api/v1/requests/{id}/{verb}"), body).await
}

/// Approves a request's plan as it stands.
async fn approve(world: &World, by: &Client, id: &str) -> Answer {
    let plan = world.get(by, &format!("/api/v1/requests/{id}/plan")).await;
    decide(world, by, id, "approve", json!({ "plan": plan.body["digest"] })).await
}

/// What approves no plan there is.
fn some_plan() -> Value {
    json!({ "plan": "0".repeat(64) })
}

#[tokio::test]
async fn identity_is_proven_and_the_search_begins() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, with(access(), json!({ "identity": null }))).await;
    let unknown = decide(&world, &by, &id, "verify", json!({ "method": "gut" })).await;
    unknown.is_problem(422, "invalid_fields");
    assert!(unknown.body["known"].as_array().unwrap().contains(&json!("document")));
    let verified = decide(&world, &by, &id, "verify", json!({ "method": "document" })).await;
    assert_eq!(verified.status, 200, "{}", verified.text);
    assert_eq!(
        (&verified.body["status"], &verified.body["identity"]["method"]),
        (&json!("resolving"), &json!("document"))
    );
    assert_eq!(verified.header("etag"), Some("\"2\""));
    decide(&world, &by, &id, "verify", json!({ "method": "document" })).await.is_problem(409, "invalid_transition");
}

#[tokio::test]
async fn an_erasure_takes_two_people() {
    let world = World::start().await;
    let (filer, approver) = (world.officer().await, world.officer().await);
    let id = world.file(&filer, with(access(), json!({ "right": "erasure" }))).await;
    decide(&world, &approver, &id, "approve", some_plan()).await.is_problem(409, "invalid_transition");
    world.resolve(&id, vec![contact("c-1")]).await;
    let digest = world.get(&approver, &format!("/api/v1/requests/{id}/plan")).await.body["digest"].clone();
    let seen = json!({ "plan": digest });
    decide(&world, &filer, &id, "approve", seen.clone()).await.is_problem(409, "four_eyes");
    decide(&world, &approver, &id, "approve", json!({})).await.is_problem(422, "missing_field");
    let approved = decide(&world, &approver, &id, "approve", seen).await;
    assert_eq!(approved.body["status"], "executing", "{}", approved.text);
    assert_eq!(approved.body["approval"]["plan"], digest);
    assert_eq!(approved.body["approval"]["by"], approver.id.to_string());
    let jobs = world.get(&approver, &format!("/api/v1/requests/{id}/jobs")).await;
    let subjects: Vec<_> = jobs.body["items"].as_array().unwrap().iter().map(|job| job["subject"].clone()).collect();
    assert!(subjects.contains(&json!("external_contact:c-1")), "{subjects:?}");
    assert!(
        jobs.body["items"].as_array().unwrap().iter().all(|job| job["status"] == "planned" && job["kind"] == "delete")
    );
    decide(&world, &filer, &id, "withdraw", json!({ "reason": "too late" }))
        .await
        .is_problem(409, "invalid_transition");
}

#[tokio::test]
async fn a_decision_about_an_older_version_is_not_taken() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    let hold = |tag: &str| {
        let call = world.call(&by, Method::POST, &format!("/api/v1/requests/{id}/hold")).header("if-match", tag);
        Answer::of(call.json(&json!({ "reason": "legal hold" })))
    };
    hold("1").await.is_problem(400, "invalid_if_match");
    let stale = hold("\"7\"").await;
    stale.is_problem(412, "stale");
    assert_eq!(stale.header("etag"), Some("\"1\""));
    hold("W/\"1\"").await.is_problem(412, "stale");
    let held = hold("\"7\", \"1\"").await;
    assert_eq!((held.status.as_u16(), held.header("etag"), &held.body["on_hold"]), (200, Some("\"2\""), &json!(true)));
    hold("\"1\"").await.is_problem(412, "stale");
    hold("*").await.is_problem(409, "on_hold");
    let listed = world.get(&by, "/api/v1/requests?on_hold=true").await;
    assert_eq!(listed.body["items"][0]["id"], id);
    let released = decide(&world, &by, &id, "release", json!({})).await;
    assert_eq!(released.body["on_hold"], false);
    decide(&world, &by, &id, "release", json!({})).await.is_problem(409, "not_on_hold");
    decide(&world, &by, &id, "retry", json!({})).await.is_problem(409, "nothing_parked");
}

#[tokio::test]
async fn a_repeated_decision_gets_the_first_answer_although_the_version_moved_on() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    let hold = || {
        let call = world.call(&by, Method::POST, &format!("/api/v1/requests/{id}/hold"));
        let call = call.header("if-match", "\"1\"").header("idempotency-key", "hold-1");
        Answer::of(call.json(&json!({ "reason": "legal hold" })))
    };
    let (first, again) = (hold().await, hold().await);
    assert_eq!((first.status.as_u16(), again.status.as_u16(), &first.text), (200, 200, &again.text));
    assert_eq!(again.header("idempotent-replay"), Some("true"));
    assert_eq!(again.header("etag"), Some("\"2\""));
    let elsewhere = world.call(&by, Method::POST, &format!("/api/v1/requests/{id}/withdraw"));
    let elsewhere = elsewhere.header("idempotency-key", "hold-1").json(&json!({ "reason": "legal hold" }));
    Answer::of(elsewhere).await.is_problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_refusal_names_its_basis_and_keeps_its_reason_sealed() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    let other = decide(&world, &by, &id, "refuse", json!({ "code": "third_in_twelve_months", "reason": "x" })).await;
    other.is_problem(422, "invalid_fields");
    assert_eq!((&other.body["field"], &other.body["errors"][0]["code"]), (&json!("code"), &json!("not_a_ground")));
    let unknown = decide(&world, &by, &id, "refuse", json!({ "code": "mood", "reason": "" })).await;
    assert_eq!(unknown.body["errors"].as_array().unwrap().len(), 2, "{}", unknown.text);
    let body = json!({ "code": "excessive", "basis": "GDPR Art. 12(5)(b)", "reason": "Ada wrote for the tenth time" });
    let refused = decide(&world, &by, &id, "refuse", body).await;
    assert_eq!((&refused.body["status"], &refused.body["outcome"]), (&json!("closed"), &json!("refused")));
    assert_eq!(refused.body["refusal"], json!({ "code": "excessive", "basis": "GDPR Art. 12(5)(b)" }));
    assert!(!refused.text.contains("tenth"));
    let events = world.get(&by, &format!("/api/v1/requests/{id}/events")).await;
    assert!(!events.text.contains("tenth"), "{}", events.text);
    let events = world.get(&by, &format!("/api/v1/requests/{id}/events?reveal=complaint")).await;
    let told =
        events.body["items"].as_array().unwrap().iter().find(|event| event["kind"] == "request.refused").unwrap();
    assert_eq!(told["reason"], "Ada wrote for the tenth time");
    decide(&world, &by, &id, "hold", json!({ "reason": "x" })).await.is_problem(409, "closed");
}

#[tokio::test]
async fn candidates_and_terms_are_included_or_left_out_with_a_reason() {
    let world = World::start().await;
    let by = world.officer().await;
    let name = json!([{ "kind": "name", "value": "Ada Lovelace" }]);
    let id = world.file(&by, with(access(), json!({ "identifiers": name }))).await;
    let some = "0193a5f0-7c00-7000-8000-000000000001";
    let early = decide(&world, &by, &id, &format!("candidates/{some}/include"), json!({ "reason": "x" })).await;
    early.is_problem(409, "not_reviewing");
    world.resolve(&id, vec![contact("c-1"), contact("c-2")]).await;
    decide(&world, &by, &id, "approve", some_plan()).await.is_problem(409, "undecided");
    for nothing in
        [format!("candidates/{some}/include"), "candidates/1/include".to_owned(), format!("identifiers/{some}/include")]
    {
        decide(&world, &by, &id, &nothing, json!({ "reason": "x" })).await.is_problem(404, "not_found");
    }
    let candidates = world.get(&by, &format!("/api/v1/requests/{id}/candidates")).await;
    let ids: Vec<_> = (0..2).map(|at| candidates.body["items"][at]["id"].as_str().unwrap().to_owned()).collect();
    let leave_out = format!("candidates/{}/leave-out", ids[1]);
    decide(&world, &by, &id, &leave_out, json!({ "reason": " " })).await.is_problem(422, "invalid_fields");
    for (verb, at) in [("include", 0), ("leave-out", 1)] {
        let verb = format!("candidates/{}/{verb}", ids[at]);
        assert_eq!(decide(&world, &by, &id, &verb, json!({ "reason": "seen on file" })).await.status, 200);
    }
    let identifiers = world.get(&by, &format!("/api/v1/requests/{id}/identifiers")).await;
    let term = identifiers.body["items"][0]["id"].as_str().unwrap();
    assert_eq!(
        decide(&world, &by, &id, &format!("identifiers/{term}/include"), json!({ "reason": "rare name" })).await.status,
        200
    );
    let candidates = world.get(&by, &format!("/api/v1/requests/{id}/candidates")).await;
    assert_eq!(candidates.body["items"][0]["choice"], "included");
    assert_eq!(candidates.body["items"][1]["choice"], "left_out");
    assert_eq!(candidates.body["items"][1]["chosen_by"], by.id.to_string());
    let approved = approve(&world, &by, &id).await;
    assert_eq!(approved.body["status"], "executing", "{}", approved.text);
    let jobs = world.get(&by, &format!("/api/v1/requests/{id}/jobs")).await;
    let job = jobs.body["items"][0]["id"].as_str().unwrap();
    decide(&world, &by, &id, &format!("jobs/{job}/retry"), json!({})).await.is_problem(409, "invalid_transition");
    let abandon = format!("jobs/{job}/abandon");
    decide(&world, &by, &id, &abandon, json!({ "reason": "x" })).await.is_problem(409, "invalid_transition");
}

/// Promise 4: nothing beyond the plan. The second person approves what they saw, not what the first made of it since.
#[tokio::test]
async fn a_plan_that_changed_since_it_was_seen_is_not_approved() {
    let world = World::start().await;
    let (filer, approver) = (world.officer().await, world.officer().await);
    let known = json!([{ "kind": "email", "value": "ada@example.com" }, { "kind": "name", "value": "Ada Lovelace" }]);
    let id = world.file(&filer, with(access(), json!({ "right": "erasure", "identifiers": known }))).await;
    world.resolve(&id, vec![contact("c-1")]).await;
    let plan = format!("/api/v1/requests/{id}/plan");
    let seen = world.get(&approver, &plan).await.body["digest"].clone();
    let identifiers = world.get(&filer, &format!("/api/v1/requests/{id}/identifiers")).await;
    let name = identifiers.body["items"][1]["id"].as_str().unwrap();
    let include = format!("identifiers/{name}/include");
    assert_eq!(decide(&world, &filer, &id, &include, json!({ "reason": "a rare name" })).await.status, 200);
    decide(&world, &approver, &id, "approve", json!({ "plan": seen })).await.is_problem(409, "plan_changed");
    assert_ne!(world.get(&approver, &plan).await.body["digest"], seen);
    assert_eq!(approve(&world, &approver, &id).await.body["status"], "executing");
}

#[tokio::test]
async fn each_verb_asks_for_its_own_scope() {
    let world = World::start().await;
    let filer = world.officer().await;
    let id = world.file(&filer, access()).await;
    let verbs = [
        (
            Scope::RequestsDecide,
            &["verify", "refuse", "withdraw", "candidates/x/include", "identifiers/x/leave-out"][..],
        ),
        (Scope::RequestsApprove, &["approve"]),
        (Scope::RequestsWork, &["notes", "tasks", "tasks/x/done", "assign"]),
        (Scope::RequestsOperate, &["hold", "release", "retry", "jobs/x/retry", "jobs/x/abandon"]),
    ];
    for (scope, verbs) in verbs {
        let others: Vec<_> = Scope::ALL.iter().copied().filter(|other| *other != scope).collect();
        let by = world.client(&others, &[&world.acme]).await;
        for verb in verbs {
            let answer = decide(&world, &by, &id, verb, json!({})).await;
            answer.is_problem(403, "insufficient_scope");
            assert!(answer.body["detail"].as_str().unwrap().contains(scope.as_str()), "{verb}");
        }
    }
    let reach = entities::client::reach::Reach::installation();
    let row = queries::by_id(world.store.db.read(), &reach, RequestId(id.parse().unwrap())).await.unwrap().unwrap();
    assert_eq!(row.version, 1, "nothing was changed");
}
