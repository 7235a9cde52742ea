//! Calls as they come in: twice, out of order, unreadable, from whom they say or not, and while nobody wants to read them.

use std::time::Duration;

use entities::delivery::table::DeliveryState;
use entities::event::trail::Actor;
use entities::source::queries::{Change, rotate};
use entities::step::kind::StepKind;
use entities::ticket::table::TicketState;
use serde_json::{Value, json};

use super::world::World;
use super::{of_each, of_one};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_comes_twice_does_nothing_twice() {
    of_each(
        |_| true,
        async |kind, system| {
            let world = World::start(kind, system).await;
            let call = world.call().await;
            let (one, other) = futures::future::join(world.send(&call), world.send(&call)).await;
            assert_eq!((one, other), (202, 202), "{}", world.name());
            let id = world.until_filed().await;
            assert_eq!(world.send(&call).await, 202, "{}", world.name());
            world.until_quiet().await;
            let stored = world.deliveries().await;
            let (least, most) = match system.slug {
                // Where nothing is signed a call is a hint, and each one is followed.
                "freshdesk" | "servicenow" => (3, 3),
                // Nothing but the instant of sending tells one call from another, and it is signed.
                "hubspot" | "salesforce-apex" => (1, 3),
                _ => (1, 1),
            };
            assert!((least..=most).contains(&stored.len()), "{}: {}", world.name(), stored.len());
            assert!(stored.iter().all(|it| it.body_sealed.is_none()), "{}: what was read is kept", world.name());
            assert_eq!(world.tickets().await.len(), 1, "{}", world.name());
            assert_eq!(world.events("request.filed").await, 1, "{}", world.name());
            let comments = world.comments().await.len();
            assert_eq!(comments, if system.has_notes() { 2 } else { 0 }, "{}: received, verified", world.name());
            assert_eq!(world.ticket().await.unwrap().request_id, Some(id), "{}", world.name());
        },
    )
    .await;
}

/// The newer of two calls comes first. What it says counts, or what the ticket says when it is read.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_call_after_a_newer_one_changes_nothing() {
    of_each(
        |system| system.answers(),
        async |kind, system| {
            let world = World::start(kind, system).await;
            world.change_source(Change { paused: Some(true), ..Change::default() }).await;
            let older = world.call().await;
            world.rewrite("zoe.l@example.com", "zoe.new@example.com", "2026-03-02T09:18:00Z").await;
            let newer = world.call().await;
            assert_eq!(world.send_by(system.secret, "delivery-2", &newer).await, 202, "{}", world.name());
            assert_eq!(world.send_by(system.secret, "delivery-1", &older).await, 202, "{}", world.name());
            world.change_source(Change { paused: Some(false), ..Change::default() }).await;
            let id = world.until_filed().await;
            let known = world.identifiers(id).await;
            let expected = ("email".to_owned(), "zoe.new@example.com".to_owned());
            assert!(known.contains(&expected), "{}: {known:?}", world.name());
            assert_eq!(world.events("request.filed").await, 1, "{}", world.name());
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_leaves_nothing_behind() {
    of_each(
        |_| true,
        async |kind, system| {
            let world = World::start(kind, system).await;
            let call = world.call().await;
            assert_eq!(world.send_by(system.next_secret, "delivery-1", &call).await, 401, "{}", world.name());
            world.until_quiet().await;
            assert_eq!(world.deliveries().await.len(), 0, "{}", world.name());
            assert_eq!(world.tickets().await.len(), 0, "{}", world.name());
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_secrets_count_until_the_old_ones_time_is_over() {
    const OVERLAP: Duration = Duration::from_secs(24 * 3600);
    of_each(
        |_| true,
        async |kind, system| {
            let world = World::start(kind, system).await;
            let row = world.source().await;
            let txn = world.store.db.begin().await.unwrap();
            rotate(&txn, &world.store, &Actor::operator(), &row, &system.next_secret.into(), OVERLAP).await.unwrap();
            txn.commit().await.unwrap();
            let call = world.call().await;
            let by = async |secret: &str, id: &str| world.send_by(secret, id, &call).await;
            assert_eq!(by(system.secret, "1").await, 202, "{}: the old one still counts", world.name());
            assert_eq!(by(system.next_secret, "2").await, 202, "{}: the new one does", world.name());
            world.until_filed().await;
            world.until_quiet().await;
            world.pass(OVERLAP);
            assert_eq!(by(system.secret, "3").await, 401, "{}: the old one's time is over", world.name());
            assert_eq!(by(system.next_secret, "4").await, 202, "{}", world.name());
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_did_ourselves_is_no_news() {
    of_each(
        // Intercom tells by the newest entry of a ticket's history who changed it, and there is none yet.
        |system| system.answers() && system.slug != "intercom",
        async |kind, system| {
            let ours = |settings: &mut entities::source::settings::Settings| {
                settings.link.as_mut().unwrap().actor = Some(system.actor.to_owned());
            };
            let world = World::with(kind, system, ours).await;
            world.tell().await;
            world
                .until("the call to be read", async || {
                    world.deliveries().await.iter().all(|it| it.state == DeliveryState::Ignored)
                })
                .await;
            assert_eq!(world.tickets().await.len(), 0, "{}", world.name());
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_source_stores_and_reads_later() {
    of_one("zendesk", async |kind, system| {
        let world = World::start(kind, system).await;
        world.change_source(Change { paused: Some(true), ..Change::default() }).await;
        world.tell().await;
        world
            .until("the call to wait", async || {
                let steps = world.steps(StepKind::Ingest).await;
                steps.iter().any(|step| step.run_at > world.store.now())
            })
            .await;
        let stored = world.deliveries().await;
        assert_eq!((stored.len(), stored[0].state), (1, DeliveryState::Received), "{}", world.name());
        assert!(world.tickets().await.is_empty(), "{}", world.name());
        world.change_source(Change { paused: Some(false), ..Change::default() }).await;
        world.until_filed().await;
        assert_eq!(world.deliveries().await[0].state, DeliveryState::Read, "{}", world.name());
    })
    .await;
}

/// A signature says who wrote it, not that it can be read.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_nobody_can_read_is_kept_and_said() {
    of_each(
        |system| system.slug != "salesforce",
        async |kind, system| {
            let world = World::start(kind, system).await;
            for (number, body) in
                ["{\"ticket\":", "{\"a\":1,\"a\":2}", "[[[", "\"zoe.l@example.com\""].iter().enumerate()
            {
                let call = ("application/json".to_owned(), (*body).to_owned());
                let id = format!("broken-{number}");
                assert_eq!(world.send_by(system.secret, &id, &call).await, 202, "{}: {body}", world.name());
            }
            world
                .until("them to be looked at", async || {
                    world.deliveries().await.iter().all(|it| it.state != DeliveryState::Received)
                })
                .await;
            for it in world.deliveries().await {
                // These speak of other things than tickets as well.
                if it.state == DeliveryState::Ignored && matches!(system.slug, "intercom" | "github") {
                    continue;
                }
                assert_eq!(it.state, DeliveryState::Unreadable, "{}", world.name());
                let problem = it.problem.unwrap_or_default();
                assert!(!problem.is_empty() && !problem.contains("zoe"), "{}: {problem:?}", world.name());
                assert!(it.body_sealed.is_some(), "{}: its bytes are kept for a person", world.name());
            }
            assert!(world.tickets().await.is_empty(), "{}", world.name());
            assert!(world.events("delivery.unreadable").await >= 3, "{}", world.name());
            // What comes after it is read.
            world.tell().await;
            world.until_filed().await;
        },
    )
    .await;
}

/// What is not mapped goes to a person with the place and the way out; mended, it goes on where it stood.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_means_nothing_waits_for_a_person() {
    of_one("zendesk", async |kind, system| {
        let world = World::start(kind, system).await;
        world.rewrite("dsr_erasure", "dsr_forget_me", "2026-03-02T09:16:00Z").await;
        world.tell().await;
        let ticket = world.until_ticket("triage", |it| it.state == TicketState::Triage).await;
        let problems: Value = serde_json::from_str(&ticket.problems).unwrap();
        let named = problems.as_array().unwrap().iter().find(|it| it["target"] == "request_type").unwrap();
        assert_eq!(named["code"], "unmapped", "{problems}");
        assert_eq!(named["pointer"], "/ticket/fields/360012345601", "{problems}");
        assert!(named["reason"].as_str().unwrap().contains("table"), "{named}: the way out is the table");
        assert!(!ticket.problems.contains("dsr_forget_me"), "{}: no value is quoted", ticket.problems);
        assert_eq!(world.events("ticket.triage").await, 1, "{}", world.name());
        let mut mapping: Value = serde_json::from_str(&system.mapping()).unwrap();
        mapping["map"]["request_type"]["values"]["dsr_forget_me"] = json!("erasure");
        world.change_source(Change { mapping: Some(mapping.to_string()), ..Change::default() }).await;
        world.retry().await;
        let id = world.until_filed().await;
        let ticket = world.ticket().await.unwrap();
        assert_eq!((ticket.mapping_version, ticket.problems.as_str()), (Some(2), "[]"), "{}", world.name());
        assert_eq!(ticket.document_sealed, None, "{}: the request holds what is personal now", world.name());
        assert_eq!(world.request(id).await.channel, "ticket");
    })
    .await;
}
