//! Which events are told, to whom, in which order and with what in them.

use entities::announcement::kind::AnnouncementKind;
use entities::event::chain;
use entities::request::right::Right as Asked;
use entities::subscriber::manage::MOST;
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::{EMAIL, NAME, PHONE, START, WORDS, World, add_controller, new_request};

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
