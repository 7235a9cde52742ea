//! What subscribers are told: each event once, in order, with nothing of the person, and only whom it concerns.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use entities::announcement::decision;
use entities::announcement::delivery::{self, Ended};
use entities::announcement::kind::{AnnouncementKind, DeliveryState, Failure};
use entities::announcement::log::{Filter, Line, page};
use entities::announcement::replay::{NotSent, OnlyMissed, Range, Replayed, Which, replay, test};
use entities::client::reach::Reach;
use entities::event::chain;
use entities::event::trail::Actor;
use entities::installation::rotation;
use entities::request::right::Right as Asked;
use entities::step::kind::StepKind;
use entities::step::table as step;
use entities::subscriber::keys;
use entities::subscriber::manage::{self, Change, MOST, NewSubscriber, NotMade};
use entities::subscriber::table::{DisabledFor, Model as Subscriber};
use entities::{controller, subscriber};
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use testbed::database::Kind::{self, Postgres, Sqlite};
use vault::keyring::Keyring;
use webhooks::keys::Version;
use webhooks::sign::MessageId;

use crate::world::{EMAIL, NAME, PHONE, START, WORDS, World, add_controller, new_request};

impl World {
    async fn subscribe(&self, controller: &controller::table::Model, kinds: &[AnnouncementKind]) -> Subscriber {
        let new = NewSubscriber {
            controller: controller.id,
            url: "https://hooks.example.com/dsr".parse().unwrap(),
            description: "tickets".to_owned(),
            kinds: kinds.to_vec(),
            owner: "desk@acme.example".to_owned(),
            version: Version::V1,
        };
        let txn = self.begin().await;
        let (made, secret) = manage::make(&txn, &self.store, &Actor::operator(), new).await.unwrap();
        txn.commit().await.unwrap();
        assert!(secret.expose_secret().starts_with("whsec_"));
        made
    }

    async fn link(&self) {
        for controller in chain::unlinked(self.store.db.read()).await.unwrap() {
            chain::link(&self.store, controller, 500).await.unwrap();
        }
    }

    /// What was written down for a subscriber, oldest first.
    async fn told(&self, to: &Subscriber) -> Vec<Line> {
        let mut lines = page(self.store.db.read(), to.id, Filter::default(), None, 1_000).await.unwrap();
        lines.reverse();
        lines
    }

    async fn bodies(&self, to: &Subscriber) -> Vec<Value> {
        let lines = self.told(to).await;
        lines.iter().map(|line| serde_json::from_str(&line.announcement.payload).unwrap()).collect()
    }

    async fn notify_steps(&self) -> usize {
        let steps = step::Entity::find().filter(step::COLUMN.kind.eq(StepKind::Notify));
        steps.all(self.store.db.read()).await.unwrap().len()
    }

    /// Changes a subscriber as a decision over the API does.
    async fn with_locked<T>(
        &self,
        one: &Subscriber,
        change: impl AsyncFnOnce(&entities::db::Txn, Subscriber) -> T,
    ) -> T {
        let txn = self.begin().await;
        let row = subscriber::queries::lock(&txn, &Reach::installation(), one.id).await.unwrap().unwrap();
        let done = change(&txn, row).await;
        txn.commit().await.unwrap();
        done
    }
}

fn brief(bodies: &[Value]) -> Vec<(String, i64, String, String)> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    bodies
        .iter()
        .map(|it| {
            let data = &it["data"];
            (word(&it["type"]), data["seq"].as_i64().unwrap(), word(&data["previous_status"]), word(&data["status"]))
        })
        .collect()
}

fn said(kind: &str, seq: i64, previous: &str, status: &str) -> (String, i64, String, String) {
    (format!("dsr.request.{kind}"), seq, previous.to_owned(), status.to_owned())
}

#[rstest]
#[tokio::test]
async fn each_act_is_told_once_in_order_and_names_nobody(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let all = world.subscribe(&world.controller, &[]).await;
    let request = world.file_new(&world.controller, new_request(Right::Access.into(), START)).await;
    let by = world.officer().await;
    world.link().await;
    world.decide(&by, request.id, async |case| case.hold(WORDS).await).await.unwrap();
    world.decide(&by, request.id, async |case| case.release().await).await.unwrap();
    world.decide(&by, request.id, async |case| case.verify("document", None).await).await.unwrap();
    world.link().await;
    world.link().await;
    world.decide(&by, request.id, async |case| case.refuse("manifestly_unfounded", None, WORDS).await).await.unwrap();
    world.link().await;
    let bodies = world.bodies(&all).await;
    assert_eq!(
        brief(&bodies),
        [
            said("received", 1, "-", "received"),
            said("identity_required", 2, "received", "verifying"),
            said("status_changed", 3, "verifying", "resolving"),
            said("rejected", 4, "resolving", "closed"),
        ]
    );
    let last = &bodies[3];
    assert_eq!(last["timestamp"], json!("2026-11-20T09:00:00Z"));
    assert_eq!(last["data"]["request_id"], json!(request.id));
    assert_eq!(last["data"]["reference"], json!(request.reference));
    assert_eq!(last["data"]["external_ref"], Value::Null);
    assert_eq!(last["data"]["outcome"], json!("refused"));
    assert_eq!(last["data"]["due_at"], json!(request.cautious_at));
    let mut fields: Vec<_> = last["data"].as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    let thin = ["due_at", "external_ref", "outcome", "previous_status", "reference", "request_id", "seq", "status"];
    assert_eq!(fields, thin);
    for line in world.told(&all).await {
        for personal in [NAME, EMAIL, PHONE, WORDS, "Quillfeather", "quillfeather"] {
            assert!(!line.announcement.payload.contains(personal), "{}", line.announcement.payload);
        }
    }
    assert_eq!(world.notify_steps().await, 1, "one step a subscriber, whatever waits");
    assert!(
        chain::verify(&world.store.db, &world.store.safe.signing().public_key(), None, &[]).await.unwrap().is_whole()
    );
}

#[rstest]
#[tokio::test]
async fn many_workers_that_link_at_once_announce_each_event_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let all = world.subscribe(&world.controller, &[]).await;
    let mut requests = Vec::new();
    for _ in 0..12 {
        requests.push(world.file(Right::Access).await.id);
    }
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (store, controller) = (world.another_process().await, world.controller.id);
        workers.spawn(async move { while chain::link(&store, controller, 3).await.unwrap() > 0 {} });
    }
    workers.join_all().await;
    world.link().await;
    let bodies = world.bodies(&all).await;
    for request in requests {
        let own: Vec<_> = bodies.iter().filter(|it| it["data"]["request_id"] == json!(request)).cloned().collect();
        let whole = [said("received", 1, "-", "received"), said("status_changed", 2, "received", "resolving")];
        assert_eq!(brief(&own), whole);
    }
    assert_eq!(bodies.len(), 24);
}

/// More rows at once than a database takes values in one statement.
#[rstest]
#[tokio::test]
async fn many_events_are_told_many_subscribers_at_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut subscribers = Vec::new();
    for _ in 0..MOST {
        subscribers.push(world.subscribe(&world.controller, &[]).await);
    }
    for _ in 0..60 {
        world.file(Right::Access).await;
    }
    world.link().await;
    for one in [&subscribers[0], &subscribers[MOST - 1]] {
        assert_eq!(world.told(one).await.len(), 120);
    }
    assert_eq!(world.notify_steps().await, MOST);
}

#[rstest]
#[tokio::test]
async fn only_those_are_told_who_want_it_and_whom_it_concerns(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let beta = add_controller(&world.store, "beta").await;
    let endings = world.subscribe(&world.controller, &[AnnouncementKind::Completed, AnnouncementKind::Rejected]).await;
    let other = world.subscribe(&beta, &[]).await;
    let before = world.file(Right::Access).await;
    world.link().await;
    let late = world.subscribe(&world.controller, &[]).await;
    let by = world.officer().await;
    world.decide(&by, before.id, async |case| case.withdraw(WORDS).await).await.unwrap();
    world.link().await;
    let ended = said("completed", 3, "resolving", "closed");
    let [first, second] = [brief(&world.bodies(&endings).await), brief(&world.bodies(&late).await)];
    assert_eq!(first, [ended], "its place counts what was told others too");
    assert_eq!(second, first, "whoever comes late is told from then on");
    assert_eq!(world.bodies(&late).await[0]["data"]["outcome"], json!("withdrawn"));
    assert_eq!(world.told(&other).await, []);
    let mut opt_out = new_request(Asked::OptOut, START);
    opt_out.regime = law::regime::Regime::US_CA_CCPA;
    world.file_new(&beta, opt_out).await;
    world.link().await;
    let free = [said("received", 1, "-", "received"), said("status_changed", 2, "received", "resolving")];
    assert_eq!(brief(&world.bodies(&other).await), free, "an opt-out waits for no proof");
}

/// What looks like a kind of event in the code and is none.
const NONE: [&str; 4] = ["candidates.record", "installation.key", "requests.note", "requests.replacements"];

/// Every kind of event that the code records has a row in the table: what stands where events are made, and what begins with
/// the same noun as one that has a row.
#[test]
fn every_kind_of_event_in_the_code_is_decided_about() {
    let nouns: BTreeSet<&str> = decision::TABLE.iter().filter_map(|(kind, _)| Some(kind.split_once('.')?.0)).collect();
    let (mut found, mut unknown) = (BTreeSet::new(), Vec::new());
    for (path, text) in sources() {
        let made = ["Entry::of(", "Entry::on(", "record(", "record_on(", "record_reasoned("].into_iter();
        let made = made.flat_map(|call| text.match_indices(call).map(move |(at, _)| at + call.len()));
        let made: Vec<String> = made.filter_map(|at| text_after(&text, at)).collect();
        let alike = text.split('"').filter(|word| word.split_once('.').is_some_and(|(noun, _)| nouns.contains(noun)));
        for kind in made.iter().map(String::as_str).chain(alike).filter(|kind| is_kind(kind) && !NONE.contains(kind)) {
            found.insert(kind.to_owned());
            if decision::about(kind).is_none() {
                unknown.push(format!("{kind} in {}", path.display()));
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new(), "give each a row in entities/src/announcement/decision.rs");
    let lost: Vec<_> = decision::TABLE.iter().filter(|(kind, _)| !found.contains(*kind)).collect();
    assert_eq!(lost, Vec::<&(&str, decision::Decision)>::new(), "no such event is recorded");
}

/// The table that people read names each event that is told, and no other.
#[test]
fn the_documents_table_is_the_codes() {
    let text = include_str!("../../../docs/SUBSCRIBERS.md");
    let table = text.split("<!-- ").nth(1).unwrap();
    let named: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let told = decision::TABLE.iter().filter(|(_, decision)| *decision != decision::Decision::Silent);
    assert_eq!(named, told.clone().map(|(kind, _)| *kind).collect::<Vec<_>>());
    for (kind, decision) in told {
        if let decision::Decision::Moved(to) = decision {
            assert!(text.contains(&format!("| `{kind}` | `status_changed` to `{to}` |")), "{kind}");
        }
    }
}

fn is_kind(text: &str) -> bool {
    let is_word = |it: &str| !it.is_empty() && it.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    text.split_once('.').is_some_and(|(noun, verb)| is_word(noun) && is_word(verb))
}

/// The first text in quotes within a call.
fn text_after(text: &str, at: usize) -> Option<String> {
    let rest: String = text[at..].chars().take(160).collect();
    rest.split(");").next()?.split('"').nth(1).map(str::to_owned)
}

/// The code that records events, without its tests.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders: Vec<_> =
        ["entities/src", "worker/src", "api/src", "console/src", "src"].map(|name| root.join(name)).into();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("announcement/decision.rs") {
                // Templates are named after what they show.
                let text = std::fs::read_to_string(&path).unwrap().replace(".html\"", "\"");
                sources.push((path, text.split("#[cfg(test)]").next().unwrap().to_owned()));
            }
        }
    }
    sources
}

#[rstest]
#[tokio::test]
async fn a_disabled_subscriber_misses_nothing_that_cannot_be_replayed(#[values(Sqlite, Postgres)] on: Kind) {
    use DeliveryState::{Abandoned, Waiting};
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let by = Actor::operator();
    world.file(Right::Access).await;
    world.link().await;
    let now = world.now();
    let off = world
        .with_locked(&one, async |txn, row| manage::disable(txn, now, &by, &row, DisabledFor::Decided).await.unwrap())
        .await;
    assert_eq!(off.disabled_for, Some(DisabledFor::Decided));
    world.later(Duration::from_secs(60));
    world.file(Right::Access).await;
    world.link().await;
    let states: Vec<_> = world.told(&one).await.iter().map(|line| line.delivery.state).collect();
    assert_eq!(states, [Abandoned; 4]);
    assert_eq!(delivery::next_at(world.store.db.read(), one.id).await.unwrap(), None);
    let all = Which::Range(Range::missed_since(START));
    let refused = world.with_locked(&one, async |txn, row| replay(txn, now, &by, &row, all).await).await;
    assert!(matches!(refused, Err(NotSent::Disabled)));
    assert!(matches!(
        world.with_locked(&one, async |txn, row| test(txn, now, &by, &row).await).await,
        Err(NotSent::Disabled)
    ));

    let now = world.now();
    world.with_locked(&one, async |txn, row| manage::enable(txn, now, &by, &row).await.unwrap()).await;
    // Only what happened in the second minute.
    let second = Which::Range(Range { to: Some(now + Duration::from_secs(1)), ..Range::missed_since(now) });
    let replay = async |which| {
        let sent = world.with_locked(&one, async |txn, row| replay(txn, now, &by, &row, which).await.unwrap()).await;
        assert_eq!(sent.next, None);
        sent.deliveries
    };
    assert_eq!(replay(second).await, 2);
    let states: Vec<_> = world.told(&one).await.iter().map(|line| line.delivery.state).collect();
    assert_eq!(states, [Abandoned, Abandoned, Waiting, Waiting]);
    assert_eq!(replay(all).await, 4, "what waits already is hurried, and counts");
    assert_eq!(world.notify_steps().await, 1);
    // Another's delivery is none of this one's.
    let other = world.subscribe(&world.controller, &[]).await;
    let foreign = Which::One(world.told(&one).await[0].delivery.id);
    let refused = world
        .with_locked(&other, async |txn, row| {
            entities::announcement::replay::replay(txn, now, &by, &row, foreign).await
        })
        .await;
    assert!(matches!(refused, Err(NotSent::NotFound)));
}

#[rstest]
#[tokio::test]
async fn an_attempt_is_written_down_before_and_after(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let by = Actor::operator();
    let now = world.now();
    let made = world.with_locked(&one, async |txn, row| test(txn, now, &by, &row).await.unwrap()).await;
    let (due, announcement) = delivery::due(world.store.db.read(), one.id, now).await.unwrap().unwrap();
    assert_eq!((due.id, announcement.kind), (made.id, AnnouncementKind::Test));
    let later = now + Duration::from_secs(5);
    world.with_locked(&one, async |txn, _| delivery::begin(txn, now, due.clone(), later).await.unwrap()).await;
    // Whoever began it died.
    assert_eq!(delivery::due(world.store.db.read(), one.id, now).await.unwrap(), None);
    assert_eq!(delivery::next_at(world.store.db.read(), one.id).await.unwrap(), Some(later));
    let (due, _) = delivery::due(world.store.db.read(), one.id, later).await.unwrap().unwrap();
    assert_eq!(due.attempts, 1);
    let failed = Ended { took_ms: 12, status: Some(500), failure: Some(Failure::Status) };
    let (due, attempt) =
        world.with_locked(&one, async |txn, _| delivery::begin(txn, later, due.clone(), later).await.unwrap()).await;
    // Disabled while it runs: a failure leaves it abandoned, a success counts.
    world
        .with_locked(&one, async |txn, row| {
            manage::disable(txn, later, &by, &row, DisabledFor::Decided).await.unwrap();
            delivery::end(txn, later, &due, attempt, failed, Some(later)).await.unwrap();
        })
        .await;
    let line = &world.told(&one).await[0];
    assert_eq!((line.delivery.state, line.delivery.tries), (DeliveryState::Abandoned, 2));
    let took = Ended { took_ms: 12, status: Some(204), failure: None };
    world.with_locked(&one, async |txn, _| delivery::end(txn, later, &due, attempt, took, None).await.unwrap()).await;
    let (line, attempts) =
        entities::announcement::log::one(world.store.db.read(), one.id, made.id).await.unwrap().unwrap();
    assert_eq!((line.delivery.state, line.delivery.last_status), (DeliveryState::Delivered, Some(204)));
    let seen: Vec<_> = attempts.iter().map(|it| (it.number, it.took_ms, it.status)).collect();
    assert_eq!(seen, [(1, None, None), (2, Some(12), Some(204))]);
    // What is long settled is forgotten, with all that belongs to it.
    let txn = world.begin().await;
    assert_eq!(delivery::forget(&txn, later, 100).await.unwrap(), 0);
    assert_eq!(delivery::forget(&txn, later + Duration::from_secs(1), 100).await.unwrap(), 1);
    txn.commit().await.unwrap();
    assert_eq!(world.told(&one).await, []);
    assert!(entities::announcement::table::Entity::find().all(world.store.db.read()).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn a_replaced_key_signs_for_a_day_beside_the_new_one(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let by = Actor::operator();
    let live = async || keys::live(world.store.db.read(), one.id, world.now()).await.unwrap().len();
    let (_, secret) = world
        .with_locked(&one, async |txn, row| manage::rotate(txn, &world.store, &by, &row, Version::V1a).await.unwrap())
        .await;
    assert!(secret.expose_secret().starts_with("whpk_"));
    assert_eq!(live().await, 2);
    world.later(keys::OVERLAP - Duration::from_secs(1));
    assert_eq!(live().await, 2);
    world.later(Duration::from_secs(1));
    assert_eq!(live().await, 1);
    // A message does not grow without end, and no key that somebody verifies with is cut off before its day is over.
    let rotate = async || {
        world.with_locked(&one, async |txn, row| manage::rotate(txn, &world.store, &by, &row, Version::V1).await).await
    };
    for _ in 1..keys::MOST {
        rotate().await.unwrap();
    }
    let oldest = world.now() + keys::OVERLAP;
    assert!(matches!(rotate().await, Err(keys::NotMade::TooMany(at)) if at == oldest));
    assert_eq!(live().await, keys::MOST);
    keys::signer(world.store.db.read(), &world.store.safe, one.id, world.now()).await.unwrap();
    world.later(keys::OVERLAP);
    rotate().await.unwrap();
    assert_eq!(live().await, 2);
}

#[rstest]
#[tokio::test]
async fn a_new_installation_key_leaves_the_keys_of_subscribers_what_they_are(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let id = MessageId::new("msg_1").unwrap();
    let signed = async |store: &entities::store::Store| {
        let signer = keys::signer(store.db.read(), &store.safe, one.id, world.now()).await.unwrap();
        signer.headers(&id, world.now().timestamp(), b"{}")
    };
    let before = signed(&world.store).await;
    let rotated = world.keyring().rotated();
    let txn = world.begin().await;
    rotation::reseal(&txn, &rotated).await.unwrap();
    txn.commit().await.unwrap();
    let new_alone = Keyring::parse(rotated.to_text().lines().next().unwrap()).unwrap();
    assert_eq!(signed(&world.process_with(new_alone).await).await, before);
}

#[rstest]
#[tokio::test]
async fn a_removed_subscriber_leaves_its_log_and_no_key(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    world.file(Right::Access).await;
    world.link().await;
    let (by, now) = (Actor::operator(), world.now());
    world.with_locked(&one, async |txn, row| manage::remove(txn, now, &by, &row).await.unwrap()).await;
    assert_eq!(subscriber::queries::by_id(world.store.db.read(), &Reach::installation(), one.id).await.unwrap(), None);
    assert!(keys::live(world.store.db.read(), one.id, now).await.unwrap().is_empty());
    assert_eq!(world.told(&one).await.len(), 2);
    world.file(Right::Access).await;
    world.link().await;
    assert_eq!(world.told(&one).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_change_is_an_event_that_names_the_host_alone(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let by = Actor::operator();
    let change = Change {
        url: Some("https://other.example.com/secret-path".parse().unwrap()),
        kinds: Some(vec![AnnouncementKind::Received]),
        ..Change::default()
    };
    let changed = world
        .with_locked(&one, async |txn, row| manage::change(txn, &world.store, &by, &row, change).await.unwrap())
        .await;
    assert_eq!(changed.url(&world.store.safe).unwrap(), "https://other.example.com/secret-path");
    assert_eq!((changed.version, changed.kinds.as_str()), (2, "dsr.request.received"));
    let events = entities::event::table::Entity::find()
        .filter(entities::event::table::COLUMN.kind.starts_with("subscriber."))
        .all(world.store.db.read())
        .await
        .unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(world.places_of(&["secret-path"]).await, Vec::<String>::new(), "it is stored sealed");
    assert!(events.iter().all(|it| !it.data.contains("secret-path") && it.data.contains("example.com")), "{events:?}");
    for _ in 1..MOST {
        world.subscribe(&world.controller, &[]).await;
    }
    let txn = world.begin().await;
    let new = NewSubscriber {
        controller: world.controller.id,
        url: "https://hooks.example.com/".parse().unwrap(),
        description: String::new(),
        kinds: Vec::new(),
        owner: "desk@acme.example".to_owned(),
        version: Version::V1,
    };
    assert!(matches!(manage::make(&txn, &world.store, &by, new).await, Err(NotMade::TooMany)));
}

#[rstest]
#[tokio::test]
async fn a_long_replay_goes_part_by_part_even_where_all_of_it_arrived(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let (by, now) = (Actor::operator(), world.now());
    for _ in 0..3 {
        world.file(Right::Access).await;
    }
    world.link().await;
    let mut range = Range { only: OnlyMissed::No, limit: 4, ..Range::missed_since(START) };
    let mut sent = Vec::new();
    loop {
        let which = Which::Range(range);
        let Replayed { deliveries, next } =
            world.with_locked(&one, async |txn, row| replay(txn, now, &by, &row, which).await.unwrap()).await;
        sent.push(deliveries);
        range.after = next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(sent, [4, 2], "two things of each of three requests");
}

/// A subscriber that somebody switches off while news is linked: either it is told before, and what waits is given up, or after,
/// and nothing waits. Nothing is left waiting that nobody sends.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_switched_off_meanwhile_waits_for_nobody(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    world.file(Right::Access).await;
    let (by, now) = (Actor::operator(), world.now());
    let txn = world.begin().await;
    let row = subscriber::queries::lock(&txn, &Reach::installation(), one.id).await.unwrap().unwrap();
    manage::disable(&txn, now, &by, &row, DisabledFor::Decided).await.unwrap();
    let (store, controller) = (world.another_process().await, world.controller.id);
    let link = tokio::spawn(async move { chain::link(&store, controller, 500).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    txn.commit().await.unwrap();
    link.await.unwrap().unwrap();
    world.link().await;
    let states: Vec<_> = world.told(&one).await.iter().map(|line| line.delivery.state).collect();
    assert_eq!(states, [DeliveryState::Abandoned; 2]);
    assert_eq!(world.notify_steps().await, 0);
}

/// What an attempt made of a delivery counts only where the delivery is still as the attempt left it.
#[rstest]
#[tokio::test]
async fn a_failure_does_not_undo_a_replay(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let (by, now) = (Actor::operator(), world.now());
    let made = world.with_locked(&one, async |txn, row| test(txn, now, &by, &row).await.unwrap()).await;
    let (due, attempt) =
        world.with_locked(&one, async |txn, _| delivery::begin(txn, now, made, now).await.unwrap()).await;
    let again = Which::One(due.id);
    world.with_locked(&one, async |txn, row| replay(txn, now, &by, &row, again).await.unwrap()).await;
    let failed = Ended { took_ms: 12, status: Some(500), failure: Some(Failure::Status) };
    let later = now + Duration::from_secs(3600);
    let end = delivery::end;
    world.with_locked(&one, async |txn, _| end(txn, now, &due, attempt, failed, Some(later)).await.unwrap()).await;
    let line = world.told(&one).await.remove(0).delivery;
    assert_eq!((line.state, line.attempts, line.next_at), (DeliveryState::Waiting, 0, now));
}

/// A message names the ticket that its request came from, and is written whatever else is wrong with the request's row.
#[rstest]
#[tokio::test]
async fn the_ticket_is_named_and_no_other_column_matters(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let request = world.file(Right::Access).await;
    world.ticket_of(request.id, "4711").await;
    let spoilt = "UPDATE requests SET channel = 'x', outcome = 'no such outcome'";
    world.store.db.write().execute_unprepared(spoilt).await.unwrap();
    world.link().await;
    let told = world.bodies(&one).await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|body| body["data"]["external_ref"] == "4711"), "{told:?}");
}

impl World {
    /// A ticket of a source that became this request.
    async fn ticket_of(&self, request: entities::id::RequestId, name: &str) {
        use entities::source::manage::{NewSource, add};
        use entities::ticket::queries::{Heard, by_external_id, hear};
        let new = NewSource {
            slug: "desk".to_owned(),
            controller: self.controller.id,
            system: "standard".to_owned(),
            setup: r#"{"scheme": "standard_webhooks"}"#.to_owned(),
            secret: "whsec_enp5enh6enp5enh6enp5enh6enp5enh6".into(),
            settings: Default::default(),
            mapping: r#"{"map": {}}"#.to_owned(),
            credentials: None,
        };
        let txn = self.begin().await;
        let source = add(&txn, &self.store, &Actor::operator(), new).await.unwrap();
        let heard = Heard {
            external_id: name,
            document: None,
            vouched: true,
            changed_at: None,
            gone: false,
            by_us: false,
            received_at: self.now(),
        };
        hear(&txn, &self.store, &source, heard).await.unwrap();
        let id = by_external_id(&*txn, source.id, name).await.unwrap().unwrap().id;
        let row = entities::ticket::table::ActiveModel {
            id: sea_orm::ActiveValue::Unchanged(id),
            request_id: sea_orm::ActiveValue::Set(Some(request)),
            ..Default::default()
        };
        entities::ticket::table::Entity::update(row).exec(&*txn).await.unwrap();
        txn.commit().await.unwrap();
    }
}
