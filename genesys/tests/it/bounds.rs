//! Answers without measure.

use genesys::error::PlatformError;
use wiremock::ResponseTemplate;

use crate::{
    requests::erasure,
    world::{World, hangs_up_after},
};

const TOO_MUCH: usize = 32 * 1024 * 1024 + 1;

#[tokio::test]
async fn an_answer_that_announces_too_much_is_not_read() {
    let world = World::start().await;
    world.answer(ResponseTemplate::new(200).set_body_bytes(vec![b' '; TOO_MUCH])).await;
    let error = world.platform.requests(1, 25).await.unwrap_err();
    assert!(matches!(error, PlatformError::TooLarge { .. }), "{error:?}");
    let error = world.platform.submit(&erasure("c-1")).await.map(drop).unwrap_err();
    assert!(error.may_have_happened(), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_never_says_how_long_it_is_ends_all_the_same() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    bytes.resize(bytes.len() + TOO_MUCH, b' ');
    let (url, _) = hangs_up_after(bytes);
    let world = World::start_with_api(&url).await;
    let error = world.platform.requests(1, 25).await.unwrap_err();
    assert!(matches!(error, PlatformError::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_nested_without_end_is_unreadable() {
    let world = World::start().await;
    world.answer(ResponseTemplate::new(200).set_body_string("[".repeat(1_000_000))).await;
    let error = world.platform.requests(1, 25).await.unwrap_err();
    assert!(matches!(error, PlatformError::Unreadable { .. }), "{error:?}");
}
