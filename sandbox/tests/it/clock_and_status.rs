//! Requests move by the sandbox clock, and end with their effect.

use serde_json::json;

use crate::caller::{Caller, got};

#[tokio::test]
async fn statuses_come_in_their_order() {
    let caller = Caller::start().await;
    caller.control("clock", json!({"speed": 0})).await;
    let id = caller.submitted("GDPR_DELETE", json!({"emailAddresses": ["ada.access@example.com"]})).await;
    let mut seen = Vec::new();
    for _ in 0..31 {
        let status = caller.request(&id).await["status"].as_str().unwrap().to_owned();
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        caller.advance_days(0.1).await;
    }
    assert_eq!(seen, ["INITIATED", "SEARCHING", "DELETING", "FINALIZING", "COMPLETED"]);
}

#[tokio::test]
async fn a_finished_erasure_leaves_nothing_but_its_row() {
    let caller = Caller::start().await;
    let contact = caller.contacts("EMAIL", "ada.access@example.com").await.remove(0);
    let path = format!("/api/v2/externalcontacts/contacts/{contact}");
    let id = caller.submitted("GDPR_DELETE", json!({"externalContactId": contact})).await;
    assert_eq!(caller.get(&path).await.status, 200);
    caller.advance_days(3.1).await;
    assert_eq!(caller.request(&id).await["status"], "COMPLETED");
    assert_eq!(caller.get(&path).await.status, 404);
    assert!(caller.search("EMAIL", "ada.access@example.com").await.is_empty());
    assert_eq!(caller.rows().await[0]["subject"]["externalContactId"], contact.as_str());
}

#[tokio::test]
async fn an_update_changes_the_records() {
    let caller = Caller::start().await;
    let contact = caller.contacts("EMAIL", "old.mail@example.com").await.remove(0);
    let terms =
        json!([{"type": "EMAIL", "existingValue": "old.mail@example.com", "updatedValue": "new.mail@example.com"}]);
    let body =
        json!({"requestType": "GDPR_UPDATE", "subject": {"externalContactId": contact}, "replacementTerms": terms});
    assert_eq!(caller.post("/api/v2/gdpr/requests", body).await.status, 202);
    caller.advance_days(1.1).await;
    assert!(caller.search("EMAIL", "old.mail@example.com").await.is_empty());
    assert_eq!(caller.contacts("EMAIL", "new.mail@example.com").await, [contact]);
}

#[tokio::test]
async fn an_export_is_a_zip_behind_a_redirect_until_it_expires() {
    let caller = Caller::start().await;
    let contact = caller.contacts("EMAIL", "tia.twoparts@example.com").await.remove(0);
    let id = caller.submitted("GDPR_EXPORT", json!({"externalContactId": contact})).await;
    caller.advance_days(1.1).await;
    let row = caller.request(&id).await;
    let urls = row["resultsUrls"].as_array().unwrap();
    assert_eq!(urls.len(), 2);
    assert_eq!(row["resultsUrl"], urls[0]);
    assert!(caller.rows().await[0].get("resultsUrl").is_none(), "a list row carries no results link");

    let url = urls[0].as_str().unwrap();
    assert_eq!(got(caller.http.get(url)).await.unwrap().status, 401, "the link is no public one");
    let redirect = got(caller.http.get(url).bearer_auth(&caller.token)).await.unwrap();
    assert_eq!(redirect.status, 302);
    let target = redirect.headers["location"].to_str().unwrap().to_owned();
    assert!(target.starts_with(&caller.sandbox.storage_url));
    let zip = caller.http.get(&target).send().await.unwrap().bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let contents = std::io::read_to_string(archive.by_name("external-contact-1.json").unwrap()).unwrap();
    assert!(contents.contains("tia.twoparts@example.com"));

    let violation = got(caller.http.get(&target).bearer_auth(&caller.token)).await.unwrap();
    assert_eq!(violation.status, 400);
    let counters = caller.counters().await;
    assert_eq!((&counters["downloads"], &counters["authorization_at_storage"]), (&json!(1), &json!(1)));

    caller.advance_days(7.0).await;
    assert_eq!(got(caller.http.get(url).bearer_auth(&caller.token)).await.unwrap().status, 404);
}

#[tokio::test]
async fn an_export_of_nobody_has_no_results() {
    let caller = Caller::start().await;
    let id = caller.submitted("GDPR_EXPORT", json!({"emailAddresses": ["nobody@example.com"]})).await;
    caller.advance_days(1.1).await;
    let row = caller.request(&id).await;
    assert_eq!(row["status"], "COMPLETED");
    assert!(row.get("resultsUrl").is_none() && row.get("resultsUrls").is_none());
}

#[tokio::test]
async fn a_term_without_a_record_still_finds_conversations() {
    let caller = Caller::start().await;
    assert!(caller.search("EMAIL", "carla.calls@example.com").await.is_empty());
    let id = caller.submitted("GDPR_EXPORT", json!({"emailAddresses": ["carla.calls@example.com"]})).await;
    caller.advance_days(1.1).await;
    assert!(caller.request(&id).await["resultsUrl"].is_string());
}
