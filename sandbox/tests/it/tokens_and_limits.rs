//! Tokens, permissions, and the pace they allow.

use reqwest::Method;
use sandbox::options::{Options, Settings};
use serde_json::json;

use crate::caller::{Caller, got};

#[tokio::test]
async fn the_token_endpoint_has_errors_of_its_own_shape() {
    let caller = Caller::start().await;
    let unknown = caller.grant("nobody", "x").await;
    assert_eq!((unknown.status, &unknown.body["error"]), (400, &json!("invalid_client")));
    assert_eq!(unknown.body["description"], "client not found");
    let wrong = caller.grant("demo-client", "wrong").await;
    assert_eq!((wrong.status, &wrong.body["description"]), (401, &json!("authentication failed")));
    assert_eq!(caller.grant("disabled-client", "disabled-secret").await.status, 400);
    let form = [("grant_type", "client_credentials"), ("client_id", "demo-client"), ("client_secret", "demo-secret")];
    let posted = got(caller.http.post(caller.url("/oauth/token")).form(&form)).await.unwrap();
    assert_eq!((posted.status, &posted.body["expires_in"]), (200, &json!(86_400)));
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked_or_too_old_and_with_its_client() {
    let caller = Caller::start().await;
    let me = "/api/v2/tokens/me";
    assert_eq!(caller.call(Method::HEAD, me).await.status, 200);
    assert_eq!(caller.call(Method::DELETE, me).await.status, 200);
    let ended = caller.get(me).await;
    assert_eq!((ended.status, &ended.body["code"]), (401, &json!("bad.credentials")));
    let none = got(caller.http.get(caller.url(me))).await.unwrap();
    assert_eq!((none.status, &none.body["code"]), (401, &json!("authentication.required")));

    let client = json!({"id": "short", "secret": "s", "token_lifetime_seconds": 0});
    caller.control("clients", client).await;
    let stale = caller.login("short", "s").await;
    assert_eq!(caller.get_as(&stale, me).await.status, 401);

    caller.control("clients", json!({"id": "kept", "secret": "s"})).await;
    let kept = caller.login("kept", "s").await;
    assert_eq!(caller.get_as(&kept, me).await.status, 200);
    caller.control("clients", json!({"id": "kept", "secret": "s", "disabled": true})).await;
    assert_eq!(caller.get_as(&kept, me).await.status, 401);
}

#[tokio::test]
async fn a_missing_permission_is_named_in_the_message() {
    let caller = Caller::start().await;
    let token = caller.login("no-contacts-client", "no-contacts-secret").await;
    let refused = caller.get_as(&token, "/api/v2/externalcontacts/contacts/x").await;
    assert_eq!((refused.status, &refused.body["code"]), (403, &json!("missing.any.permissions")));
    let message = refused.body["message"].as_str().unwrap();
    assert!(message.ends_with("[relate:contact:view, externalContacts:contact:view]"), "{message}");
    let probe = "/api/v2/authorization/divisionspermitted/paged/me?permission=externalContacts:contact:view";
    assert_eq!(caller.get_as(&token, probe).await.body["total"], 0);
    let held = caller.get(probe).await.body;
    assert_eq!((&held["allDivsPermitted"], &held["total"]), (&json!(true), &json!(2)));
    let home = caller.login("home-client", "home-secret").await;
    let held = caller.get_as(&home, probe).await.body;
    assert_eq!((&held["allDivsPermitted"], &held["total"]), (&json!(false), &json!(1)));
}

#[tokio::test]
async fn each_token_has_a_window_and_every_answer_says_how_full_it_is() {
    let settings = Settings { rate_per_minute: 3, rate_window_ms: 1_500, ..Settings::default() };
    let caller = Caller::with(Options { settings, ..Options::default() }).await;
    let path = "/api/v2/authorization/divisions";
    for count in 1..=3 {
        let got = caller.get(path).await;
        assert_eq!((got.status, got.headers["inin-ratelimit-count"].to_str().unwrap()), (200, &*count.to_string()));
        assert_eq!(got.headers["inin-ratelimit-allowed"], "3");
    }
    let refused = caller.get(path).await;
    assert_eq!((refused.status, &refused.body["code"]), (429, &json!("too.many.requests.retry.after")));
    assert_eq!(refused.body["limit"]["key"], "client.credentials.token.rate.per.minute");
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    let second = caller.login("demo-client", "demo-secret").await;
    assert_eq!(caller.get_as(&second, path).await.status, 200, "another token has a window of its own");
    tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
    assert_eq!(caller.get(path).await.status, 200, "waiting as told is enough");
    assert_eq!(caller.counters().await["limited"], json!({"by_rate": 1, "by_fault": 0}));
}
