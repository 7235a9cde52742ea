//! Export parts: the token goes to the API and nowhere else.

use std::sync::atomic::Ordering;

use futures::TryStreamExt;
use genesys::{error::PlatformError, traffic::Call};
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, header, path},
};

use crate::world::{World, hangs_up_after, nobody_home};

fn redirect(to: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("Location", to)
}

fn part() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(b"PK-part-one".to_vec(), "application/zip")
}

#[tokio::test]
async fn a_part_is_fetched_from_storage_without_our_token() {
    let (world, storage) = (World::start().await, MockServer::start().await);
    world.answer(redirect(&format!("{}/hop?sig=1", storage.uri()))).await;
    Mock::given(path("/hop")).respond_with(redirect("/part-1.zip?sig=2")).mount(&storage).await;
    Mock::given(path("/part-1.zip")).respond_with(part()).mount(&storage).await;

    // An absolute URL and one relative to the API are the same thing.
    for url in [format!("{}/api/v2/downloads/d-1", world.api.uri()), "/api/v2/downloads/d-1".to_owned()] {
        let download = world.platform.download(&url).await.unwrap();
        assert_eq!((download.content_type(), download.length()), (Some("application/zip"), Some(11)));
        let bytes: Vec<_> = download.into_stream().try_collect().await.unwrap();
        assert_eq!(bytes.concat(), b"PK-part-one");
    }
    let at_api = world.api_calls().await;
    assert!(at_api.iter().all(|call| call.headers["authorization"] == "Bearer token-1"));
    let at_storage = storage.received_requests().await.unwrap();
    assert_eq!(at_storage.len(), 4);
    for call in at_storage {
        for name in ["authorization", "cookie", "referer"] {
            assert!(!call.headers.contains_key(name), "{name} at {}", call.url.path());
        }
    }
    assert_eq!(world.ledger.statuses(Call::Download), [Some(302); 2]);
    assert_eq!(world.ledger.statuses(Call::Storage), [Some(302), Some(200), Some(302), Some(200)]);
}

#[tokio::test]
async fn a_part_may_come_from_the_api_itself_piece_by_piece() {
    let world = World::start().await;
    world.answer(part()).await;
    let mut download = world.platform.download("/api/v2/downloads/d-1").await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = download.chunk().await.unwrap() {
        bytes.extend_from_slice(&piece);
    }
    assert_eq!(bytes, b"PK-part-one");
}

#[tokio::test]
async fn the_token_does_not_follow_a_results_url_to_another_host() {
    let (world, stranger) = (World::start().await, MockServer::start().await);
    Mock::given(any()).respond_with(part()).mount(&stranger).await;
    let api = world.api.uri();
    let (host, stranger_host) = (api.trim_start_matches("http://"), stranger.uri().replace("http://", ""));
    for url in [
        stranger.uri(),
        format!("//{stranger_host}/api/v2/downloads/d-1"),
        format!("\\\\{stranger_host}\\api"),
        format!("http://{host}@{stranger_host}/"),
        format!("http://user:word@{host}/api/v2/downloads/d-1"),
        format!("https://{host}/api/v2/downloads/d-1"),
        format!("http://{}/api/v2/downloads/d-1", host.replace("127.0.0.1", "localhost")),
        "http://127.0.0.1:1/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://[".to_owned(),
    ] {
        let error = world.platform.download(&url).await.map(drop).unwrap_err();
        assert!(matches!(error, PlatformError::ForeignResults(_)), "{url}: {error:?}");
    }
    assert!(world.api_calls().await.is_empty());
    assert_eq!(world.token_calls().await, 0);
    assert!(stranger.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn redirects_end_somewhere() {
    let (world, storage) = (World::start().await, MockServer::start().await);
    world.answer(redirect(&storage.uri())).await;
    Mock::given(any()).respond_with(redirect("/again")).mount(&storage).await;
    let error = world.platform.download("/d").await.map(drop).unwrap_err();
    assert!(matches!(error, PlatformError::ForeignResults(_)), "{error:?}");
    assert_eq!(storage.received_requests().await.unwrap().len(), 3);

    for to in ["http://user:word@127.0.0.1/", "ftp://127.0.0.1/", "http://["] {
        let world = World::start().await;
        world.answer(redirect(to)).await;
        let error = world.platform.download("/d").await.map(drop).unwrap_err();
        assert!(matches!(error, PlatformError::ForeignResults(_)), "{to}: {error:?}");
    }
}

#[tokio::test]
async fn every_refusal_of_a_part_has_its_meaning() {
    type Check = fn(&PlatformError) -> bool;
    let gone: Check = |error| matches!(error, PlatformError::Gone { .. });
    let down: Check = |error| matches!(error, PlatformError::PlatformDown { .. });
    let cases: [(bool, u16, &str, usize, Check); 9] = [
        (true, 404, "resource.not.found", 1, gone),
        (true, 410, "", 1, gone),
        (true, 403, "access.denied", 1, |error| matches!(error, PlatformError::NotAuthorised { .. })),
        (true, 429, "too.many.requests", 1, |error| error.retry_after().is_some()),
        (true, 503, "", 3, down),
        (true, 202, "", 3, down),
        (false, 404, "", 1, gone),
        (false, 403, "", 3, down),
        (false, 429, "", 1, |error| error.retry_after().is_some()),
    ];
    for (at_api, status, code, api_calls, check) in cases {
        let (world, storage) = (World::start().await, MockServer::start().await);
        let refusal = ResponseTemplate::new(status).set_body_json(json!({"code": code}));
        if at_api {
            world.answer(refusal).await;
        } else {
            world.answer(redirect(&storage.uri())).await;
            Mock::given(any()).respond_with(refusal).mount(&storage).await;
        }
        let error = world.platform.download("/d").await.map(drop).unwrap_err();
        assert!(check(&error), "{status}: {error:?}");
        assert_eq!(world.api_calls().await.len(), api_calls, "{status}");
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_whether_by_401_or_by_the_way_to_the_login_page() {
    for by_redirect in [false, true] {
        let world = World::start().await;
        let refusal = if by_redirect {
            redirect(&format!("{}/login?target=d", world.login.uri()))
        } else {
            ResponseTemplate::new(401)
        };
        Mock::given(header("authorization", "Bearer token-1")).respond_with(refusal).mount(&world.api).await;
        Mock::given(header("authorization", "Bearer token-2")).respond_with(part()).mount(&world.api).await;
        let download = world.platform.download("/d").await.unwrap();
        assert_eq!(download.length(), Some(11));
        assert_eq!(world.token_calls().await, 2, "the login page itself is not fetched");
    }
    let world = World::start().await;
    world.answer(redirect(&format!("{}/login", world.login.uri()))).await;
    let error = world.platform.download("/d").await.map(drop).unwrap_err();
    assert!(matches!(error, PlatformError::WrongCredentials { .. }), "{error:?}");
    assert_eq!(world.api_calls().await.len(), 2);
}

#[tokio::test]
async fn a_part_cut_short_is_an_error_and_not_a_short_part() {
    let (storage, _) = hangs_up_after(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nPK-part".to_vec());
    let world = World::start().await;
    world.answer(redirect(&storage)).await;
    let download = world.platform.download("/d").await.unwrap();
    let result: Result<Vec<_>, _> = download.into_stream().try_collect().await;
    assert!(matches!(result.unwrap_err(), PlatformError::PlatformDown { .. }));
}

#[tokio::test]
async fn storage_that_is_down_is_asked_for_anew_through_the_api() {
    let world = World::start().await;
    world.answer(redirect(&nobody_home())).await;
    let error = world.platform.download("/d").await.map(drop).unwrap_err();
    assert!(matches!(error, PlatformError::PlatformDown { .. }), "{error:?}");
    assert_eq!(world.api_calls().await.len(), 3);

    let (url, taken) = hangs_up_after(Vec::new());
    let world = World::start_with_api(&url).await;
    world.platform.download("/d").await.map(drop).unwrap_err();
    assert_eq!(taken.load(Ordering::SeqCst), 3);
}
