//! Whom a request means, as the API shows it: masked, unless somebody states a purpose.

use std::io::Write;

use entities::artifact::table::{ActiveModel as NewArtifact, Entity as Artifacts};
use entities::client::scope::Scope;
use entities::id::{ArtifactId, JobId, RequestId};
use entities::request::keys;
use resolution::record::{Record, RecordKey};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::world::{Answer, Client, World, access, with};

pub fn ada(key: RecordKey) -> Record {
    Record {
        key,
        name: Some("Ada Lovelace".to_owned()),
        emails: vec!["ada@example.com".to_owned()],
        phones: vec!["+13175550142".to_owned()],
        division: None,
    }
}

pub async fn kinds(world: &World, by: &Client, id: &str) -> Vec<String> {
    let events = world.get(by, &format!("/api/v1/requests/{id}/events")).await;
    let items = events.body["items"].as_array().unwrap().iter();
    items.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn values_are_masked_and_a_look_behind_the_mask_is_an_event_first() {
    let world = World::start().await;
    let by = world.officer().await;
    let reader = world.client(&[Scope::RequestsRead], &[&world.acme]).await;
    let id = world.file(&by, access()).await;
    world.resolve(&id, vec![ada(RecordKey::ExternalContact("c-1".to_owned()))]).await;
    for (part, masked, clear) in [
        ("identifiers", "a…@e….com", "ada@example.com"),
        ("candidates", "A… L…", "Ada Lovelace"),
        ("candidates", "+1…42", "+13175550142"),
        ("plan", "term:email:a…@e….com", "term:email:ada@example.com"),
    ] {
        let path = format!("/api/v1/requests/{id}/{part}");
        let closed = world.get(&reader, &path).await;
        assert_eq!(closed.status, 200, "{}", closed.text);
        assert!(closed.text.contains(masked) && !closed.text.contains(clear), "{part}: {}", closed.text);
        let before = kinds(&world, &by, &id).await.len();
        world.get(&reader, &format!("{path}?reveal=answering")).await.is_problem(403, "insufficient_scope");
        assert_eq!(kinds(&world, &by, &id).await.len(), before, "who may not look leaves no trace of a look");
        let open = world.get(&by, &format!("{path}?reveal=answering-1_a")).await;
        assert!(open.text.contains(clear), "{part}: {}", open.text);
        assert_eq!(kinds(&world, &by, &id).await.len(), before + 1);
    }
    let events = world.get(&by, &format!("/api/v1/requests/{id}/events")).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["kind"], "personal_data.revealed");
    assert_eq!(last["data"], json!({ "what": "plan", "purpose": "answering-1_a" }));
    assert_eq!(last["actor"], json!({ "kind": "client", "id": by.id.to_string(), "address": "127.0.0.1" }));
    for bad in ["", "UPPER", "a%20b", &"x".repeat(81)] {
        let path = format!("/api/v1/requests/{id}/identifiers?reveal={bad}");
        world.get(&by, &path).await.is_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn the_plan_names_what_it_acts_on_and_waits_for_the_search() {
    let world = World::start().await;
    let by = world.officer().await;
    let name = json!([{ "kind": "email", "value": "ada@example.com" }, { "kind": "name", "value": "Ada Lovelace" }]);
    let id = world.file(&by, with(access(), json!({ "identifiers": name }))).await;
    let path = format!("/api/v1/requests/{id}/plan");
    world.get(&by, &path).await.is_problem(409, "not_resolved");
    world.resolve(&id, vec![ada(RecordKey::User("u-1".to_owned()))]).await;
    let plan = world.get(&by, &path).await;
    let jobs: Vec<_> = plan.body["jobs"].as_array().unwrap().iter().map(|job| job["subject"].clone()).collect();
    assert!(jobs.contains(&json!("user:u-1")) && jobs.contains(&json!("term:email:a…@e….com")), "{}", plan.text);
    assert_eq!(plan.body["left_out"][0]["reason"], "fuzzy");
    assert_eq!(plan.body["needs_person"], false);
    assert_eq!(plan.body["digest"].as_str().unwrap().len(), 64);
    let candidates = world.get(&by, &format!("/api/v1/requests/{id}/candidates")).await;
    let identifiers = world.get(&by, &format!("/api/v1/requests/{id}/identifiers")).await;
    assert_eq!(candidates.body["items"][0]["found_by"], json!([identifiers.body["items"][0]["id"]]));
    let clocks = world.get(&by, &format!("/api/v1/requests/{id}/clocks")).await;
    assert_eq!(clocks.body["items"][0]["duty"], "respond");
    assert!(clocks.body["items"][0]["clock"]["derivation"].as_array().unwrap().len() > 2);
    for part in ["questions", "artifacts", "jobs"] {
        assert_eq!(
            world.get(&by, &format!("/api/v1/requests/{id}/{part}")).await.body,
            json!({ "items": [] }),
            "{part}"
        );
    }
}

#[tokio::test]
async fn who_approves_a_rectification_sees_what_it_replaces() {
    let world = World::start().await;
    let by = world.officer().await;
    let replacements = json!([{ "kind": "email", "existing": "ada@example.com", "updated": "lovelace@example.org" }]);
    let body = with(access(), json!({ "right": "rectification", "replacements": replacements }));
    let id = world.file(&by, body).await;
    world.resolve(&id, vec![ada(RecordKey::User("u-1".to_owned()))]).await;
    let masked = world.get(&by, &format!("/api/v1/requests/{id}/plan")).await;
    let expected = json!([{ "kind": "email", "existing": "a…@e….com", "updated": "l…@e….org" }]);
    assert_eq!(masked.body["replacements"], expected, "{}", masked.text);
    let clear = world.get(&by, &format!("/api/v1/requests/{id}/plan?reveal=approval")).await;
    assert_eq!(clear.body["replacements"], replacements);
}

#[tokio::test]
async fn no_part_of_a_request_is_seen_over_the_fence() {
    let world = World::start().await;
    let (ours, theirs) = (world.officer().await, world.client(Scope::ALL, &[&world.beta]).await);
    let id = world.file(&ours, access()).await;
    for part in ["identifiers", "candidates", "plan", "jobs", "events", "clocks", "artifacts", "questions"] {
        for query in ["", "?reveal=curiosity"] {
            if !(query.len() > 1 && ["clocks", "artifacts", "questions"].contains(&part)) {
                let path = format!("/api/v1/requests/{id}/{part}{query}");
                world.get(&theirs, &path).await.is_problem(404, "not_found");
            }
        }
    }
    assert!(!kinds(&world, &ours, &id).await.contains(&"personal_data.revealed".to_owned()));
    for verb in ["verify", "approve", "hold", "release", "refuse", "withdraw", "retry"] {
        let body = match verb {
            "verify" => json!({ "method": "document" }),
            "refuse" => json!({ "code": "spam", "reason": "x" }),
            "approve" => json!({ "plan": "x" }),
            "hold" | "withdraw" => json!({ "reason": "x" }),
            _ => json!({}),
        };
        let answer = world.post(&theirs, &format!("/api/v1/requests/{id}/{verb}"), body).await;
        answer.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn what_is_erased_is_not_shown_and_says_so() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    world.resolve(&id, vec![ada(RecordKey::User("u-1".to_owned()))]).await;
    let txn = world.store.db.begin().await.unwrap();
    let request = RequestId(id.parse().unwrap());
    let key = entities::request::table::key::Entity::find_by_id(request).one(&*txn).await.unwrap().unwrap();
    let mut key = key.into_active_model();
    key.wrapped = Set(None);
    entities::request::table::key::Entity::update(key).exec(&*txn).await.unwrap();
    txn.commit().await.unwrap();
    let identifiers = world.get(&by, &format!("/api/v1/requests/{id}/identifiers")).await;
    assert_eq!(identifiers.body["items"][0]["value"], Value::Null);
    let candidates = world.get(&by, &format!("/api/v1/requests/{id}/candidates")).await;
    assert_eq!(candidates.body["items"][0]["record"], Value::Null);
    world.get(&by, &format!("/api/v1/requests/{id}/identifiers?reveal=x")).await.is_problem(410, "erased");
    world.get(&by, &format!("/api/v1/requests/{id}/plan")).await.is_problem(410, "erased");
    assert!(!kinds(&world, &by, &id).await.contains(&"personal_data.revealed".to_owned()));
}

/// Approves a request's plan as it stands.
pub async fn approve(world: &World, by: &Client, id: &str) -> Answer {
    let plan = world.get(by, &format!("/api/v1/requests/{id}/plan")).await;
    world.post(by, &format!("/api/v1/requests/{id}/approve"), json!({ "plan": plan.body["digest"] })).await
}

/// Stores a file as the worker does, for a job of an approved request.
pub async fn artifact(world: &World, id: &str, content: &[u8]) -> ArtifactId {
    let request = RequestId(id.parse().unwrap());
    let key = keys::of(world.store.db.read(), &world.store.safe, request).await.unwrap();
    let job = entities::job::queries::of_request(world.store.db.read(), request).await.unwrap()[0].id;
    let artifact = ArtifactId::new();
    let location = format!("{id}/{artifact}.sealed");
    let path = world.folder.path().join("artifacts").join(&location);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = vault::stream::SealedWriter::new(file, &key, &format!("artifact/{artifact}")).unwrap();
    writer.write_all(content).unwrap();
    let (_, summary) = writer.finish().unwrap();
    let row = NewArtifact {
        id: Set(artifact),
        request_id: Set(request),
        job_id: Set(JobId(job.0)),
        part: Set(1),
        location: Set(location),
        sha256: Set(summary.sha256),
        bytes: Set(i64::try_from(summary.bytes).unwrap()),
        media_type: Set("application/zip".to_owned()),
        created_at: Set(world.store.now()),
        handed_over_at: Set(None),
    };
    let txn = world.store.db.begin().await.unwrap();
    Artifacts::insert(row).exec_without_returning(&*txn).await.unwrap();
    txn.commit().await.unwrap();
    artifact
}

#[tokio::test]
async fn an_export_is_fetched_whole_and_that_is_an_event() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    world.resolve(&id, vec![ada(RecordKey::User("u-1".to_owned()))]).await;
    let approved = approve(&world, &by, &id).await;
    assert_eq!(approved.body["status"], "executing", "{}", approved.text);
    // More than one frame, and no multiple of one.
    let content: Vec<u8> = (0..2_500_000u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
    let artifact = artifact(&world, &id, &content).await;
    let listed = world.get(&by, &format!("/api/v1/requests/{id}/artifacts")).await;
    let link = listed.body["items"][0]["content"].as_str().unwrap();
    assert_eq!(link, format!("/api/v1/artifacts/{artifact}/content"));
    let reader = world.client(&[Scope::RequestsRead], &[&world.acme]).await;
    let theirs = world.client(Scope::ALL, &[&world.beta]).await;
    world.get(&reader, link).await.is_problem(403, "insufficient_scope");
    world.get(&theirs, link).await.is_problem(404, "not_found");
    assert!(!kinds(&world, &by, &id).await.contains(&"personal_data.revealed".to_owned()));
    let fetched = world.call(&by, reqwest::Method::GET, link).send().await.unwrap();
    let header = |name: &str| fetched.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((header("content-type").as_str(), header("content-length")), ("application/zip", "2500000".to_owned()));
    assert!(header("content-disposition").starts_with("attachment; filename=\""), "{}", header("content-disposition"));
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(fetched.bytes().await.unwrap(), content);
    let events = world.get(&by, &format!("/api/v1/requests/{id}/events")).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["data"], json!({ "what": format!("artifact/{artifact}"), "purpose": "download" }));
}

#[tokio::test]
async fn a_damaged_export_breaks_off_instead_of_ending() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    world.resolve(&id, vec![ada(RecordKey::User("u-1".to_owned()))]).await;
    approve(&world, &by, &id).await;
    let artifact = artifact(&world, &id, &vec![7; 3_000_000]).await;
    let path = world.folder.path().join("artifacts").join(format!("{id}/{artifact}.sealed"));
    let mut sealed = std::fs::read(&path).unwrap();
    let near_end = sealed.len() - 100;
    sealed[near_end] ^= 1;
    std::fs::write(&path, sealed).unwrap();
    let link = format!("/api/v1/artifacts/{artifact}/content");
    let fetched = world.call(&by, reqwest::Method::GET, &link).send().await.unwrap();
    assert!(fetched.bytes().await.is_err(), "the client must see that something is missing");
}
