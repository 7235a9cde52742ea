//! The people of the sandbox: samples, custom ones, a crowd; and how search finds them.

use sandbox::options::{Options, Population};
use serde_json::{Value, json};

use crate::caller::Caller;

#[tokio::test]
async fn the_samples_are_found_as_their_table_says() {
    let caller = Caller::start().await;
    let found = async |kind: &str, value: &str| caller.search(kind, value).await.len();
    assert_eq!(found("EMAIL", "ADA.Access@example.com").await, 1);
    assert_eq!(found("EMAIL", "sam.rivera@example.com").await, 2);
    assert_eq!(found("NAME", "kim al").await, 5);
    assert_eq!(found("PHONE", "+13175550170").await, 2);
    assert_eq!(found("EMAIL", "nobody@example.com").await, 0);
    assert_eq!(found("TWITTER", "Vic_Various").await, 1);
    assert_eq!(found("EXTERNAL_ID", "CRM-10442").await, 1);
    assert_eq!(found("ADDRESS", "springfield 12").await, 1);
    assert_eq!(found("EMAIL", "vic.various@example.com").await, 2);
    let dialers = caller.search("PHONE", "+13175550160").await;
    assert_eq!(dialers.len(), 2);
    assert_ne!(dialers[0]["dialerContactId"]["contactListId"], dialers[1]["dialerContactId"]["contactListId"]);
}

#[tokio::test]
async fn ids_of_the_samples_are_the_same_in_every_sandbox() {
    let (one, two) = (Caller::start().await, Caller::start().await);
    assert_eq!(one.get("/sandbox/people").await.body, two.get("/sandbox/people").await.body);
}

#[tokio::test]
async fn custom_people_move_in_and_can_be_read_back() {
    let caller = Caller::with(Options { population: Population::Empty, ..Options::default() }).await;
    let people = json!({
        "users": [{"name": "Uli User", "emails": ["uli@example.org"], "division": "Overseas", "state": "inactive"}],
        "contacts": [{"id": "c-1", "name": "Cy Contact", "emails": ["cy@example.org"]}],
        "merge_sets": [[{"id": "m-1", "phones": ["+13175550111"]}, {"id": "m-2", "phones": ["+13175550111"]}]],
        "dialer_contacts": [{"list": "l-1", "id": "d-1", "phones": ["+13175550112"]}],
    });
    let ids = caller.control("people", people).await;
    assert_eq!(ids["merge_sets"], json!([["m-1", "m-2"]]));
    let uli = ids["users"][0].as_str().unwrap().to_owned();
    assert_eq!(caller.search("EMAIL", "uli@example.org").await[0]["userId"], uli.as_str());
    let user = caller.get(&format!("/api/v2/users/{uli}")).await.body;
    assert_eq!((&user["division"]["name"], &user["state"]), (&json!("Overseas"), &json!("inactive")));
    assert_eq!(caller.get(&format!("/api/v2/users?id={uli}")).await.body["total"], 0, "active is the default");
    assert_eq!(caller.get(&format!("/api/v2/users?id={uli}&state=any")).await.body["total"], 1);
    let all = caller.get("/sandbox/people").await.body;
    assert_eq!(all["contacts"].as_array().unwrap().len(), 3);
    assert_eq!(all["contacts"][2]["canonical"], "m-1");
}

#[tokio::test]
async fn a_crowd_is_found_one_by_one() {
    let caller = Caller::with(Options { population: Population::Bulk { people: 3000 }, ..Options::default() }).await;
    assert_eq!(caller.contacts("EMAIL", "person-2999@example.net").await.len(), 1);
    assert!(caller.contacts("EMAIL", "person-3001@example.net").await.is_empty());
}

#[tokio::test]
async fn nothing_crosses_from_one_organisation_to_the_other() {
    let caller = Caller::start().await;
    let id = caller.submitted("GDPR_EXPORT", json!({"emailAddresses": ["ada.access@example.com"]})).await;
    caller.advance_days(1.1).await;
    let url = caller.request(&id).await["resultsUrl"].as_str().unwrap().to_owned();
    let other = caller.login("other-client", "other-secret").await;
    assert_eq!(caller.get_as(&other, &format!("/api/v2/gdpr/requests/{id}")).await.status, 404);
    assert_eq!(caller.get_as(&other, "/api/v2/gdpr/requests").await.body["total"], 0);
    assert_eq!(caller.get_as(&other, url.strip_prefix(&caller.sandbox.url).unwrap()).await.status, 404);
    let search = "/api/v2/gdpr/subjects?searchType=EMAIL&searchValue=ada.access%40example.com";
    let ours = caller.get(search).await.body;
    let theirs = caller.get_as(&other, search).await.body;
    let id = |body: &Value| body["entities"][0]["externalContactId"].as_str().unwrap().to_owned();
    assert_ne!(id(&ours), id(&theirs));
    let organisation = async |token: &str| caller.get_as(token, "/api/v2/tokens/me").await.body["organization"].clone();
    assert_ne!(organisation(&caller.token).await, organisation(&other).await);
}
