//! What is sent arrives: once and in order, signed; and again after a failure, an overload, a death.

use std::collections::BTreeSet;
use std::time::Duration;

use entities::announcement::kind::{DeliveryState, Failure};
use entities::announcement::replay::{self, Range, Replayed, Which};
use entities::event::trail::Actor;
use entities::subscriber::manage;
use entities::time::{At, Clock};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use serde_json::json;
use testbed::receiver::{Answer, Receiver};
use webhooks::keys::Version;
use worker::duties;

use super::{MINUTE, body, standing_still, verifier, verifies, world};
use crate::world::on_both;

/// From the filing to the end, each thing once and in order, signed by a key that the receiver holds; and nothing of the person.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_told_from_its_beginning_to_its_end() {
    on_both(async |kind| {
        let mut world = world(kind, Clock::System).await;
        let (one, other) = (Receiver::start().await, Receiver::start().await);
        let (_, secret) = world.subscribe(&one.url, Version::V1).await;
        let (_, public) = world.subscribe(&other.url, Version::V1a).await;
        world.work();
        let id = world.file(Right::Access, &[(K::Email, "ada.quill@example.org")]).await;
        world.approve(id).await;
        let closed = world.until_closed(id).await;
        for (receiver, verifier) in [(&one, verifier(&secret)), (&other, verifier(&public))] {
            world.until_true("all is told", async || receiver.taken().len() >= 6).await;
            let taken = receiver.taken();
            let told: Vec<_> = taken
                .iter()
                .map(|taken| {
                    let data = &body(taken)["data"];
                    assert_eq!(data["request_id"], json!(id));
                    assert_eq!(data["reference"], json!(closed.reference));
                    (data["seq"].as_i64().unwrap(), data["previous_status"].clone(), data["status"].clone())
                })
                .collect();
            let way = ["received", "resolving", "reviewing", "executing", "answering", "closed"];
            let whole: Vec<_> = (0..6i64)
                .map(|at| {
                    let before = at.checked_sub(1).and_then(|at| way.get(usize::try_from(at).ok()?));
                    (at + 1, json!(before), json!(way[usize::try_from(at).unwrap()]))
                })
                .collect();
            assert_eq!(told, whole);
            for taken in &taken {
                assert!(verifies(&verifier, taken, world.store.now().timestamp()), "{taken:?}");
                assert_eq!(taken.line, "POST /hook HTTP/1.1");
                assert_eq!(taken.header("content-type"), "application/json");
                assert!(taken.header("user-agent").starts_with("dsr/"));
                let text = String::from_utf8(taken.body.clone()).unwrap();
                assert!(!text.contains("quill") && !text.contains("example.org") && text.len() < 1_000, "{text}");
            }
            let ids: BTreeSet<_> = taken.iter().map(|taken| taken.header("webhook-id").to_owned()).collect();
            assert_eq!(ids.len(), 6);
        }
    })
    .await;
}

/// A message that does not arrive is sent eight times in some 27 hours: the same id and body, a new instant and signature.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_arrive_is_sent_again_and_given_up_and_replayed() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, secret) = world.subscribe(&receiver.url, Version::V1).await;
        receiver.otherwise(Answer::Status(500, ""));
        world.try_out(&one).await;
        let verifier = verifier(&secret);
        let mut tried = Vec::new();
        loop {
            world.settle().await;
            let line = world.log(&one).await.remove(0);
            tried.push(world.store.now());
            assert!(verifies(&verifier, receiver.taken().last().unwrap(), world.store.now().timestamp()));
            assert_eq!(receiver.taken().len(), tried.len());
            if line.delivery.state != DeliveryState::Waiting {
                assert_eq!((line.delivery.state, line.delivery.last_status), (DeliveryState::Failed, Some(500)));
                break;
            }
            world.store.clock.advance(line.delivery.next_at.since(world.store.now()));
        }
        let waits: Vec<_> = tried.windows(2).map(|two| two[1].since(two[0]).as_secs_f64()).collect();
        let planned = [5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 36_000.0];
        assert_eq!(waits.len(), planned.len());
        for (wait, planned) in waits.iter().zip(planned) {
            assert!((wait / planned - 1.0).abs() <= 0.2, "{waits:?}");
        }
        let taken = receiver.taken();
        let distinct = |name: &str| taken.iter().map(|it| it.header(name).to_owned()).collect::<BTreeSet<_>>().len();
        assert_eq!((distinct("webhook-id"), distinct("webhook-timestamp"), distinct("webhook-signature")), (1, 8, 8));
        assert!(taken.iter().all(|it| it.body == taken[0].body));
        let warnings = world.warnings().await;
        assert_eq!(warnings.len(), 1, "its owner is warned");
        let words =
            entities::letter::outbox::words(world.store.db.read(), &world.store.safe, &warnings[0]).await.unwrap();
        assert_eq!(words.recipient, "integrations@acme.example");
        assert!(words.text.contains("Ticketing") && words.text.contains("127.0.0.1"), "{}", words.text);

        receiver.otherwise(Answer::Status(200, ""));
        let all = Which::Range(Range::missed_since(At::ZERO));
        let (now, by) = (world.store.now(), Actor::operator());
        let sent =
            world.with_locked(&one, async |txn, row| replay::replay(txn, now, &by, &row, all).await.unwrap()).await;
        assert_eq!(sent, Replayed { deliveries: 1, next: None });
        world.settle().await;
        let line = world.log(&one).await.remove(0);
        assert_eq!((line.delivery.state, line.delivery.tries), (DeliveryState::Delivered, 9));
        assert_eq!(receiver.taken()[8].header("webhook-id"), taken[0].header("webhook-id"), "it is known again");
        assert_eq!(world.subscriber(&one).await.failing_since, None);
    })
    .await;
}

/// How each answer counts, and what it makes of the next attempt.
#[tokio::test(flavor = "multi_thread")]
async fn each_answer_counts_as_it_should() {
    on_both(async |kind| {
        let mut world = standing_still(kind).await;
        let patience = world.config.notify_timeout;
        let elsewhere = Receiver::start().await;
        let there: &'static str = format!("location: {}", elsewhere.url).leak();
        for (answer, status, failure, waits) in [
            (Answer::Status(200, ""), Some(200), None, None),
            (Answer::Status(299, ""), Some(299), None, None),
            (Answer::Endless, Some(200), None, None),
            (Answer::Status(302, there), Some(302), Some(Failure::Redirect), Some(4..=6)),
            (Answer::Status(308, there), Some(308), Some(Failure::Redirect), Some(4..=6)),
            (Answer::Status(400, ""), Some(400), Some(Failure::Status), Some(4..=6)),
            (Answer::Status(401, ""), Some(401), Some(Failure::Status), Some(4..=6)),
            (Answer::Status(429, ""), Some(429), Some(Failure::Status), Some(60..=60)),
            (Answer::Status(429, "retry-after: 7"), Some(429), Some(Failure::Status), Some(60..=60)),
            (Answer::Status(503, "retry-after: 8"), Some(503), Some(Failure::Status), Some(8..=8)),
            (Answer::Status(503, "retry-after: 99999"), Some(503), Some(Failure::Status), Some(10..=10)),
            (
                Answer::Status(503, "retry-after: Fri, 20 Nov 2026 12:00:09 GMT"),
                Some(503),
                Some(Failure::Status),
                Some(9..=9),
            ),
            (Answer::Status(503, "retry-after: soon"), Some(503), Some(Failure::Status), Some(4..=6)),
            (Answer::Silence, None, Some(Failure::Timeout), Some(60..=60)),
            (Answer::Trickling, None, Some(Failure::Timeout), Some(60..=60)),
            (Answer::Broken, None, Some(Failure::NoConnection), Some(4..=6)),
        ] {
            let receiver = Receiver::start().await;
            let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
            receiver.answers([answer.clone()]);
            // Nobody waits for what will not come; for what does, long enough on a busy machine.
            let is_late = matches!(answer, Answer::Silence | Answer::Trickling);
            world.config.notify_timeout = if is_late { Duration::from_millis(400) } else { patience };
            let now = world.store.now();
            world.try_out(&one).await;
            world.settle().await;
            let delivery = world.log(&one).await.remove(0).delivery;
            assert_eq!((delivery.last_status, delivery.last_failure), (status, failure), "{answer:?}");
            let state = if failure.is_none() { DeliveryState::Delivered } else { DeliveryState::Waiting };
            assert_eq!(delivery.state, state, "{answer:?}");
            if let Some(waits) = waits {
                let wait = delivery.next_at.since(now).as_secs();
                assert!(waits.contains(&wait), "{answer:?}: {wait} s");
                assert_eq!(world.subscriber(&one).await.failing_since, Some(now));
            }
            let by = Actor::operator();
            world.with_locked(&one, async |txn, row| manage::remove(txn, now, &by, &row).await.unwrap()).await;
        }
        assert_eq!(elsewhere.taken(), [], "no redirect is followed");
    })
    .await;
}

/// However much waits for a subscriber that is down, it is asked once a minute; and when it is back, all arrives in order.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_down_is_not_run_over() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        receiver.otherwise(Answer::Status(503, ""));
        for _ in 0..30 {
            world.try_out(&one).await;
        }
        for _ in 0..120 {
            world.settle().await;
            world.store.clock.advance(Duration::from_secs(5));
        }
        let asked = receiver.taken().len();
        assert!((9..=12).contains(&asked), "{asked} in ten minutes");
        receiver.otherwise(Answer::Status(204, ""));
        world.store.clock.advance(MINUTE);
        world.settle().await;
        // The first to arrive is whichever was tried; from then on nothing waits for a time of its own, and order counts again.
        let arrived: Vec<_> = receiver.taken()[asked..].iter().map(|it| it.header("webhook-id").to_owned()).collect();
        let log = world.log(&one).await;
        let in_order: Vec<_> =
            log.iter().map(|line| line.announcement.message_id()).filter(|id| *id != arrived[0]).collect();
        assert_eq!(arrived[1..], in_order);
        assert_eq!(arrived.len(), 30);
        assert!(world.log(&one).await.iter().all(|line| line.delivery.state == DeliveryState::Delivered));
    })
    .await;
}

/// A worker that dies while it waits for the answer: whoever takes over sends the same message again.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_workers_message_is_sent_again_under_its_id() {
    on_both(async |kind| {
        let mut world = world(kind, Clock::System).await;
        world.config.lease = Duration::from_secs(2);
        world.config.notify_timeout = Duration::from_secs(30);
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        receiver.answers([Answer::Silence]);
        world.work();
        world.file(Right::Access, &[(K::Email, "ada.quill@example.org")]).await;
        world.until_true("it is called", async || !receiver.taken().is_empty()).await;
        world.kill();
        world.work();
        world
            .until_true("all is told", async || {
                let log = world.log(&one).await;
                log.len() >= 3 && log.iter().all(|line| line.delivery.state == DeliveryState::Delivered)
            })
            .await;
        let taken = receiver.taken();
        let first: Vec<_> = taken.iter().filter(|it| body(it)["data"]["seq"] == json!(1)).collect();
        assert_eq!(first.len(), 2, "what may have arrived is sent once more");
        assert_eq!(first[0].header("webhook-id"), first[1].header("webhook-id"));
        assert_eq!(first[0].body, first[1].body);
        let ids: BTreeSet<_> = taken.iter().map(|it| it.header("webhook-id").to_owned()).collect();
        assert_eq!(ids.len(), world.log(&one).await.len(), "and nothing else is a message of its own");
        let attempts =
            entities::announcement::log::one(world.store.db.read(), one.id, world.log(&one).await[0].delivery.id);
        let attempts = attempts.await.unwrap().unwrap().1;
        assert_eq!(attempts.iter().map(|it| it.took_ms.is_some()).collect::<Vec<_>>(), [false, true]);
    })
    .await;
}

/// Linking announces; whoever dies before the link's commit has announced nothing, whoever dies after it everything.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_announced_once_whoever_dies() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        world.file(Right::Access, &[(K::Email, "ada.quill@example.org")]).await;
        for _ in 0..4 {
            // Dropped wherever it stands, as a process that is killed.
            let store = world.store.clone();
            let link = tokio::spawn(async move { duties::link(&store).await });
            tokio::time::sleep(Duration::from_micros(300)).await;
            link.abort();
            drop(link.await);
            duties::link(&world.store).await.unwrap();
            world.file(Right::Access, &[(K::Email, "ada.quill@example.org")]).await;
        }
        duties::link(&world.store).await.unwrap();
        let log = world.log(&one).await;
        let events: BTreeSet<_> =
            log.iter().map(|line| (line.announcement.event_id.unwrap().0, line.announcement.kind)).collect();
        assert_eq!((log.len(), events.len()), (10, 10), "two things of each of five requests");
    })
    .await;
}
