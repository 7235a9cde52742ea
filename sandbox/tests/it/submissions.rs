//! What is accepted, what is refused, and how the list shows it.

use serde_json::{Value, json};

use crate::caller::{Caller, got};

#[tokio::test]
async fn what_does_not_hold_together_is_invalid_data() {
    let caller = Caller::start().await;
    let email = json!({"emailAddresses": ["ada.access@example.com"]});
    let terms = json!([{"type": "EMAIL", "existingValue": "a@example.com", "updatedValue": "b@example.com"}]);
    let cases: Vec<(&str, Value)> = vec![
        ("id and name", json!({"requestType": "GDPR_EXPORT", "subject": {"userId": "u", "name": "Ada"}})),
        (
            "two kinds",
            json!({"requestType": "GDPR_EXPORT", "subject": {"emailAddresses": ["a@example.com"], "phoneNumbers": ["+13175550100"]}}),
        ),
        ("empty subject", json!({"requestType": "GDPR_EXPORT", "subject": {}})),
        ("no subject", json!({"requestType": "GDPR_EXPORT"})),
        ("unknown type", json!({"requestType": "GDPR_FORGET", "subject": email})),
        ("terms in export", json!({"requestType": "GDPR_EXPORT", "subject": email, "replacementTerms": terms})),
        ("empty terms in export", json!({"requestType": "GDPR_EXPORT", "subject": email, "replacementTerms": []})),
        ("update without terms", json!({"requestType": "GDPR_UPDATE", "subject": email})),
        ("update with empty terms", json!({"requestType": "GDPR_UPDATE", "subject": email, "replacementTerms": []})),
        (
            "unknown term kind",
            json!({"requestType": "GDPR_UPDATE", "subject": email, "replacementTerms": [{"type": "FAX", "existingValue": "1", "updatedValue": "2"}]}),
        ),
        ("unconfirmed erasure", json!({"requestType": "GDPR_DELETE", "subject": email})),
        ("half a dialer id", json!({"requestType": "GDPR_EXPORT", "subject": {"dialerContactId": {"id": "1"}}})),
    ];
    for (case, body) in cases {
        let got = caller.post("/api/v2/gdpr/requests", body).await;
        assert_eq!((got.status, &got.body["code"]), (400, &json!("bad.request")), "{case}");
        assert_eq!((&got.body["message"], &got.body["details"]), (&json!("Invalid data"), &json!([])), "{case}");
        assert_eq!(got.body["contextId"], got.headers["inin-correlation-id"].to_str().unwrap());
    }
    assert!(caller.rows().await.is_empty());
}

#[tokio::test]
async fn the_same_submission_twice_makes_two_rows() {
    let caller = Caller::start().await;
    let subject = json!({"emailAddresses": ["ada.access@example.com"]});
    let one = caller.submitted("GDPR_EXPORT", subject.clone()).await;
    let two = caller.submitted("GDPR_EXPORT", subject).await;
    assert_ne!(one, two);
    let created = caller.counters().await["created"].clone();
    let expected = json!([{
        "request_type": "GDPR_EXPORT", "subject": "email:ada.access@example.com", "origin": "client", "count": 2
    }]);
    assert_eq!(created, expected);
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let caller = Caller::start().await;
    for number in 0..7 {
        let subject = json!({"emailAddresses": [format!("row-{number}@example.com")]});
        caller.submitted("GDPR_EXPORT", subject).await;
    }
    let page =
        async |number: u32| caller.get(&format!("/api/v2/gdpr/requests?pageSize=3&pageNumber={number}")).await.body;
    let first = page(1).await;
    assert_eq!((&first["total"], &first["pageCount"]), (&json!(7), &json!(3)));
    assert_eq!(first["entities"][0]["subject"]["emailAddresses"][0], "row-6@example.com", "newest first");
    assert!(first["nextUri"].is_string() && first.get("previousUri").is_none());
    let last = page(3).await;
    assert_eq!(last["entities"].as_array().unwrap().len(), 1);
    assert!(last.get("nextUri").is_none() && last["previousUri"].is_string());
    assert_eq!(caller.get("/api/v2/gdpr/requests?pageSize=101").await.status, 400);
    caller.control("settings", json!({"list_order": "oldest_first"})).await;
    assert_eq!(page(1).await["entities"][0]["subject"]["emailAddresses"][0], "row-0@example.com");
    caller.control("settings", json!({"list_order": "shuffled"})).await;
    let mut all: Vec<String> = Vec::new();
    for number in 1..=3 {
        let body = page(number).await;
        all.extend(body["entities"].as_array().unwrap().iter().map(|row| row["id"].to_string()));
    }
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 7, "shuffled pages neither repeat nor drop a row");
}

#[tokio::test]
async fn bodies_are_bounded_and_must_be_json() {
    let caller = Caller::start().await;
    let post = || caller.http.post(caller.url("/api/v2/gdpr/requests")).bearer_auth(&caller.token);
    let json = "application/json";
    let large = post().header("content-type", json).body(vec![b' '; 512_001]);
    assert_eq!(got(large).await.unwrap().status, 413);
    assert_eq!(got(post().header("content-type", "text/plain").body("{}")).await.unwrap().status, 415);
    assert_eq!(got(post().header("content-type", json).body("{")).await.unwrap().status, 400);
}
