//! A tour of every route, its successes and its errors, for whoever wants to hold the answers against a definition.

use reqwest::Method;
use sandbox::options::{Options, Settings};
use serde_json::{Value, json};

use crate::caller::{Caller, Got, got};

/// One answer, and what it should be.
pub struct Stop {
    /// What was asked, in words.
    pub what: String,
    /// Name of the definition in `contract/`.
    pub ours: &'static str,
    /// Name of the definition in the platform's own description, where it has one.
    pub theirs: Option<&'static str>,
    pub status: u16,
    pub got: Got,
}

struct Tour {
    caller: Caller,
    stops: Vec<Stop>,
}

impl Tour {
    fn note(&mut self, what: &str, status: u16, ours: &'static str, theirs: &'static str, got: Got) -> Value {
        let body = got.body.clone();
        let theirs = (!theirs.is_empty()).then_some(theirs);
        self.stops.push(Stop { what: what.to_owned(), ours, theirs, status, got });
        body
    }

    async fn get(&mut self, path: &str, ours: &'static str, theirs: &'static str) -> Value {
        let got = self.caller.get(path).await;
        self.note(path, 200, ours, theirs, got)
    }

    async fn error(&mut self, what: &str, status: u16, got: Got) {
        self.note(what, status, "Error", "ErrorBody", got);
    }

    async fn search(&mut self, kind: &str, value: &str) -> Value {
        let path = format!("/api/v2/gdpr/subjects?searchType={kind}&searchValue={}", value.replace('+', "%2B"));
        self.get(&path, "SubjectList", "GDPRSubjectEntityListing").await
    }
}

/// Takes the tour. The caller comes back too, to be asked what was visited.
pub async fn take() -> (Caller, Vec<Stop>) {
    let settings = Settings { rate_per_minute: 10_000, ..Settings::default() };
    let caller = Caller::with(Options { settings, ..Options::default() }).await;
    let mut tour = Tour { caller, stops: Vec::new() };
    access(&mut tour).await;
    subjects_and_people(&mut tour).await;
    requests(&mut tour).await;
    refusals(&mut tour).await;
    outages(&mut tour).await;
    let revoked = tour.caller.call(Method::DELETE, "/api/v2/tokens/me").await;
    assert_eq!(revoked.status, 200);
    (tour.caller, tour.stops)
}

async fn access(tour: &mut Tour) {
    let got = tour.caller.grant("home-client", "home-secret").await;
    tour.note("a token", 200, "Token", "", got);
    for (id, secret, status) in
        [("nobody", "x", 400), ("demo-client", "x", 401), ("disabled-client", "disabled-secret", 400)]
    {
        let got = tour.caller.grant(id, secret).await;
        tour.note("a token refused", status, "TokenError", "", got);
    }
    assert_eq!(tour.caller.call(Method::HEAD, "/api/v2/tokens/me").await.status, 200);
    tour.get("/api/v2/tokens/me", "TokenInfo", "TokenInfo").await;
    let permitted = "/api/v2/authorization/divisionspermitted/paged/me?permission=";
    for permission in ["gdpr:request:add", "nobody:holds:this"] {
        tour.get(&format!("{permitted}{permission}"), "DivisionsPermitted", "DivsPermittedEntityListing").await;
    }
    for query in ["", "?includeFullRoles=true"] {
        tour.get(&format!("/api/v2/authorization/subjects/me{query}"), "SubjectMe", "AuthzSubject").await;
    }
    tour.get("/api/v2/authorization/divisions?pageSize=1", "DivisionList", "AuthzDivisionEntityListing").await;
    for namespace in ["platform.api", "gdpr"] {
        let path = format!("/api/v2/organizations/limits/namespaces/{namespace}");
        tour.get(&path, "Limits", "LimitsEntityListing").await;
    }
}

async fn subjects_and_people(tour: &mut Tour) {
    for (kind, value) in [
        ("NAME", "alex kim"),
        ("ADDRESS", "springfield"),
        ("PHONE", "+13175550160"),
        ("EMAIL", "sam.rivera@example.com"),
        ("EMAIL", "vic.various@example.com"),
        ("EMAIL", "nobody@example.com"),
        ("TWITTER", "vic_various"),
        ("INSTAGRAM", "vic.insta"),
        ("FACEBOOK", "vic-fb-1"),
        ("APPLE_MESSAGES", "vic-apple-1"),
        ("EXTERNAL_ID", "CRM-10442"),
    ] {
        tour.search(kind, value).await;
    }
    let maya = tour.caller.contacts("EMAIL", "maya.okafor@example.com").await;
    let vic = tour.caller.contacts("EMAIL", "vic.various@example.com").await;
    for id in [&maya[0], &maya[1], &vic[0]] {
        for end in ["", "/unresolved"] {
            let path = format!("/api/v2/externalcontacts/contacts/{id}{end}");
            tour.get(&path, "Contact", "ExternalContact").await;
        }
    }
    for end in ["", "/unresolved"] {
        let asked = json!({"entities": [{"id": maya[2]}, {"id": vic[0]}, {"id": "not-there"}]});
        let got = tour.caller.post(&format!("/api/v2/externalcontacts/bulk/contacts{end}"), asked).await;
        tour.note("contacts in bulk", 200, "BulkContacts", "BulkFetchContactsResponse", got);
    }
    let users = tour.get("/api/v2/users?state=any", "UserList", "UserEntityListing").await;
    let id = users["entities"][0]["id"].as_str().unwrap().to_owned();
    tour.get(&format!("/api/v2/users/{id}"), "User", "User").await;
}

async fn requests(tour: &mut Tour) {
    let tia = tour.caller.contacts("EMAIL", "tia.twoparts@example.com").await.remove(0);
    let old = "old.mail@example.com";
    let terms = json!([{"type": "EMAIL", "existingValue": old, "updatedValue": "new.mail@example.com"}]);
    let erin = json!({"emailAddresses": ["erin.forever@example.com"]});
    let dialer = tour.caller.search("PHONE", "+13175550160").await[0]["dialerContactId"].clone();
    let bodies = [
        json!({"requestType": "GDPR_EXPORT", "subject": {"externalContactId": tia}, "name": "a label"}),
        json!({"requestType": "GDPR_UPDATE", "subject": {"emailAddresses": [old]}, "replacementTerms": terms}),
        json!({"requestType": "GDPR_DELETE", "subject": erin}),
        json!({"requestType": "GDPR_DELETE", "subject": {"dialerContactId": dialer}}),
        json!({"requestType": "GDPR_EXPORT", "subject": {"emailAddresses": ["nobody@example.com"]}}),
        json!({"requestType": "GDPR_EXPORT", "subject": {"socialHandle": {"type": "TWITTER", "value": "vic_various"}}}),
    ];
    let mut ids = Vec::new();
    for body in bodies {
        let confirmed = body["requestType"] == "GDPR_DELETE";
        let path = format!("/api/v2/gdpr/requests?deleteConfirmed={confirmed}");
        let got = tour.caller.post(&path, body).await;
        let row = tour.note("a submission", 202, "Request", "GDPRRequest", got);
        ids.push(row["id"].as_str().unwrap().to_owned());
    }
    for _ in 0..9 {
        for id in &ids {
            tour.get(&format!("/api/v2/gdpr/requests/{id}"), "Request", "GDPRRequest").await;
        }
        for page in 1..=3 {
            let path = format!("/api/v2/gdpr/requests?pageSize=2&pageNumber={page}");
            tour.get(&path, "RequestList", "GDPRRequestEntityListing").await;
        }
        tour.caller.advance_days(0.4).await;
    }
    let url = tour.caller.request(&ids[0]).await["resultsUrls"][1].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&tour.caller.sandbox.url).unwrap();
    let link = tour.get(&format!("{path}?issueRedirect=false"), "Url", "UrlResponse").await;
    assert!(tour.caller.http.get(link["url"].as_str().unwrap()).send().await.unwrap().status().is_success());
}

async fn refusals(tour: &mut Tour) {
    let caller = &tour.caller;
    let bare = got(caller.http.get(caller.url("/api/v2/users"))).await.unwrap();
    let unknown = caller.get_as("nonsense", "/api/v2/users").await;
    let weak = caller.login("no-submit-client", "no-submit-secret").await;
    let submit = caller.url("/api/v2/gdpr/requests");
    let forbidden = got(caller.http.post(&submit).bearer_auth(&weak).json(&json!({}))).await.unwrap();
    let post = || caller.http.post(&submit).bearer_auth(&caller.token).header("content-type", "application/json");
    let large = got(post().body(vec![b' '; 512_001])).await.unwrap();
    let broken = got(post().body("{")).await.unwrap();
    let text = got(caller.http.post(&submit).bearer_auth(&caller.token).body("{}")).await.unwrap();
    let invalid = caller.post("/api/v2/gdpr/requests", json!({"requestType": "GDPR_EXPORT", "subject": {}})).await;
    let bulk = caller.post("/api/v2/externalcontacts/bulk/contacts", json!({"entities": []})).await;
    for (what, status, got) in [
        ("no bearer", 401, bare),
        ("an unknown bearer", 401, unknown),
        ("a missing permission", 403, forbidden),
        ("a large body", 413, large),
        ("a broken body", 400, broken),
        ("a body of another type", 415, text),
        ("invalid data", 400, invalid),
        ("an empty bulk", 422, bulk),
    ] {
        tour.error(what, status, got).await;
    }
    for (path, status) in [
        ("/api/v2/gdpr/subjects?searchType=FAX&searchValue=1", 400),
        ("/api/v2/gdpr/subjects?searchType=EMAIL", 400),
        ("/api/v2/gdpr/requests?pageSize=0", 400),
        ("/api/v2/gdpr/requests/none", 404),
        ("/api/v2/downloads/none", 404),
        ("/api/v2/externalcontacts/contacts/none", 404),
        ("/api/v2/users/none", 404),
        ("/api/v2/users/me", 400),
        ("/api/v2/users?state=asleep", 400),
        ("/api/v2/authorization/divisionspermitted/paged/me", 400),
        ("/api/v2/organizations/limits/namespaces/none", 404),
        ("/api/v2/no/such/path", 404),
    ] {
        let got = tour.caller.get(path).await;
        tour.error(path, status, got).await;
    }
    let many: String = (0..101).map(|number| format!("&id={number}")).collect();
    let got = tour.caller.get(&format!("/api/v2/users?state=any{many}")).await;
    tour.error("too many user ids", 400, got).await;
}

async fn outages(tour: &mut Tour) {
    for (fault, status) in [("unavailable", 503), ("server-error", 500), ("rate-storm", 429)] {
        tour.caller.fault(&format!("{fault}:times=1")).await;
        let got = tour.caller.get("/api/v2/users").await;
        tour.error(fault, status, got).await;
    }
    tour.caller.control("settings", json!({"rate_per_minute": 1})).await;
    let got = tour.caller.get("/api/v2/users").await;
    tour.error("over the rate", 429, got).await;
    tour.caller.control("settings", json!({"rate_per_minute": 10_000})).await;
}
