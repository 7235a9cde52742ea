//! Contacts: one by one and in bulk, merges followed and not.

use genesys::model::contact::ItemError;
use serde_json::{Value, json};
use wiremock::{Mock, Request, ResponseTemplate, matchers::path};

use crate::world::World;

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn canonical() -> Value {
    json!({"id": "canon", "firstName": "Maya", "lastName": "Okafor", "type": "Curated", "canonicalContact": {"id": "canon"},
        "cellPhone": {"display": "+1 317-555-0142", "e164": "+13175550142"}, "workEmail": "maya.okafor@example.com",
        "mergeSet": [{"id": "canon"}, {"id": "old-1"}, {"id": "old-2"}], "mergedFrom": [{"id": "old-1"}, {"id": "old-2"}]})
}

#[tokio::test]
async fn a_merge_is_followed_or_not_as_asked() {
    let world = World::start().await;
    let ancestor =
        json!({"id": "old-1", "canonicalContact": {"id": "canon"}, "mergedTo": {"id": "canon"}, "mergeSet": null});
    for (place, body) in [
        ("/api/v2/externalcontacts/contacts/old-1", canonical()),
        ("/api/v2/externalcontacts/contacts/old-1/unresolved", ancestor),
    ] {
        Mock::given(path(place)).respond_with(ResponseTemplate::new(200).set_body_json(body)).mount(&world.api).await;
    }
    let contact = world.platform.contact("old-1").await.unwrap().unwrap();
    assert_eq!((contact.id.as_str(), contact.is_canonical()), ("canon", true));
    assert_eq!(contact.member_ids(), ["canon", "old-1", "old-2"]);
    assert_eq!(contact.display_name().as_deref(), Some("Maya Okafor"));
    assert_eq!((contact.phones(), contact.emails()), (vec!["+13175550142"], vec!["maya.okafor@example.com"]));
    let stored = world.platform.contact_unresolved("old-1").await.unwrap().unwrap();
    assert_eq!((stored.id.as_str(), stored.canonical_id(), stored.is_canonical()), ("old-1", "canon", false));
    assert_eq!(stored.member_ids(), ["canon", "old-1"]);
    assert!(world.platform.contact("gone").await.unwrap().is_none());
    assert!(world.platform.contact("..").await.unwrap().is_none());
}

#[tokio::test]
async fn bulk_results_are_matched_in_any_order_and_by_either_id() {
    let failed = json!({"id": "dead", "success": false, "status": 404,
        "error": {"code": "entity.not.found", "message": "Contact not found", "status": 404}});
    let forbidden =
        json!({"id": "far", "success": false, "status": 403, "error": {"code": "missing.division.permissions"}});
    // A result may carry the id asked for, or the id of the contact it found.
    for result_id in ["old-1", "canon"] {
        let world = World::start().await;
        let body = json!({"results": [failed, {"id": result_id, "success": true, "status": 200, "entity": canonical()}, forbidden],
            "errorCount": 2, "errorIndexes": [0, 2]});
        world.answer(ResponseTemplate::new(200).set_body_json(body)).await;
        let asked = ids(&["old-1", "dead", "old-1", "far", "old-2", "silent"]);
        let contacts = world.platform.contacts(&asked).await.unwrap();
        let short: Vec<_> =
            contacts.iter().map(|(id, it)| (id.as_str(), it.as_ref().map(|it| it.id.as_str()))).collect();
        let refused = ItemError::Refused { status: 403, code: Some("missing.division.permissions".into()) };
        assert_eq!(
            short,
            [
                ("old-1", Ok("canon")),
                ("dead", Err(&ItemError::NotFound)),
                ("far", Err(&refused)),
                ("old-2", Ok("canon")),
                ("silent", Err(&ItemError::NotAnswered)),
            ]
        );
    }
}

#[tokio::test]
async fn where_merges_are_not_followed_a_sibling_is_no_answer() {
    let world = World::start().await;
    let body = json!({"results": [{"id": "canon", "success": true, "entity": canonical()}]});
    world.answer(ResponseTemplate::new(200).set_body_json(body)).await;
    let contacts = world.platform.contacts_unresolved(&ids(&["old-1", "canon"])).await.unwrap();
    assert_eq!(contacts[0].1.as_ref().err(), Some(&ItemError::NotAnswered));
    assert_eq!(contacts[1].1.as_ref().map(|it| it.id.as_str()), Ok("canon"));
    assert_eq!(world.api_calls().await[0].url.path(), "/api/v2/externalcontacts/bulk/contacts/unresolved");
}

#[tokio::test]
async fn many_ids_go_in_batches_of_fifty() {
    let world = World::start().await;
    let echo = |request: &Request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let results: Vec<_> = body["entities"]
            .as_array()
            .unwrap()
            .iter()
            .rev()
            .map(|entity| json!({"id": entity["id"], "success": true, "entity": {"id": entity["id"]}}))
            .collect();
        ResponseTemplate::new(200).set_body_json(json!({"results": results}))
    };
    Mock::given(path("/api/v2/externalcontacts/bulk/contacts")).respond_with(echo).mount(&world.api).await;
    let asked: Vec<_> = (0..120).map(|number| format!("c-{number}")).collect();
    let contacts = world.platform.contacts(&asked).await.unwrap();
    assert_eq!(contacts.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), asked);
    assert!(contacts.iter().all(|(id, contact)| contact.as_ref().is_ok_and(|it| it.id == *id)));
    let sizes: Vec<_> = world
        .api_calls()
        .await
        .iter()
        .map(|call| serde_json::from_slice::<Value>(&call.body).unwrap()["entities"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [50, 50, 20]);
    assert!(world.platform.contacts(&[]).await.unwrap().is_empty());
    assert_eq!(world.api_calls().await.len(), 3);
}
