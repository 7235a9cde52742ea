//! How a sandbox starts: its clock, its faults, its population, and what it refuses to start with.

use sandbox::options::{Options, Population, Settings};
use sandbox::server;
use serde_json::json;

use crate::caller::Caller;

#[tokio::test]
async fn it_starts_at_the_given_time_and_runs_at_the_given_speed() {
    let start_at = Some("2026-03-02T09:00:00Z".parse().unwrap());
    let caller = Caller::with(Options { start_at, speed: 0.0, ..Options::default() }).await;
    assert_eq!(caller.get("/sandbox/clock").await.body["now"], "2026-03-02T09:00:00.000Z");
    caller.advance_days(1.0).await;
    assert_eq!(caller.get("/sandbox/clock").await.body["now"], "2026-03-03T09:00:00.000Z");
    caller.control("clock", json!({"speed": 1_000_000})).await;
    let id = caller.submitted("GDPR_EXPORT", json!({"emailAddresses": ["ada.access@example.com"]})).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(caller.request(&id).await["status"], "COMPLETED", "a day passes in 86 milliseconds");
    for backwards in [json!({"advance_seconds": -1}), json!({"set": "2020-01-01"})] {
        assert_eq!(caller.post("/sandbox/clock", backwards).await.status, 400);
    }
}

#[tokio::test]
async fn it_starts_with_faults_and_refuses_those_it_does_not_know() {
    let faults = vec!["unavailable:route=users,times=1".to_owned()];
    let caller = Caller::with(Options { faults, ..Options::default() }).await;
    assert_eq!(caller.get("/api/v2/users").await.status, 503);
    let faults = vec!["unavailabel".to_owned()];
    assert!(server::start(Options { faults, ..Options::default() }).await.is_err());
}

#[tokio::test]
async fn it_says_so_if_its_address_is_taken() {
    let caller = Caller::start().await;
    let bind = caller.sandbox.url.strip_prefix("http://").unwrap().parse().unwrap();
    let error = server::start(Options { bind, ..Options::default() }).await.unwrap_err();
    assert!(error.to_string().contains("cannot listen on"), "{error}");
}

#[tokio::test]
async fn a_window_may_follow_the_sandbox_clock() {
    let settings = Settings { rate_per_minute: 1, rate_follows_clock: true, ..Settings::default() };
    let caller = Caller::with(Options { settings, ..Options::default() }).await;
    assert_eq!(caller.get("/api/v2/users").await.status, 200);
    assert_eq!(caller.get("/api/v2/users").await.status, 429);
    caller.control("clock", json!({"advance_seconds": 61})).await;
    assert_eq!(caller.get("/api/v2/users").await.status, 200);
}

#[test]
fn a_population_is_read_from_text() {
    assert_eq!("samples".parse::<Population>().unwrap(), Population::Samples);
    assert_eq!("empty".parse::<Population>().unwrap(), Population::Empty);
    assert_eq!("bulk:12".parse::<Population>().unwrap(), Population::Bulk { people: 12 });
    for nonsense in ["", "bulk", "bulk:", "bulk:-1", "crowd"] {
        assert!(nonsense.parse::<Population>().is_err(), "{nonsense}");
    }
}
