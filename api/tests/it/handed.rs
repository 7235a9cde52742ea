//! Handing files of an export over to the person, by the API.

use entities::client::scope::Scope;
use entities::id::RequestId;
use entities::request::status::RequestStatus;
use entities::request::table::{ActiveModel, Entity};
use resolution::record::RecordKey;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::findings::{ada, approve, artifact, kinds};
use crate::world::{World, access};

#[tokio::test]
async fn a_file_is_handed_over_and_taken_back_and_the_list_says_so() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    world.resolve(&id, vec![ada(RecordKey::User("u-1".to_owned()))]).await;
    approve(&world, &by, &id).await;
    let file = artifact(&world, &id, b"everything").await;
    let [over, back] = ["hand-over", "take-back"].map(|verb| format!("/api/v1/requests/{id}/artifacts/{file}/{verb}"));
    world.post(&by, &over, json!({})).await.is_problem(409, "not_answering");
    let request = Unchanged(RequestId(id.parse().unwrap()));
    let done = ActiveModel { id: request, status: Set(RequestStatus::Answering), ..Default::default() };
    Entity::update(done).exec(world.store.db.write()).await.unwrap();

    world.post(&by, &over, json!({})).await.is_problem(409, "address_not_proven");
    let address = json!({ "address": "ada@example.com", "vouched": true });
    assert_eq!(world.post(&by, &format!("/api/v1/requests/{id}/address"), address).await.status, 200);

    // Not for whoever may but look, nor for another controller's officers.
    let reader = world.client(&[Scope::RequestsRead, Scope::RequestsReveal], &[&world.acme]).await;
    let theirs = world.client(Scope::ALL, &[&world.beta]).await;
    for path in [&over, &back] {
        world.post(&reader, path, json!({})).await.is_problem(403, "insufficient_scope");
        world.post(&theirs, path, json!({})).await.is_problem(404, "not_found");
    }
    let since = async || {
        let listed = world.get(&by, &format!("/api/v1/requests/{id}/artifacts")).await;
        listed.body["items"][0]["handed_over_at"].clone()
    };
    let tried = world.post(&by, &format!("{over}?dry_run=true"), json!({})).await;
    assert_eq!((tried.status.as_u16(), &tried.body["dry_run"]), (200, &json!(true)), "{}", tried.text);
    assert_eq!(since().await, Value::Null, "a trial changes nothing");

    world.post(&by, &over, json!({ "sure": true })).await.is_problem(422, "unknown_field");
    assert_eq!(world.post(&by, &over, json!({})).await.status, 200);
    assert!(since().await.is_string());
    world.post(&by, &over, json!({})).await.is_problem(409, "handed_over_already");
    assert_eq!(world.post(&by, &back, json!({})).await.status, 200);
    assert_eq!(since().await, Value::Null);
    world.post(&by, &back, json!({})).await.is_problem(409, "not_handed_over");
    let elsewhere = format!("/api/v1/requests/{id}/artifacts/{}/hand-over", uuid::Uuid::nil());
    world.post(&by, &elsewhere, json!({})).await.is_problem(404, "not_found");
    let told = kinds(&world, &by, &id).await.into_iter().filter(|kind| kind.starts_with("artifact."));
    assert_eq!(told.collect::<Vec<_>>(), ["artifact.handed_over", "artifact.taken_back"]);
}
