//! Merge sets: gets follow them, and a request on one member breeds one for each other.

use serde_json::json;

use crate::caller::Caller;

const MAYA: &str = "maya.okafor@example.com";

#[tokio::test]
async fn an_ancestor_is_answered_for_by_its_canonical_contact() {
    let caller = Caller::start().await;
    let ids = caller.contacts("EMAIL", MAYA).await;
    assert_eq!(ids.len(), 4);
    assert_eq!(caller.contacts("PHONE", "+13175550142").await, ids);
    assert_eq!(caller.contacts("NAME", "maya okafor").await, ids);
    let body = caller.get(&format!("/api/v2/externalcontacts/contacts/{}", ids[2])).await.body;
    assert_eq!(body["id"], ids[0].as_str());
    assert_eq!(body["mergeSet"].as_array().unwrap().len(), 4);
    let own = caller.get(&format!("/api/v2/externalcontacts/contacts/{}/unresolved", ids[2])).await.body;
    assert_eq!((&own["id"], &own["mergedTo"]["id"]), (&json!(ids[2]), &json!(ids[0])));

    let asked = json!({"entities": [{"id": ids[1]}, {"id": "gone"}]});
    let bulk = caller.post("/api/v2/externalcontacts/bulk/contacts", asked.clone()).await.body;
    assert_eq!(bulk["errorCount"], 1);
    let hit = bulk["results"].as_array().unwrap().iter().find(|result| result["id"] == ids[1].as_str()).unwrap();
    assert_eq!(hit["entity"]["id"], ids[0].as_str());
    let raw = caller.post("/api/v2/externalcontacts/bulk/contacts/unresolved", asked).await.body;
    assert!(raw["results"].as_array().unwrap().iter().any(|result| result["entity"]["id"] == ids[1].as_str()));
}

#[tokio::test]
async fn one_request_becomes_one_a_member_after_a_while() {
    let caller = Caller::start().await;
    caller.control("clock", json!({"speed": 0})).await;
    let ids = caller.contacts("EMAIL", MAYA).await;
    caller.submitted("GDPR_DELETE", json!({"externalContactId": ids[1]})).await;
    assert_eq!(caller.rows().await.len(), 1);
    caller.control("clock", json!({"advance_seconds": 61})).await;
    let rows = caller.rows().await;
    let mut subjects: Vec<_> = rows.iter().map(|row| row["subject"]["externalContactId"].as_str().unwrap()).collect();
    subjects.sort_unstable();
    let mut expected: Vec<_> = ids.iter().map(String::as_str).collect();
    expected.sort_unstable();
    assert_eq!(subjects, expected);
    let created = caller.counters().await["created"].as_array().unwrap().clone();
    assert_eq!(created.iter().filter(|row| row["origin"] == "server").count(), 3);
    caller.advance_days(3.1).await;
    assert!(caller.rows().await.iter().all(|row| row["status"] == "COMPLETED"));
    assert!(caller.search("EMAIL", MAYA).await.is_empty());
}

#[tokio::test]
async fn a_member_the_platform_leaves_out_can_be_topped_up_without_a_second_round() {
    let caller = Caller::start().await;
    let ids = caller.contacts("EMAIL", MAYA).await;
    caller.fault(&format!("fanout-omits:members={}", ids[3])).await;
    caller.submitted("GDPR_EXPORT", json!({"externalContactId": ids[0]})).await;
    caller.advance_days(1.2).await;
    assert_eq!(caller.rows().await.len(), 3);
    caller.submitted("GDPR_EXPORT", json!({"externalContactId": ids[3]})).await;
    caller.advance_days(1.2).await;
    assert_eq!(caller.rows().await.len(), 4);
}
