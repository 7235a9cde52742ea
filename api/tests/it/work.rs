//! Working on a request with others: notes, tasks, and who has it.

use entities::client::scope::Scope;
use serde_json::{Value, json};

use crate::world::{World, access};

const WORDS: &str = "Quillfeather called from her own line";

#[tokio::test]
async fn what_is_noted_is_shown_for_a_purpose_to_whoever_may_see_it() {
    let world = World::start().await;
    let officer = world.officer().await;
    let id = world.file(&officer, access()).await;
    let path = |end: &str| format!("/api/v1/requests/{id}/{end}");
    let noted = world.post(&officer, &path("notes"), json!({ "words": WORDS })).await;
    assert_eq!((noted.status.as_u16(), &noted.body["version"]), (200, &json!(2)));
    let task = json!({ "kind": "contact", "words": WORDS, "until": "2100-01-01" });
    assert_eq!(world.post(&officer, &path("tasks"), task).await.status, 200);
    let auditor = world.client(&[Scope::RequestsRead], &[&world.acme]).await;
    for part in ["notes", "tasks"] {
        let masked = world.get(&auditor, &path(part)).await;
        assert_eq!(masked.body["items"][0]["words"], Value::Null, "{part}");
        assert!(!masked.body.to_string().contains("Quillfeather"));
        let clear = format!("{}?reveal=complaint", path(part));
        world.get(&auditor, &clear).await.is_problem(403, "insufficient_scope");
        assert_eq!(world.get(&officer, &clear).await.body["items"][0]["words"], WORDS, "{part}");
        world.post(&auditor, &path(part), json!({ "words": WORDS })).await.is_problem(403, "insufficient_scope");
    }
    let looks = world.get(&officer, &path("events")).await;
    let looks = looks.body["items"].as_array().unwrap().iter().filter(|it| it["kind"] == "personal_data.revealed");
    assert_eq!(looks.map(|it| it["data"]["what"].clone()).collect::<Vec<_>>(), ["notes", "tasks"]);
    let stranger = world.client(Scope::ALL, &[&world.beta]).await;
    world.get(&stranger, &path("notes")).await.is_problem(404, "not_found");
    world.post(&stranger, &path("notes"), json!({ "words": WORDS })).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_task_is_done_once() {
    let world = World::start().await;
    let officer = world.officer().await;
    let id = world.file(&officer, access()).await;
    let tasks = format!("/api/v1/requests/{id}/tasks");
    assert_eq!(world.post(&officer, &tasks, json!({ "kind": "check", "words": WORDS })).await.status, 200);
    let listed = world.get(&officer, &tasks).await;
    let done = format!("{tasks}/{}/done", listed.body["items"][0]["id"].as_str().unwrap());
    assert_eq!(world.post(&officer, &done, json!({})).await.status, 200);
    world.post(&officer, &done, json!({})).await.is_problem(409, "task_done");
    let listed = world.get(&officer, &tasks).await;
    assert_eq!(listed.body["items"][0]["done_by"], officer.id.to_string());
}
