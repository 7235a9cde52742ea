//! Getting, using and losing access tokens.

use entities::client::queries;
use entities::client::scope::Scope;
use entities::event::trail::Actor;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::world::{Answer, World, access};

fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn a_client_gets_a_token_by_basic_or_by_form_and_uses_it() {
    let world = World::start().await;
    let client = world.client(&[Scope::RequestsRead, Scope::ControllersRead], &[&world.acme]).await;
    let (id, secret) = (client.id.to_string(), client.secret.as_str());
    let grant = form(&[("grant_type", "client_credentials")]);
    let basic = world.http.post(world.url("/oauth/token")).basic_auth(&id, Some(secret)).form(&grant);
    let in_form = form(&[("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", secret)]);
    let in_form = world.http.post(world.url("/oauth/token")).form(&in_form);
    for way in [basic, in_form] {
        let answer = Answer::of(way).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.body["token_type"], "Bearer");
        assert_eq!(answer.body["expires_in"], 3600);
        assert_eq!(answer.body["scope"], "requests:read controllers:read");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let token = answer.body["access_token"].as_str().unwrap();
        let list = Answer::of(world.http.get(world.url("/api/v1/requests")).bearer_auth(token)).await;
        assert_eq!(list.status, 200, "{}", list.text);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_token_call_is_said_as_oauth_says_it() {
    let world = World::start_with(|config| config.token_rate_per_minute = 1000).await;
    let client = world.officer().await;
    let (id, secret) = (client.id.to_string(), client.secret.as_str());
    let grant = ("grant_type", "client_credentials");
    let both = [grant, ("client_id", id.as_str()), ("client_secret", secret)];
    for (pairs, status, error) in [
        (vec![grant, ("client_id", &id), ("client_secret", "wrong")], 401, "invalid_client"),
        (vec![grant, ("client_id", "nobody"), ("client_secret", secret)], 401, "invalid_client"),
        (vec![grant], 401, "invalid_client"),
        (vec![grant, ("client_id", &id)], 401, "invalid_client"),
        (vec![("client_id", &id), ("client_secret", secret)], 400, "invalid_request"),
        (vec![("grant_type", "password"), both[1], both[2]], 400, "unsupported_grant_type"),
        (vec![grant, grant, both[1], both[2]], 400, "invalid_request"),
        (vec![grant, both[1], both[2], ("scope", "requests:file everything")], 400, "invalid_scope"),
    ] {
        let answer = Answer::of(world.http.post(world.url("/oauth/token")).form(&form(&pairs))).await;
        assert_eq!((answer.status.as_u16(), answer.body["error"].as_str()), (status, Some(error)), "{}", answer.text);
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
        assert!(!answer.text.contains(secret));
    }
    let json =
        world.http.post(world.url("/oauth/token")).json(&serde_json::json!({ "grant_type": "client_credentials" }));
    let json = Answer::of(json).await;
    assert_eq!((json.status.as_u16(), json.body["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn a_revoked_token_ends_at_once_and_only_by_its_own_client() {
    let world = World::start().await;
    let (one, other) = (world.officer().await, world.officer().await);
    let revoke = |by: &crate::world::Client, token: &str| {
        let call = world.http.post(world.url("/oauth/revoke")).basic_auth(by.id, Some(&by.secret));
        Answer::of(call.form(&form(&[("token", token)])))
    };
    assert_eq!(revoke(&other, &one.token).await.status, 200);
    assert_eq!(world.get(&one, "/api/v1/requests").await.status, 200);
    assert_eq!(revoke(&one, "no such token").await.status, 200);
    assert_eq!(revoke(&one, &one.token).await.status, 200);
    let after = world.get(&one, "/api/v1/requests").await;
    after.is_problem(401, "invalid_token");
    assert!(after.header("www-authenticate").unwrap().contains("invalid_token"));
    assert_eq!(world.get(&other, "/api/v1/requests").await.status, 200);
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_with_its_client() {
    let world = World::start().await;
    let client = world.officer().await;
    let txn = world.store.db.begin().await.unwrap();
    let row = queries::all(&*txn).await.unwrap().into_iter().find(|row| row.id == client.id).unwrap();
    let brief = entities::client::table::Model { token_seconds: 0, ..row };
    let (ended, _) = queries::issue_token(&txn, world.store.now(), &brief).await.unwrap();
    txn.commit().await.unwrap();
    let ended = world.http.get(world.url("/api/v1/requests")).bearer_auth(ended.expose_secret());
    Answer::of(ended).await.is_problem(401, "invalid_token");
    assert_eq!(world.get(&client, "/api/v1/requests").await.status, 200);
    let txn = world.store.db.begin().await.unwrap();
    queries::revoke(&txn, &world.store, &Actor::operator(), client.id).await.unwrap();
    txn.commit().await.unwrap();
    world.get(&client, "/api/v1/requests").await.is_problem(401, "invalid_token");
}

#[tokio::test]
async fn who_is_unknown_or_lacks_a_scope_is_turned_away_before_the_body_is_looked_at() {
    let world = World::start().await;
    let reader = world.client(&[Scope::RequestsRead], &[&world.acme]).await;
    let nobody = Answer::of(world.http.post(world.url("/api/v1/requests")).body("not json")).await;
    nobody.is_problem(401, "unauthenticated");
    assert_eq!(nobody.header("www-authenticate"), Some("Bearer realm=\"dsr\""));
    for odd in ["Basic eDp5", "Bearer", "Bearer ", "bearer dsr_token_x"] {
        let answer = Answer::of(world.http.get(world.url("/api/v1/requests")).header("authorization", odd)).await;
        assert_eq!(answer.status, 401, "{odd}");
    }
    let lacking = Answer::of(world.call(&reader, Method::POST, "/api/v1/requests").body("not json")).await;
    lacking.is_problem(403, "insufficient_scope");
    assert!(lacking.body["detail"].as_str().unwrap().contains("requests:file"));
    assert!(lacking.header("www-authenticate").unwrap().contains("scope=\"requests:file\""));
}

#[tokio::test]
async fn who_calls_too_often_is_told_when_to_come_again() {
    let world = World::start_with(|config| (config.rate_per_minute, config.token_rate_per_minute) = (3, 2)).await;
    let (eager, calm) = (world.officer().await, world.officer().await);
    for left in ["r=2", "r=1", "r=0"] {
        let answer = world.get(&eager, "/api/v1/requests").await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("ratelimit").unwrap().contains(left), "{:?}", answer.header("ratelimit"));
        assert_eq!(answer.header("ratelimit-policy"), Some("\"client\";q=3;w=60"));
    }
    let limited = world.get(&eager, "/api/v1/requests").await;
    limited.is_problem(429, "rate_limited");
    assert!((1..=20).contains(&limited.header("retry-after").unwrap().parse::<u64>().unwrap()));
    assert_eq!(world.post(&calm, "/api/v1/requests", access()).await.status, 201);
    let ask = || Answer::of(world.http.post(world.url("/oauth/token")).form(&form(&[("grant_type", "x")])));
    assert_eq!([ask().await.status.as_u16(), ask().await.status.as_u16()], [400, 400]);
    ask().await.is_problem(429, "rate_limited");
}

#[tokio::test]
async fn the_matrix_of_scopes_is_public() {
    let world = World::start().await;
    let answer = Answer::of(world.http.get(world.url("/api/v1/scopes"))).await;
    let named: Vec<_> = answer.body["items"].as_array().unwrap().iter().map(|row| row["scope"].clone()).collect();
    assert_eq!(named, Scope::ALL.iter().map(|scope| Value::from(scope.as_str())).collect::<Vec<_>>());
}
