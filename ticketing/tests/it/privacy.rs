//! What stands in a ticket stays out of errors, of `Debug`, and of what is logged.

use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use ticketing::trouble::Trouble;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::cases;
use crate::world::{World, comment, fault};

const PRIVATE: [&str; 9] =
    ["zoe", "Zoë", "ukasiewicz", "48601234567", "sam.ortiz", "-token", "-secret", "-password", "R-7KQ2"];

fn all_text_of(trouble: &Trouble) -> String {
    let mut text = format!("{trouble} {trouble:?}");
    let mut source = trouble.source();
    while let Some(error) = source {
        text += &format!(" {error} {error:?}");
        source = error.source();
    }
    text
}

fn assert_private(text: &str, what: &str) {
    for private in PRIVATE {
        assert!(!text.contains(private), "{what} shows {private}: {text}");
    }
}

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
async fn neither_errors_nor_debug_nor_the_log_show_a_ticket_or_a_secret() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(log.clone()).with_ansi(false);
    // For the whole process: a subscriber of one thread misses what other threads have met before it.
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    let world = World::start().await;
    for case in cases::ALL {
        let (name, link) = (case.kind.as_str(), world.link(case));
        let read = case.system().read(&link, case.ticket).await.unwrap();
        let mapped = case.mapping().apply(&read.value);
        let (content_type, body) = world.call(case, case.ticket).await;
        let mentions = case.system().mentions(Some(&content_type), body.as_bytes()).unwrap();
        assert_private(&format!("{link:?} {:?} {read:?} {mentions:?} {mapped:?}", (case.credentials)()), name);
        for fault_name in
            ["wrong-credentials", "forbidden", "unavailable", "rate-storm", "lost-answer", "broken-answer"]
        {
            for calls in ["read", "write"] {
                world.fault(fault(case, fault_name, calls)).await;
                let said = match calls {
                    "read" => case.system().read(&link, case.ticket).await.map(drop),
                    _ => case.system().comment(&link, case.ticket, &comment(case, 1)).await,
                };
                if let Err(trouble) = said {
                    assert_private(&all_text_of(&trouble), &format!("{name} {fault_name}"));
                }
            }
        }
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let own: Vec<_> = text.lines().filter(|line| line.contains(" ticketing::")).collect();
    assert!(own.iter().any(|line| line.contains("ticketing call call=\"zendesk.ticket\" status=200")), "{text}");
    assert_private(&own.join("\n"), "the log");
}

#[tokio::test]
async fn a_refusal_that_quotes_a_ticket_is_not_quoted() {
    let world = World::start().await;
    let case = cases::of(ticketing::kind::SystemKind::Freshdesk);
    let change = ticketing::system::Change {
        field: Some(("zoe.l@example.com".to_owned(), "Zoë Łukasiewicz".to_owned())),
        ..Default::default()
    };
    let trouble = case.system().write(&world.link(case), case.ticket, &change).await.unwrap_err();
    assert_private(&all_text_of(&trouble), "a refusal");
    let answer = world.answer(case, case.ticket, &json!({"custom_fields": {"zoe.l@example.com": "x"}})).await;
    assert!(answer.contains(PRIVATE[0]), "the system's answer quotes it: {answer}");
}
