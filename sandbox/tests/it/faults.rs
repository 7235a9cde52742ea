//! Each fault switch does what its table says, as often as it says, to whom it says.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::caller::{Caller, got};

const SEARCH: &str = "/api/v2/gdpr/subjects?searchType=EMAIL&searchValue=";

fn by_email(email: &str) -> Value {
    json!({"emailAddresses": [email]})
}

#[tokio::test]
async fn a_lost_answer_leaves_a_row_behind() {
    let caller = Caller::start().await;
    let body = json!({"requestType": "GDPR_EXPORT", "subject": by_email("lou.lost@example.com")});
    let lost = caller.try_post("/api/v2/gdpr/requests", body.clone()).await;
    assert!(lost.is_err_and(|error| !error.is_connect()), "the connection stood, the answer did not come");
    assert_eq!(caller.rows().await.len(), 1);
    assert_eq!(caller.post("/api/v2/gdpr/requests", body).await.status, 202, "only once");
    let journal = caller.get("/sandbox/journal").await.body;
    let entry = journal["entries"].as_array().unwrap().iter().find(|entry| entry["fault"] == "lost-answer").unwrap();
    assert_eq!((&entry["status"], &entry["route"]), (&Value::Null, &json!("submit_request")));
}

#[tokio::test]
async fn a_reset_before_does_nothing() {
    let caller = Caller::start().await;
    caller.fault("reset-before:route=submit_request,times=1").await;
    let body = json!({"requestType": "GDPR_EXPORT", "subject": by_email("ada.access@example.com")});
    assert!(caller.try_post("/api/v2/gdpr/requests", body).await.is_err());
    assert!(caller.rows().await.is_empty());
}

#[tokio::test]
async fn outages_and_storms_pass_after_so_many_times() {
    let caller = Caller::start().await;
    for (fault, status) in [("unavailable", 503), ("server-error", 500)] {
        caller.fault(&format!("{fault}:route=list_requests,times=2,after=1")).await;
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.push(caller.get("/api/v2/gdpr/requests").await.status);
        }
        assert_eq!(seen, [200, status, status, 200], "{fault}");
    }
    caller.fault("rate-storm:times=2,seconds=7").await;
    for _ in 0..2 {
        let refused = caller.get("/api/v2/gdpr/requests").await;
        assert_eq!((refused.status, refused.headers["retry-after"].to_str().unwrap()), (429, "7"));
    }
    assert_eq!(caller.get("/api/v2/gdpr/requests").await.status, 200);
    let mut stan = Vec::new();
    for _ in 0..4 {
        stan.push(caller.get(&format!("{SEARCH}stan.storm@example.com")).await.status);
    }
    assert_eq!(stan, [429, 429, 429, 200]);
    assert_eq!(caller.counters().await["limited"], json!({"by_rate": 0, "by_fault": 5}));
}

#[tokio::test]
async fn a_stall_holds_one_call_and_not_the_others() {
    let caller = Caller::start().await;
    caller.fault("stall:route=users,ms=700,times=1").await;
    let started = Instant::now();
    let (_, quick) = tokio::join!(caller.get("/api/v2/users"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        caller.get("/api/v2/authorization/divisions").await;
        started.elapsed()
    });
    assert!(quick < Duration::from_millis(600) && started.elapsed() >= Duration::from_millis(700));
}

#[tokio::test]
async fn a_stalled_submission_is_made_though_its_caller_gave_up() {
    let caller = Caller::start().await;
    caller.fault("stall:route=submit_request,ms=5000,times=1").await;
    let body = json!({"requestType": "GDPR_EXPORT", "subject": by_email("ada.access@example.com")});
    let post = caller.http.post(caller.url("/api/v2/gdpr/requests")).bearer_auth(&caller.token).json(&body);
    assert!(got(post.timeout(Duration::from_millis(300))).await.is_err_and(|error| error.is_timeout()));
    assert_eq!(caller.rows().await.len(), 1);
}

#[tokio::test]
async fn tokens_end_in_mid_run() {
    let caller = Caller::start().await;
    assert_eq!(caller.get(&format!("{SEARCH}toni.token@example.com")).await.status, 401);
    assert_eq!(caller.get("/api/v2/users").await.status, 401);
    let fresh = caller.login("demo-client", "demo-secret").await;
    assert_eq!(caller.get_as(&fresh, &format!("{SEARCH}toni.token@example.com")).await.status, 200);
    caller.fault("revoke-after:calls=2,times=1,route=users").await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(caller.get_as(&fresh, "/api/v2/users").await.status);
    }
    assert_eq!(seen, [200, 200, 401]);
}

#[tokio::test]
async fn a_job_fails_once_or_for_ever() {
    let caller = Caller::start().await;
    for (email, second) in [("erin.once@example.com", "COMPLETED"), ("erin.forever@example.com", "ERROR")] {
        // The fault names the address; the request names the contact that has it.
        let contact = caller.contacts("EMAIL", email).await.remove(0);
        let mut seen = Vec::new();
        for _ in 0..2 {
            let id = caller.submitted("GDPR_DELETE", json!({"externalContactId": contact})).await;
            caller.advance_days(3.1).await;
            seen.push(caller.request(&id).await["status"].as_str().unwrap().to_owned());
        }
        assert_eq!(seen, ["ERROR", second], "{email}");
    }
    assert_eq!(caller.contacts("EMAIL", "erin.forever@example.com").await.len(), 1, "a failed erasure erases nothing");
}

#[tokio::test]
async fn rows_are_missing_from_the_list_or_late_or_misdated() {
    let caller = Caller::start().await;
    caller.control("clock", json!({"speed": 0})).await;
    let subjects = async || -> Vec<String> {
        let rows = caller.rows().await;
        rows.iter().map(|row| row["subject"]["emailAddresses"][0].as_str().unwrap().to_owned()).collect()
    };
    caller.submitted("GDPR_EXPORT", by_email("one@example.com")).await;
    caller.fault("list-lag:subject=two@,ms=5000").await;
    caller.fault("clock-skew:subject=three@,ms=-3000").await;
    caller.submitted("GDPR_EXPORT", by_email("two@example.com")).await;
    let three = caller.submitted("GDPR_EXPORT", by_email("three@example.com")).await;
    assert_eq!(subjects().await, ["three@example.com", "one@example.com"]);
    caller.fault("missing-list-rows:subject=one@,times=1").await;
    assert_eq!(subjects().await, ["three@example.com"]);
    caller.control("clock", json!({"advance_seconds": 5})).await;
    assert_eq!(subjects().await, ["three@example.com", "two@example.com", "one@example.com"]);
    caller.fault("missing-list-rows:subject=one@,seconds=60").await;
    assert_eq!(subjects().await.len(), 2);
    caller.control("clock", json!({"advance_seconds": 60})).await;
    assert_eq!(subjects().await.len(), 3);
    let dates: Vec<String> =
        caller.rows().await.iter().map(|row| row["createdDate"].as_str().unwrap().to_owned()).collect();
    assert!(dates[0] < dates[2], "the skewed row looks older than the one made before it");
    assert_eq!(caller.request(&three).await["createdDate"], dates[0].as_str());
}

#[tokio::test]
async fn a_slow_status_and_an_unknown_one() {
    let caller = Caller::start().await;
    caller.control("clock", json!({"speed": 0})).await;
    caller.fault("slow-status:subject=ada.access,ms=86400000").await;
    let slow = caller.submitted("GDPR_EXPORT", by_email("ada.access@example.com")).await;
    let unknown = caller.submitted("GDPR_DELETE", by_email("uma.unknown@example.com")).await;
    caller.advance_days(1.0).await;
    assert_eq!(caller.request(&slow).await["status"], "INITIATED");
    caller.advance_days(0.5).await;
    assert_eq!(caller.request(&unknown).await["status"], "ARCHIVING");
    caller.advance_days(1.5).await;
    assert_eq!(caller.request(&slow).await["status"], "COMPLETED");
    assert_eq!(caller.request(&unknown).await["status"], "COMPLETED");
    let caller = Caller::start().await;
    let hits = caller.search("EMAIL", "uma.unknown@example.com").await;
    assert_eq!(hits.len(), 3);
    assert_eq!(hits[1]["socialHandle"]["type"], "WHATSAPP_CHANNELS");
}

#[tokio::test]
async fn results_expire_early_or_break_off() {
    let caller = Caller::start().await;
    let id = caller.submitted("GDPR_EXPORT", by_email("ada.access@example.com")).await;
    caller.advance_days(1.1).await;
    let url = caller.request(&id).await["resultsUrl"].as_str().unwrap().to_owned();
    let download = async || got(caller.http.get(&url).bearer_auth(&caller.token)).await.unwrap();
    caller.fault("results-expired:times=1").await;
    assert_eq!((download().await.status, download().await.status), (404, 302));
    caller.fault("results-truncated:times=1").await;
    let target = download().await.headers["location"].to_str().unwrap().to_owned();
    let broken = caller.http.get(&target).send().await.unwrap().bytes().await;
    assert!(broken.is_err(), "half a body is an error to the reader");
    assert!(caller.http.get(&target).send().await.unwrap().bytes().await.is_ok());
    let plain = caller.get(&format!("{}?issueRedirect=false", url.strip_prefix(&caller.sandbox.url).unwrap())).await;
    assert!(plain.body["url"].as_str().unwrap().starts_with(&caller.sandbox.storage_url));
}

#[tokio::test]
async fn the_rest_of_the_switches() {
    let caller = Caller::start().await;
    caller.fault("accept-200:times=1").await;
    assert_eq!(caller.submit("GDPR_EXPORT", by_email("ada.access@example.com")).await.status, 200);
    assert_eq!(caller.submit("GDPR_EXPORT", by_email("ada.access@example.com")).await.status, 202);

    let refused = caller.submit("GDPR_EXPORT", by_email("mia.missing@example.com")).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body["message"].as_str().unwrap().ends_with("[gdpr:request:add]"));
    caller.fault("permission-missing:permission=gdpr:subject:view,client=demo-client").await;
    assert_eq!(caller.get(&format!("{SEARCH}ada.access@example.com")).await.status, 403);
    let probe = "/api/v2/authorization/divisionspermitted/paged/me?permission=gdpr:subject:view";
    assert_eq!(caller.get(probe).await.body["total"], 0, "the probe sees what is missing");
    let home = caller.login("home-client", "home-secret").await;
    assert_eq!(caller.get_as(&home, probe).await.body["total"], 1);

    let ours = caller.get("/api/v2/tokens/me").await.body["organization"]["id"].clone();
    caller.fault("wrong-organisation:times=1").await;
    assert_ne!(caller.get("/api/v2/tokens/me").await.body["organization"]["id"], ours);
    assert_eq!(caller.get("/api/v2/tokens/me").await.body["organization"]["id"], ours);

    caller.fault("malformed-json:route=users,times=1").await;
    let broken = caller.get("/api/v2/users").await;
    assert_eq!((broken.status, broken.body), (200, Value::Null));
    assert!(caller.get("/api/v2/users").await.body.is_object());
}

#[tokio::test]
async fn faults_are_listed_with_their_history_and_cleared() {
    let caller = Caller::start().await;
    caller.call(reqwest::Method::DELETE, "/sandbox/faults").await;
    caller.control("faults", json!([{"name": "unavailable", "times": 1, "route": "users"}, "stall:ms=1"])).await;
    caller.get("/api/v2/users").await;
    let faults = caller.get("/sandbox/faults").await.body["faults"].clone();
    assert_eq!((&faults[0]["fired"], &faults[0]["spent"]), (&json!(1), &json!(true)));
    assert_eq!((&faults[1]["name"], &faults[1]["fired"]), (&json!("stall"), &json!(1)));
    for nonsense in [json!("no-such-fault"), json!("stall:ms=soon"), json!({"name": "stall", "colour": "red"})] {
        assert_eq!(caller.post("/sandbox/faults", nonsense).await.status, 400);
    }
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    let caller = Caller::start().await;
    let before = caller.get("/sandbox/people").await.body;
    caller.submitted("GDPR_DELETE", by_email("ada.access@example.com")).await;
    caller.advance_days(4.0).await;
    assert_ne!(caller.get("/sandbox/people").await.body, before);
    caller.control("reset", json!({})).await;
    assert_eq!(caller.get("/sandbox/people").await.body, before);
    assert_eq!(caller.get("/api/v2/users").await.status, 401, "tokens are gone too");
    assert_eq!(caller.counters().await["created"], json!([]));
}

#[tokio::test]
async fn a_stopped_sandbox_frees_its_ports() {
    let caller = Caller::start().await;
    let urls = [caller.sandbox.url.clone(), caller.sandbox.storage_url.clone()];
    caller.sandbox.stop().await;
    for url in urls {
        let address = url.strip_prefix("http://").unwrap();
        assert!(std::net::TcpStream::connect(address).is_err(), "{address} still answers");
    }
}

#[tokio::test]
async fn a_dropped_sandbox_stops_too() {
    let Caller { sandbox, http, .. } = Caller::start().await;
    let url = sandbox.url.clone();
    drop(sandbox);
    for _ in 0..100 {
        if http.get(&url).send().await.is_err_and(|error| error.is_connect()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the sandbox still answers two seconds after it was dropped");
}
