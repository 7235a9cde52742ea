//! The token: fetched once for everybody, renewed in time, replaced when refused.

use std::time::Duration;

use futures::future::join_all;
use genesys::{error::PlatformError, traffic::Call};
use serde_json::json;
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{body_string, header, method, path},
};

use crate::{requests::erasure, world::World};

fn no_requests() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"entities": []}))
}

fn bad_token() -> ResponseTemplate {
    ResponseTemplate::new(401).set_body_json(json!({"code": "bad.credentials", "status": 401}))
}

/// The API takes only this token.
async fn take_only(world: &World, token: &str) {
    Mock::given(header("authorization", format!("Bearer {token}").as_str()))
        .respond_with(no_requests())
        .with_priority(1)
        .mount(&world.api)
        .await;
    Mock::given(wiremock::matchers::any()).respond_with(bad_token()).with_priority(9).mount(&world.api).await;
}

#[tokio::test]
async fn the_token_is_asked_for_by_the_book() {
    let world = World::start_without_tokens().await;
    Mock::given(method("POST"))
        .and(path("/oauth/token"))
        .and(header("authorization", "Basic ZXhhbXBsZS1jbGllbnQ6ZXhhbXBsZS1zZWNyZXQ="))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(body_string("grant_type=client_credentials"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"access_token": "t", "expires_in": "86399"})))
        .expect(1)
        .mount(&world.login)
        .await;
    take_only(&world, "t").await;
    world.platform.requests(1, 25).await.unwrap();
    let sent = world.api_calls().await;
    assert_eq!(sent[0].headers["user-agent"], concat!("dsr/", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn fifty_calls_at_once_ask_for_one_token() {
    let world = World::start().await;
    world.answer(no_requests()).await;
    let calls = (0..50).map(|_| {
        let platform = world.platform.clone();
        tokio::spawn(async move { platform.requests(1, 25).await.map(drop) })
    });
    for call in join_all(calls).await {
        call.unwrap().unwrap();
    }
    assert_eq!(world.token_calls().await, 1);
    assert_eq!(world.api_calls().await.len(), 50);
    assert_eq!(world.ledger.statuses(Call::Token), [Some(200)]);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_runs_out() {
    let world = World::start_without_tokens().await;
    world.grant_tokens(1).await;
    world.answer(no_requests()).await;
    world.platform.requests(1, 25).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    world.platform.requests(1, 25).await.unwrap();
    assert!(world.token_calls().await >= 2);
    let sent = world.api_calls().await;
    assert_ne!(sent[0].headers["authorization"], sent[1].headers["authorization"]);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_even_for_a_submission() {
    let world = World::start().await;
    let accepted = json!({"id": "r-1", "requestType": "GDPR_DELETE", "status": "INITIATED"});
    Mock::given(header("authorization", "Bearer token-2"))
        .respond_with(ResponseTemplate::new(202).set_body_json(accepted))
        .with_priority(1)
        .mount(&world.api)
        .await;
    Mock::given(wiremock::matchers::any()).respond_with(bad_token()).mount(&world.api).await;
    let submitted = world.platform.submit(&erasure("c-1")).await.unwrap();
    assert_eq!(submitted.request.id, "r-1");
    assert_eq!(world.ledger.statuses(Call::SubmitRequest), [Some(401), Some(202)]);
    assert_eq!(world.token_calls().await, 2);
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_too_is_the_end() {
    let world = World::start().await;
    world.answer(bad_token()).await;
    let error = world.platform.requests(1, 25).await.unwrap_err();
    assert!(matches!(error, PlatformError::WrongCredentials { .. }), "{error:?}");
    assert_eq!(world.api_calls().await.len(), 2);
}

#[tokio::test]
async fn a_refused_network_address_is_not_the_tokens_fault() {
    let world = World::start().await;
    world
        .answer(ResponseTemplate::new(401).set_body_json(json!({
            "code": "ip.not.authorized", "message": "Requests originating from this IP address are not authorized: [192.0.2.1]"
        })))
        .await;
    let error = world.platform.requests(1, 25).await.unwrap_err();
    assert!(
        matches!(&error, PlatformError::NotAuthorised { code: Some(code), .. } if code == "ip.not.authorized"),
        "{error:?}"
    );
    assert_eq!(world.api_calls().await.len(), 1);
    assert_eq!(world.token_calls().await, 1);
}

#[tokio::test]
async fn a_token_revoked_under_fifty_calls_is_replaced_once() {
    let world = World::start().await;
    world.answer(no_requests()).await;
    world.platform.requests(1, 25).await.unwrap();
    world.api.reset().await;
    take_only(&world, "token-2").await;
    for result in join_all((0..50).map(|_| world.platform.requests(1, 25))).await {
        result.unwrap();
    }
    assert_eq!(world.token_calls().await, 2);
}

#[tokio::test]
async fn a_late_refusal_of_the_old_token_leaves_the_new_one_alone() {
    let world = World::start().await;
    let (soon, late) = (Duration::ZERO, Duration::from_millis(400));
    for (place, delay) in [("/api/v2/authorization/divisions", soon), ("/api/v2/gdpr/requests", late)] {
        Mock::given(path(place))
            .and(header("authorization", "Bearer token-1"))
            .respond_with(bad_token().set_delay(delay))
            .with_priority(1)
            .mount(&world.api)
            .await;
    }
    world.answer(no_requests()).await;
    let (divisions, requests) = tokio::join!(world.platform.divisions(), world.platform.requests(1, 25));
    divisions.unwrap();
    requests.unwrap();
    assert_eq!(world.token_calls().await, 2);
}

#[tokio::test]
async fn every_refusal_of_a_token_has_its_meaning() {
    type Check = fn(&PlatformError) -> bool;
    let wrong: Check = |error| matches!(error, PlatformError::WrongCredentials { .. });
    let down: Check = |error| matches!(error, PlatformError::PlatformDown { .. });
    let cases: [(u16, serde_json::Value, usize, Check); 10] = [
        (400, json!({"error": "invalid_client", "description": "client not found"}), 1, wrong),
        (401, json!({"error": "invalid_client", "error_description": "authentication failed"}), 1, wrong),
        (400, json!({"error": "unauthorized_client", "description": null}), 1, wrong),
        (401, json!({"code": "bad.credentials", "message": "Invalid login credentials.", "status": 401}), 1, wrong),
        (
            400,
            json!({"error": "unsupported_grant_type"}),
            1,
            |error| matches!(error, PlatformError::Rejected { status: 400, code: Some(code), .. } if code == "unsupported_grant_type"),
        ),
        (403, json!({"code": "not.authorized"}), 1, |error| matches!(error, PlatformError::NotAuthorised { .. })),
        (429, json!({"error": "rate limited"}), 1, |error| error.retry_after() == Some(Duration::from_secs(60))),
        (503, json!({}), 3, down),
        (500, json!("nonsense"), 3, down),
        (200, json!({"expires_in": 60}), 1, |error| matches!(error, PlatformError::Unreadable { .. })),
    ];
    for (status, body, token_calls, check) in cases {
        let world = World::start_without_tokens().await;
        let answer = ResponseTemplate::new(status).set_body_json(&body);
        Mock::given(path("/oauth/token")).respond_with(answer).mount(&world.login).await;
        // A submission that lacks a token was never sent, whatever became of the token call.
        let error = world.platform.submit(&erasure("c-1")).await.map(drop).unwrap_err();
        assert!(check(&error), "{status} {body}: {error:?}");
        assert!(!error.may_have_happened(), "{status} {body}");
        assert_eq!(world.token_calls().await, token_calls, "{status} {body}");
        assert!(world.api_calls().await.is_empty());
    }
}

#[tokio::test]
async fn those_who_waited_share_a_failure_and_the_next_tries_anew() {
    let world = World::start_without_tokens().await;
    let refusal = ResponseTemplate::new(401)
        .set_body_json(json!({"error": "invalid_client"}))
        .set_delay(Duration::from_millis(50));
    Mock::given(path("/oauth/token")).respond_with(refusal).mount(&world.login).await;
    for result in join_all((0..20).map(|_| world.platform.requests(1, 25))).await {
        assert!(matches!(result.unwrap_err(), PlatformError::WrongCredentials { .. }));
    }
    assert_eq!(world.token_calls().await, 1);
    world.platform.requests(1, 25).await.unwrap_err();
    assert_eq!(world.token_calls().await, 2);
}

#[tokio::test]
async fn a_token_is_given_back_only_if_there_is_one() {
    let world = World::start().await;
    world.platform.revoke_token().await.unwrap();
    assert_eq!(world.token_calls().await, 0);
    assert!(world.api_calls().await.is_empty());

    world.answer(no_requests()).await;
    world.platform.requests(1, 25).await.unwrap();
    world.platform.revoke_token().await.unwrap();
    let sent = world.api_calls().await;
    assert_eq!((sent[1].method.as_str(), sent[1].url.path()), ("DELETE", "/api/v2/tokens/me"));
    assert_eq!(sent[1].headers["authorization"], "Bearer token-1");
    world.platform.requests(1, 25).await.unwrap();
    assert_eq!(world.api_calls().await[2].headers["authorization"], "Bearer token-2");
}
