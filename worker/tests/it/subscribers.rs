//! How subscribers are judged and who hears of it, and what of that is not their fault.

use std::time::Duration;

use entities::announcement::kind::DeliveryState;
use entities::announcement::replay::{self, Range, Replayed, Which};
use entities::event::trail::Actor;
use entities::extension::table::ExtensionReason;
use entities::letter::kind::LetterState;
use entities::letter::outbox::words;
use entities::question::table::QuestionCode;
use entities::request::decide::Case;
use entities::request::file::NewRequest;
use entities::request::right::Right as Asked;
use entities::step::kind::StepKind;
use entities::step::table as step;
use entities::subscriber::manage::{self, Change};
use entities::subscriber::table::{Model as Subscriber, key};
use entities::{controller, letter};
use law::regime::Regime;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use testbed::platform::swift;
use testbed::receiver::{Answer, Receiver};
use testbed::smtp::{MailServer, Privacy};
use webhooks::keys::Version;
use worker::duties;

use crate::by_hand::ByHand;
use crate::mail::by;
use crate::notify::{body, standing_still};
use crate::world::{World, add_client, add_controller, on_both, swift_policy};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

impl World {
    /// Runs what is due until the oldest delivery does not wait any more, however long that takes.
    async fn until_given_up(&self, one: &Subscriber) {
        loop {
            self.settle().await;
            let line = self.log(one).await.remove(0).delivery;
            if line.state != DeliveryState::Waiting {
                return;
            }
            let next = line.next_at.max(self.subscriber(one).await.rests_until);
            self.store.clock.advance(next.since(self.store.now()));
        }
    }

    async fn replay_one(&self, one: &Subscriber) -> Replayed {
        let (now, by, id) = (self.store.now(), Actor::operator(), self.log(one).await[0].delivery.id);
        self.with_locked(one, async |txn, row| replay::replay(txn, now, &by, &row, Which::One(id)).await.unwrap()).await
    }

    /// What was told of a request, in a word each: the type's last part and the status.
    async fn told(&self, one: &Subscriber) -> Vec<(String, Value)> {
        duties::link(&self.store).await.unwrap();
        let bodies = self.log(one).await.into_iter().map(|line| line.announcement.payload);
        bodies
            .map(|text| {
                let body: Value = serde_json::from_str(&text).unwrap();
                let kind = body["type"].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
                (kind, body["data"]["status"].clone())
            })
            .collect()
    }
}

/// Failures count together while they lie within a day of each other. What was quiet in between, or went to another address, does
/// not: one hiccup then is one hiccup.
#[tokio::test(flavor = "multi_thread")]
async fn a_hiccup_after_a_quiet_time_is_a_hiccup() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        receiver.otherwise(Answer::Status(500, ""));
        world.try_out(&one).await;
        let first = world.store.now();
        world.until_given_up(&one).await;
        let row = world.subscriber(&one).await;
        assert_eq!(row.failing_since(world.store.now()), Some(first), "a day and a bit with nothing but failures");

        world.store.clock.advance(6 * DAY);
        assert_eq!(world.subscriber(&one).await.failing_since(world.store.now()), None);
        let now = world.store.now();
        world.try_out(&one).await;
        world.settle().await;
        let row = world.subscriber(&one).await;
        assert!(row.is_on(), "nothing was tried in between");
        assert_eq!(row.failing_since(now), Some(now));

        let elsewhere = Receiver::start().await;
        let url = Some(elsewhere.url.parse().unwrap());
        let (by, change) = (Actor::operator(), Change { url, ..Change::default() });
        let changed = async |txn: &entities::db::Txn, row| {
            manage::change(txn, &world.store, &by, &row, change.clone()).await.unwrap()
        };
        assert_eq!(world.with_locked(&one, changed).await.failing_since(now), None, "another address begins anew");
    })
    .await;
}

/// An answer that comes after the subscriber has got another address says nothing about that one.
#[tokio::test(flavor = "multi_thread")]
async fn the_old_addresses_answer_is_not_held_against_the_new_one() {
    on_both(async |kind| {
        let mut world = standing_still(kind).await;
        world.config.notify_timeout = Duration::from_millis(1_500);
        let (old, new) = (Receiver::start().await, Receiver::start().await);
        old.otherwise(Answer::Silence);
        let (one, _) = world.subscribe(&old.url, Version::V1).await;
        world.try_out(&one).await;
        let hand = ByHand::new(&world, "one");
        let steps = hand.claim(HOUR).await;
        let moved = async {
            world.until_true("it is called", async || !old.taken().is_empty()).await;
            let (by, url) = (Actor::operator(), Some(new.url.parse().unwrap()));
            let change = Change { url, ..Change::default() };
            world
                .with_locked(&one, async |txn, row| {
                    manage::change(txn, &world.store, &by, &row, change).await.unwrap();
                })
                .await;
        };
        let (ran, ()) = futures::future::join(hand.run(&steps[0]), moved).await;
        ran.unwrap();
        let row = world.subscriber(&one).await;
        assert_eq!((row.failing_since(world.store.now()), row.rests_until), (None, entities::time::At::ZERO));
        world.settle().await;
        assert_eq!((old.taken().len(), new.taken().len()), (1, 1));
        assert_eq!(world.log(&one).await[0].delivery.state, DeliveryState::Delivered);
    })
    .await;
}

/// A subscriber that answers well but slowly has its turn, and then others have theirs.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_long_has_a_turn_and_not_all_of_them() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let slow = Receiver::start().await;
        slow.otherwise(Answer::Trickling);
        let (one, _) = world.subscribe(&slow.url, Version::V1).await;
        for _ in 0..3 {
            world.try_out(&one).await;
        }
        let hand = ByHand::new(&world, "one");
        let steps = hand.claim(HOUR).await;
        hand.run(&steps[0]).await.unwrap();
        assert_eq!(slow.taken().len(), 1, "it took longer than a turn lasts");
        let left = step::Entity::find().filter(step::COLUMN.kind.eq(StepKind::Notify));
        let left = left.one(world.store.db.read()).await.unwrap().unwrap();
        assert_eq!((left.run_at, left.lease_until), (world.store.now(), entities::time::At::ZERO));
        assert_eq!(world.log(&one).await[0].delivery.state, DeliveryState::Delivered);
    })
    .await;
}

/// What is wrong here, such as a key that does not open, costs the subscriber nothing: no attempt has begun.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_us_costs_no_attempt() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        world.try_out(&one).await;
        let row = key::Entity::find().filter(key::COLUMN.subscriber_id.eq(one.id));
        let row = row.one(world.store.db.read()).await.unwrap().unwrap();
        let spoilt = key::ActiveModel {
            id: ActiveValue::Unchanged(row.id),
            key_sealed: ActiveValue::Set(b"spoilt".to_vec()),
            ..Default::default()
        };
        key::Entity::update(spoilt).exec(world.store.db.write()).await.unwrap();
        let hand = ByHand::new(&world, "one");
        let steps = hand.claim(HOUR).await;
        hand.run(&steps[0]).await.unwrap_err();
        let delivery = world.log(&one).await.remove(0).delivery;
        assert_eq!((delivery.attempts, delivery.tries, delivery.state), (0, 0, DeliveryState::Waiting));
        assert_eq!(world.subscriber(&one).await.failing_since, None);
        assert_eq!(receiver.taken(), []);
    })
    .await;
}

/// One delivery is sent on demand however it stands: before its time while it waits, and once more if it arrived.
#[tokio::test(flavor = "multi_thread")]
async fn one_delivery_is_sent_on_demand_however_it_stands() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        receiver.answers([Answer::Status(500, ""), Answer::Status(500, "")]);
        world.try_out(&one).await;
        world.settle().await;
        assert_eq!(receiver.taken().len(), 1);
        let sent = Replayed { deliveries: 1, next: None };
        assert_eq!(world.replay_one(&one).await, sent);
        world.settle().await;
        assert_eq!(receiver.taken().len(), 2, "what waits does not wait any longer");
        assert_eq!(world.log(&one).await[0].delivery.attempts, 1, "and has all its attempts before it again");
        for times in 3..5 {
            assert_eq!(world.replay_one(&one).await, sent);
            world.settle().await;
            assert_eq!(receiver.taken().len(), times);
            assert_eq!(world.log(&one).await[0].delivery.state, DeliveryState::Delivered);
        }
        let ids: std::collections::BTreeSet<_> =
            receiver.taken().iter().map(|it| it.header("webhook-id").to_owned()).collect();
        assert_eq!(ids.len(), 1);
    })
    .await;
}

/// Of failures the owner learns by one letter, which really leaves; where their mailbox takes none, the officers learn of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_written_to_once_or_else_the_officers_are() {
    on_both(async |kind| {
        for refused in [false, true] {
            let server = MailServer::start(Privacy::StartTls);
            if refused {
                server.turn(&json!({ "refuse": "550 5.1.1 nobody here", "only": "integrations@acme.example" }));
            }
            let mut world = standing_still(kind).await;
            world.config.mail = by(&server);
            world.name_officers(&["anna@acme.example", "ben@acme.example"]).await;
            let receiver = Receiver::start().await;
            let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
            receiver.otherwise(Answer::Status(500, ""));
            for _ in 0..2 {
                world.try_out(&one).await;
            }
            world.until_given_up(&one).await;
            for _ in 0..3 {
                world.store.clock.advance(10 * MINUTE);
                world.settle().await;
            }
            let mut to: Vec<_> = server.taken().iter().map(|it| it.header("X-Envelope-To")).collect();
            to.sort();
            let expected: &[&str] =
                if refused { &["anna@acme.example", "ben@acme.example"] } else { &["integrations@acme.example"] };
            assert_eq!(to, expected, "refused: {refused}");
            let written = world.subscriber(&one).await.warning_id.unwrap();
            let written = letter::table::Entity::find_by_id(written).one(world.store.db.read()).await.unwrap().unwrap();
            assert_eq!(written.state, if refused { LetterState::Failed } else { LetterState::Sent });
            let words = words(world.store.db.read(), &world.store.safe, &written).await.unwrap();
            assert_eq!(words.recipient, "integrations@acme.example");
        }
    })
    .await;
}

impl World {
    async fn name_officers(&self, officers: &[&str]) {
        let txn = self.store.db.begin().await.unwrap();
        let row = controller::queries::by_id(&*txn, self.controller.id).await.unwrap().unwrap();
        let mut policy = row.policy.clone();
        policy.writing.officers = officers.iter().map(|it| (*it).to_owned()).collect();
        let change = controller::queries::Change { policy: Some(policy), ..Default::default() };
        controller::queries::change(&txn, &self.store, &Actor::operator(), &row, change).await.unwrap();
        txn.commit().await.unwrap();
    }
}

/// While a controller is paused its subscribers wait, and are told afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_paused_controllers_subscribers_wait() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        world.pause(world.controller.id, true).await;
        world.try_out(&one).await;
        world.settle().await;
        assert_eq!(receiver.taken(), []);
        world.pause(world.controller.id, false).await;
        world.settle().await;
        assert_eq!(receiver.taken().len(), 1);
    })
    .await;
}

/// A controller whose chain cannot be written to silences no other.
#[tokio::test(flavor = "multi_thread")]
async fn one_controllers_broken_chain_silences_no_other() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let url = world.platform.url.clone();
        let beta = add_controller(&world.store, "beta", &url, "beta".to_owned(), "demo", swift_policy()).await;
        let gamma = add_controller(&world.store, "gamma", &url, "gamma".to_owned(), "demo", swift_policy()).await;
        let receiver = Receiver::start().await;
        let mut subscribers = Vec::new();
        for controller in [&world.controller, &beta, &gamma] {
            subscribers.push(world.subscribe_for(controller, &receiver.url, Version::V1).await.0);
        }
        let file = async |controller| world.file_for(controller, Right::Access, ADA, Vec::new()).await;
        let broken = file(&beta).await;
        duties::link(&world.store).await.unwrap();
        // What was told of it is forgotten, and would be told under the same numbers once more.
        let text = format!("UPDATE announced_requests SET seq = 0, status = NULL WHERE controller_id = {}", {
            let hex = beta.id.0.simple();
            if kind == testbed::database::Kind::Sqlite { format!("X'{hex}'") } else { format!("'{hex}'") }
        });
        world.store.db.write().execute_unprepared(&text).await.unwrap();
        let (_, officer) = add_client(&world.store, "beta", &beta).await;
        let txn = world.store.db.begin().await.unwrap();
        Case::open(&txn, &world.store, &officer, broken, None).await.unwrap().withdraw("not now").await.unwrap();
        txn.commit().await.unwrap();
        let (one, other) = (file(&world.controller).await, file(&gamma).await);
        let heard = async |at: usize| world.log(&subscribers[at]).await.len();
        let before = heard(1).await;
        duties::link(&world.store).await.unwrap_err();
        assert_eq!((heard(0).await, heard(1).await, heard(2).await), (2, before, 2), "{one} {other}");
    })
    .await;
}

const ADA: &[(K, &str)] = &[(K::Email, "ada.access@example.com")];

/// What is rarely told, each through the act that causes it.
#[tokio::test(flavor = "multi_thread")]
async fn more_time_categories_work_of_people_and_a_retry_are_told() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        // It is told nothing over the wire, and all of it stands in its log.
        let by = Actor::operator();
        let off = entities::subscriber::table::DisabledFor::Decided;
        let now = world.store.now();
        world
            .with_locked(&one, async |txn, row| {
                manage::disable(txn, now, &by, &row, off).await.unwrap();
            })
            .await;
        let said = |kind: &str, status: &str| (kind.to_owned(), json!(status));
        let since = async |before: usize| world.told(&one).await.split_off(before);

        let new = world.new_request(Right::Access.into(), ADA, Vec::new());
        let new = NewRequest { regime: Regime::US_CA_CCPA, identity_method: None, ..new };
        let id = world.file_new(&world.controller, new).await;
        world.decide(id, async |case| case.refuse("not_verified", None, "no reply").await).await.unwrap();
        world.asked(id, QuestionCode::ManualWork).await;
        let told = since(0).await;
        let way = [
            said("received", "received"),
            said("identity_required", "verifying"),
            said("status_changed", "resolving"),
            said("status_changed", "reviewing"),
            said("status_changed", "executing"),
        ];
        assert_eq!(told, way, "fell back to categories, and was handed over to people");

        let so_far = told.len();
        let code = ExtensionReason::Complexity;
        world.decide(id, async |case| case.extend(code, "eleven mailboxes", None).await).await.unwrap();
        let now = world.store.now();
        world.decide(id, async |case| case.announce(now, "letter").await).await.unwrap();
        let told = since(so_far).await;
        assert_eq!(told, [said("extended", "executing")]);
        let last: Value = serde_json::from_str(&world.log(&one).await.last().unwrap().announcement.payload).unwrap();
        assert_eq!(last["data"]["due_at"], json!(world.request(id).await.cautious_at), "the new date");

        let so_far = so_far + 1;
        let new = world.new_request(Asked::Erasure, &[(K::Email, "erin.once@example.com")], Vec::new());
        let id = world.file_new(&world.controller, new).await;
        world.approve(id).await;
        world.asked(id, QuestionCode::JobFailed).await;
        let failed = world.failed_job(id).await;
        world.retry_job(id, failed).await;
        world.until_closed(id).await;
        let told = since(so_far).await;
        let statuses: Vec<_> = told.iter().map(|(_, status)| status.as_str().unwrap()).collect();
        assert_eq!(statuses.first(), Some(&"received"));
        assert!(statuses.ends_with(&["executing", "answering", "closed"]), "{statuses:?}");
        assert!(receiver.taken().is_empty());
    })
    .await;
}

/// Everything of a time that arrived already goes once more, in order, under its ids.
#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_time_goes_once_more_in_order() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        world.file(Right::Access, ADA).await;
        duties::link(&world.store).await.unwrap();
        world.settle_subscribers().await;
        let (now, by) = (world.store.now(), Actor::operator());
        let range = Range { only: replay::OnlyMissed::No, ..Range::missed_since(entities::time::At::ZERO) };
        let which = Which::Range(range);
        let sent = world.with_locked(&one, async |txn, row| replay::replay(txn, now, &by, &row, which).await.unwrap());
        assert_eq!(sent.await, Replayed { deliveries: 2, next: None });
        world.settle_subscribers().await;
        let seqs: Vec<_> = receiver.taken().iter().map(|it| body(it)["data"]["seq"].clone()).collect();
        assert_eq!(seqs, [1, 2, 1, 2].map(Value::from));
    })
    .await;
}

impl World {
    /// Runs what is due for subscribers, and nothing of the requests'.
    async fn settle_subscribers(&self) {
        let hand = ByHand::new(self, "one");
        for step in hand.claim(HOUR).await {
            if step.kind == StepKind::Notify {
                hand.run(&step).await.unwrap();
            }
        }
    }
}
