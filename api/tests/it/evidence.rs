//! The trail of a controller, page by page, and the list of controllers.

use entities::client::scope::Scope;
use entities::event::chain;
use serde_json::{Value, json};

use crate::world::{World, access};

#[tokio::test]
async fn the_chain_is_read_by_place_and_page_by_page() {
    let world = World::start().await;
    let by = world.officer().await;
    for _ in 0..3 {
        world.file(&by, access()).await;
    }
    let before = world.get(&by, "/api/v1/audit/acme").await;
    assert_eq!(before.body, json!({ "items": [], "next": null }), "nothing is linked yet");
    world.link().await;
    let mut seen: Vec<Value> = Vec::new();
    let mut path = "/api/v1/audit/acme?limit=3".to_owned();
    loop {
        let page = world.get(&by, &path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        seen.extend(page.body["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("/api/v1/audit/acme?limit=3&cursor={next}");
    }
    // One for the controller, two for each request.
    let places: Vec<_> = seen.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert_eq!(places, (1..=7).collect::<Vec<_>>());
    for pair in seen.windows(2) {
        assert_eq!(pair[1]["previous_hash"], pair[0]["hash"]);
    }
    let other = world.client(Scope::ALL, &[&world.beta]).await;
    world.get(&other, "/api/v1/audit/acme").await.is_problem(404, "not_found");
    world.get(&by, "/api/v1/audit/nobody").await.is_problem(404, "not_found");
    let theirs = format!("/api/v1/audit/beta{}", path.trim_start_matches("/api/v1/audit/acme"));
    world.get(&other, &theirs).await.is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn one_sees_the_controllers_one_is_bound_to() {
    let world = World::start().await;
    let (one, both) = (world.officer().await, world.client(Scope::ALL, &[&world.beta, &world.acme]).await);
    let none = world.client(Scope::ALL, &[]).await;
    let listed = world.get(&one, "/api/v1/controllers").await;
    let acme = json!({ "slug": "acme", "name": "ACME", "paused": false, "region": "IE", "time_zone": "Europe/Dublin" });
    assert_eq!(listed.body, json!({ "items": [acme] }));
    assert_eq!(world.get(&both, "/api/v1/controllers").await.body["items"].as_array().unwrap().len(), 2);
    assert_eq!(world.get(&none, "/api/v1/controllers").await.body, json!({ "items": [] }));
    assert_eq!(world.get(&none, "/api/v1/requests").await.body["items"], json!([]));
}

impl World {
    /// Links what has happened into the chain, as the worker does.
    pub async fn link(&self) {
        chain::link(&self.store, self.acme.id, 100).await.unwrap();
    }
}

#[tokio::test]
async fn what_a_regulator_sees_is_there_as_json_and_each_look_is_recorded() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    let regulator = world.client(&[Scope::AuditRead, Scope::ReportsRead], &[&world.acme]).await;
    let case = world.get(&regulator, &format!("/api/v1/regulator/cases/{id}")).await;
    assert_eq!(case.status, 200, "{}", case.text);
    assert_eq!(case.body["timeline"][0]["who"], json!("officer 1"));
    assert!(case.body["clocks"][0]["clock"]["derivation"].as_array().is_some_and(|steps| !steps.is_empty()));
    assert!(!case.text.contains("Quill") && !case.text.contains("@"), "{}", case.text);
    let figures = world.get(&regulator, "/api/v1/regulator/statistics?controller=acme").await;
    assert_eq!((figures.status.as_u16(), &figures.body["received"]), (200, &json!(null)));
    assert_eq!(figures.body["rights"], json!([{ "word": "access", "count": null }]), "small counts are left out");
    let events = world.get(&by, &format!("/api/v1/requests/{id}/events")).await;
    assert!(events.text.contains("\"regulator.looked\""), "{}", events.text);
    world.link().await;
    let bundle = world.get(&regulator, "/api/v1/regulator/bundles/acme").await;
    let public = world.store.safe.signing().public_key();
    let (header, found) = entities::event::bundle::verify(bundle.text.as_bytes(), Some(&public), &[]).unwrap();
    assert!(found.is_whole() && found.chains[0].linked > 3, "{:?}", found.chains);
    assert_eq!(header.made_for.unwrap(), format!("client {}, whole register", regulator.id));

    let other = world.client(Scope::ALL, &[&world.beta]).await;
    for path in ["cases/CCCC-CCCC", &format!("cases/{id}"), "statistics?controller=acme", "bundles/acme"] {
        world.get(&other, &format!("/api/v1/regulator/{path}")).await.is_problem(404, "not_found");
    }
}
