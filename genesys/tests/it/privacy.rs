//! What is said of a person, and our secrets, stay out of errors and logs.

use std::{
    error::Error,
    io::Write,
    sync::{Arc, Mutex},
};

use genesys::{
    error::PlatformError,
    model::{
        request::NewRequest,
        subject::{SearchType, SubjectRef},
    },
};
use serde_json::json;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};
use wiremock::{MockServer, ResponseTemplate};

use crate::world::{SECRET, World, hangs_up_after, nobody_home};

const EMAIL: &str = "maya.okafor@example.com";
const PRIVATE: [&str; 5] = ["okafor", "c-0000481", SECRET, "token-1", "sig="];

fn all_text_of(error: &PlatformError) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(" {error} {error:?}");
        source = error.source();
    }
    text
}

async fn calls_that_fail(world: &World) -> Vec<PlatformError> {
    let term = SubjectRef::Term { search_type: SearchType::Email, value: EMAIL.to_owned() };
    let platform = &world.platform;
    vec![
        platform.submit(&NewRequest::delete(term).unwrap()).await.map(drop).unwrap_err(),
        platform.search_subjects(&SearchType::Email, EMAIL).await.map(drop).unwrap_err(),
        platform.contacts(&["c-0000481".to_owned()]).await.map(drop).unwrap_err(),
        platform.users(&["c-0000481".to_owned()]).await.map(drop).unwrap_err(),
        platform.download("/api/v2/downloads/c-0000481?sig=1").await.map(drop).unwrap_err(),
    ]
}

fn assert_private(text: &str, what: &str) {
    for private in PRIVATE {
        assert!(!text.to_lowercase().contains(&private.to_lowercase()), "{what} shows {private}: {text}");
    }
}

#[tokio::test]
async fn errors_quote_neither_question_nor_answer() {
    let quoting = json!({"message": format!("no good: {EMAIL} [{EMAIL}] for c-0000481"), "code": EMAIL, "error": EMAIL,
        "details": [{"fieldName": EMAIL}], "entityId": "c-0000481", "entityName": "Maya Okafor"});
    for status in [400, 401, 403, 409, 422, 500] {
        let world = World::start().await;
        world.answer(ResponseTemplate::new(status).set_body_json(&quoting)).await;
        for error in calls_that_fail(&world).await {
            assert_private(&all_text_of(&error), &format!("{status}"));
        }
    }
    let (hangs_up, _) = hangs_up_after(Vec::new());
    for url in [hangs_up, nobody_home()] {
        let world = World::start_with_api(&url).await;
        for error in calls_that_fail(&world).await {
            assert_private(&all_text_of(&error), &url);
        }
    }
}

/// Takes what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_tells_name_status_time_and_correlation_id_of_each_call_and_no_more() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .without_time()
        .finish();
    let world = World::start().await;
    let storage = MockServer::start().await;
    world
        .answer(
            ResponseTemplate::new(302)
                .insert_header("Location", format!("{}/part?sig=1", storage.uri()))
                .insert_header("ININ-Correlation-Id", "corr-7"),
        )
        .await;
    // For the whole process: a subscriber of one thread misses what other threads have met before it. So the calls of
    // other tests may stand in this log too, and nothing of theirs may show either.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    calls_that_fail(&world).await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let own: Vec<_> = text.lines().filter(|line| line.contains(" genesys::")).collect();
    let of_this_test: Vec<_> = own.iter().filter(|line| line.contains("correlation_id=\"corr-7\"")).collect();
    for call in ["submit_request", "search_subjects", "read_contacts", "list_users", "download"] {
        let start = format!("platform call call=\"{call}\" status=302 elapsed_ms=");
        assert!(of_this_test.iter().any(|line| line.contains(&start)), "{call}: {text}");
    }
    for line in own {
        assert_private(line, "the log");
    }
}

#[tokio::test]
async fn what_holds_a_person_or_a_secret_does_not_print() {
    let world = World::start().await;
    assert_private(&format!("{:?}", world.platform), "the client");
    let body = json!({"entities": [{"id": "r-1", "subject": {"name": "Maya Okafor", "emailAddresses": [EMAIL]},
        "resultsUrl": "/x?sig=1"}]});
    world.answer(ResponseTemplate::new(200).set_body_json(body)).await;
    let page = world.platform.requests(1, 25).await.unwrap();
    assert_private(&format!("{page:?} {:?}", page.items[0].subject_refs()), "a request");
    let found = world.platform.search_subjects(&SearchType::Name, "Okafor").await.unwrap();
    assert_private(&format!("{found:?}"), "a subject");
}
