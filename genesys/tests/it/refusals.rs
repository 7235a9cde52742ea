//! Every refusal of the contract, and what the caller learns of it.

use std::time::Duration;

use genesys::{error::PlatformError, traffic::Call};
use serde_json::{Value, json};
use wiremock::{Mock, ResponseTemplate, matchers::any};

use crate::{requests::erasure, world::World};

#[tokio::test]
async fn every_error_body_has_its_meaning() {
    type Check = fn(&PlatformError) -> bool;
    let missing: Check = |error| matches!(error, PlatformError::MissingPermissions { names, .. } if names == &["gdpr:request:add".to_owned()]);
    let not_authorised: Check = |error| matches!(error, PlatformError::NotAuthorised { code: Some(_), .. });
    let rejected: Check = |error| matches!(error, PlatformError::Rejected { code: Some(_), .. });
    let too_large: Check = |error| matches!(error, PlatformError::TooLarge { .. });
    let limited: Check = |error| matches!(error, PlatformError::RateLimited { .. });
    let lost: Check = PlatformError::may_have_happened;
    let cases: [(u16, &str, &str, Check); 30] = [
        (400, "bad.request", "Invalid data", rejected),
        (400, "response.entity.too.large", "", rejected),
        (400, "invalid.date", "", rejected),
        (400, "invalid.query.param.value", "Value [x] is not valid for parameter [y]", rejected),
        (400, "invalid.property", "", rejected),
        (400, "constraint.validation", "", rejected),
        (400, "invalid.value", "", rejected),
        (400, "client.failed.request", "", rejected),
        (401, "authentication.required", "", |error| matches!(error, PlatformError::WrongCredentials { .. })),
        (401, "bad.credentials", "", |error| matches!(error, PlatformError::WrongCredentials { .. })),
        (401, "credentials.expired", "", |error| matches!(error, PlatformError::WrongCredentials { .. })),
        (401, "ip.not.authorized", "", not_authorised),
        (
            403,
            "missing.any.permissions",
            "You must have at least one of the following permissions assigned: [gdpr:request:add]",
            missing,
        ),
        (403, "missing.permissions", "You are missing the following permission(s): [gdpr:request:add]", missing),
        (
            403,
            "missing.division.permission",
            "You are missing the following permission 'gdpr:request:add' in the provided division(s).",
            missing,
        ),
        (
            403,
            "missing.any.division.permissions",
            "permissions assigned: [gdpr:request:add] in at least one of the following division(s): [d-1]",
            missing,
        ),
        (403, "not.authorized", "You are not authorized to perform the requested action.", not_authorised),
        (403, "app.not.authorized.for.scope", "App not authorized to use scope gdpr", not_authorised),
        (403, "authz.policy.denied", "Policy ID(s): [p-1]", not_authorised),
        (404, "not.found", "", |error| matches!(error, PlatformError::NotFound { .. })),
        (409, "request.conflict", "", rejected),
        (413, "request.entity.too.large", "The request is over the size limit. Maximum bytes: 512000", too_large),
        (415, "unsupported.media.type", "", rejected),
        (429, "too.many.requests.retry.after", "Retry the request in [23] seconds", limited),
        (429, "too.many.requests", "Rate limit exceeded the maximum [300] requests within [60] seconds", limited),
        (408, "client.timeout", "", lost),
        (500, "internal.server.error", "", lost),
        (503, "service.unavailable", "", lost),
        (504, "request.timeout", "", lost),
        (504, "authentication.request.timeout", "", lost),
    ];
    for (status, code, message, check) in cases {
        let world = World::start().await;
        let body = json!({"message": message, "code": code, "status": status, "messageParams": {}, "details": [], "errors": []});
        let answer = ResponseTemplate::new(status).set_body_json(body).insert_header("ININ-Correlation-Id", "corr-1");
        world.answer(answer).await;
        let error = world.platform.submit(&erasure("c-1")).await.map(drop).unwrap_err();
        assert!(check(&error), "{status} {code}: {error:?}");
        assert_eq!(error.correlation_id(), Some("corr-1"), "{code}");
        assert!(error.to_string().contains("corr-1"), "{code}");
        let is_ambiguous = status == 408 || status >= 500;
        assert_eq!(error.may_have_happened(), is_ambiguous, "{status} {code}");
        let sent = world.api_calls().await.len();
        assert_eq!(sent, if status == 401 && code != "ip.not.authorized" { 2 } else { 1 }, "{status} {code}");
    }
}

#[tokio::test]
async fn a_rejection_names_code_and_fields() {
    let world = World::start().await;
    world
        .answer(ResponseTemplate::new(400).set_body_json(json!({
            "code": "constraint.validation", "details": [{"errorCode": "x", "fieldName": "subject.userId"}],
            "errors": [{"details": [{"fieldName": "requestType"}, {"fieldName": null}], "errors": null}], "limit": null
        })))
        .await;
    let error = world.platform.requests(1, 25).await.unwrap_err();
    let PlatformError::Rejected { status, code, fields, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*status, code.as_deref()), (400, Some("constraint.validation")));
    assert_eq!(fields, &["subject.userId", "requestType"]);
}

#[tokio::test]
async fn a_refusal_without_a_sensible_body_is_still_one() {
    for (status, body) in [(400, "<html>"), (403, ""), (404, "null"), (418, "[1,2]"), (429, "{\"message\":7}")] {
        let world = World::start().await;
        world.answer(ResponseTemplate::new(status).set_body_string(body)).await;
        let error = world.platform.requests(1, 25).await.unwrap_err();
        let fits = match status {
            403 => matches!(error, PlatformError::NotAuthorised { code: None, .. }),
            404 => matches!(error, PlatformError::NotFound { .. }),
            429 => matches!(error, PlatformError::RateLimited { .. }),
            _ => matches!(error, PlatformError::Rejected { code: None, .. }),
        };
        assert!(fits, "{status}: {error:?}");
    }
}

#[tokio::test]
async fn the_wait_after_a_429_is_found_wherever_it_stands_and_bounded() {
    let told = json!({"code": "too.many.requests.retry.after", "message": "Retry the request in [23] seconds"});
    type Headers = &'static [(&'static str, &'static str)];
    let cases: [(Headers, Value, u64); 9] = [
        (&[("Retry-After", "17")], told.clone(), 17),
        (&[("Retry-After", "0")], json!({}), 1),
        (&[("Retry-After", "90000")], json!({}), 3600),
        (&[("Retry-After", "1.5")], json!({}), 2),
        (&[("Retry-After", "Fri, 20 Nov 2026 10:00:42 GMT"), ("Date", "Fri, 20 Nov 2026 10:00:00 GMT")], json!({}), 42),
        (&[("Retry-After", "soon")], told.clone(), 23),
        (&[], told, 23),
        (&[("inin-ratelimit-reset", "31")], json!({}), 31),
        (&[], json!({}), 60),
    ];
    for (headers, body, wait_s) in cases {
        let world = World::start().await;
        let mut answer = ResponseTemplate::new(429).set_body_json(&body);
        for (name, value) in headers {
            answer = answer.insert_header(*name, *value);
        }
        world.answer(answer).await;
        let error = world.platform.requests(1, 25).await.unwrap_err();
        let wait = Some(Duration::from_secs(wait_s));
        assert_eq!(error.retry_after(), wait, "{headers:?} {body}");
        assert_eq!(world.ledger.last(Call::ListRequests).retry_after, wait, "{headers:?} {body}");
        assert_eq!(world.api_calls().await.len(), 1, "never repeated at once");
    }
}

#[tokio::test]
async fn the_newer_correlation_header_comes_first_and_nonsense_is_dropped() {
    for (newer, older, shown) in [
        (Some("new-1"), Some("old-1"), Some("new-1")),
        (None, Some("old-1"), Some("old-1")),
        (Some("maya okafor <maya@example.com>"), Some("old-1"), Some("old-1")),
        (None, None, None),
    ] {
        let world = World::start().await;
        let mut answer = ResponseTemplate::new(404);
        for (name, value) in [("Genesys-Correlation-Id", newer), ("ININ-Correlation-Id", older)] {
            if let Some(value) = value {
                answer = answer.insert_header(name, value);
            }
        }
        world.answer(answer).await;
        let error = world.platform.request("r-1").await.map(drop).unwrap_err();
        assert_eq!(error.correlation_id(), shown);
    }
}

#[tokio::test]
async fn a_safe_read_is_repeated_and_every_try_is_paced() {
    let world = World::start().await;
    let fails = ResponseTemplate::new(503);
    Mock::given(any()).respond_with(fails).up_to_n_times(2).mount(&world.api).await;
    let rows = ResponseTemplate::new(200)
        .set_body_json(json!({"entities": []}))
        .insert_header("inin-ratelimit-count", "3")
        .insert_header("inin-ratelimit-allowed", "180")
        .insert_header("inin-ratelimit-reset", "61");
    world.answer(rows).await;
    world.platform.requests(1, 25).await.unwrap();
    assert_eq!(world.ledger.statuses(Call::ListRequests), [Some(503), Some(503), Some(200)]);
    let asked: Vec<_> = world.ledger.before.lock().unwrap().clone();
    assert_eq!(asked, [Call::Token, Call::ListRequests, Call::ListRequests, Call::ListRequests]);
    let reading = world.ledger.last(Call::ListRequests);
    assert_eq!((reading.count, reading.allowed, reading.reset), (Some(3), Some(180), Some(Duration::from_secs(61))));
    assert_eq!(reading.retry_after, None);
}

#[tokio::test]
async fn a_safe_read_gives_up_after_three_tries_or_when_told_to_wait() {
    for (retry_after, tries) in [(None, 3), (Some("30"), 1)] {
        let world = World::start().await;
        let mut answer = ResponseTemplate::new(503);
        if let Some(wait) = retry_after {
            answer = answer.insert_header("Retry-After", wait);
        }
        world.answer(answer).await;
        let error = world.platform.requests(1, 25).await.unwrap_err();
        assert!(matches!(error, PlatformError::PlatformDown { status: Some(503), .. }), "{error:?}");
        assert_eq!(error.retry_after(), retry_after.map(|_| Duration::from_secs(30)));
        assert_eq!(world.api_calls().await.len(), tries);
    }
}

#[tokio::test]
async fn without_a_slot_no_call_is_made() {
    for (refused, token_calls) in [(Call::Token, 0), (Call::SubmitRequest, 1)] {
        let world = World::start().await;
        *world.ledger.refused.lock().unwrap() = Some(refused);
        let error = world.platform.submit(&erasure("c-1")).await.map(drop).unwrap_err();
        assert!(matches!(error, PlatformError::NotNow(_)), "{error:?}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert!(!error.may_have_happened());
        assert!(world.api_calls().await.is_empty());
        assert_eq!(world.token_calls().await, token_calls);
    }
}
