//! Calls as they come in: twice, out of order, unreadable, from whom they say or not, and while nobody wants to read them.

use std::time::Duration;

use entities::delivery::table::DeliveryState;
use entities::event::trail::Actor;
use entities::source::manage::{Change, Rotation, rotate};
use entities::step::kind::StepKind;
use entities::ticket::table::TicketState;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::systems::standard_call;
use super::world::{HOUR, World};
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
                "freshdesk" | "servicenow" | "github-token" => (3, 3),
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

/// Calls that waited while a source was paused, or while nobody was there to read them, are read side by side when that is over:
/// an older one does not get ahead of a newer.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_in_a_pause_counts_as_a_whole() {
    of_one("zendesk", async |kind, system| {
        let world = World::start(kind, system).await;
        world.change_source(Change { paused: Some(true), ..Change::default() }).await;
        let put_off = async |calls: usize| {
            let due = async || {
                let steps = world.steps(StepKind::Ingest).await;
                steps.iter().filter(|it| it.run_at > world.store.now()).count() == calls
            };
            world.until("the call to wait", due).await;
        };
        let older = world.call().await;
        assert_eq!(world.send_by(system.secret, "delivery-1", &older).await, 202);
        put_off(1).await;
        world.pass(Duration::from_secs(35));
        world.rewrite("zoe.l@example.com", "zoe.new@example.com", "2026-03-02T09:18:00Z").await;
        let newer = world.call().await;
        assert_eq!(world.send_by(system.secret, "delivery-2", &newer).await, 202);
        put_off(2).await;
        // Nobody wakes what waits, so that the two are read one after the other, each a minute after it was put off.
        let source = entities::source::table::ActiveModel {
            id: Unchanged(world.source().await.id),
            paused: Set(false),
            ..Default::default()
        };
        entities::source::table::Entity::update(source).exec(world.store.db.write()).await.unwrap();
        world.pass(Duration::from_secs(33));
        world.until("the older call to be read", async || world.ticket().await.is_some()).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(world.events("request.filed").await, 0, "{}: a newer call waits", world.name());
        world.pass(Duration::from_secs(25));
        let id = world.until_filed().await;
        let known = world.identifiers(id).await;
        assert!(known.contains(&("email".to_owned(), "zoe.new@example.com".to_owned())), "{known:?}");
    })
    .await;
}

/// Where a ticket does not say when the person wrote, the clock runs from when its first call came, however late that is read.
#[tokio::test(flavor = "multi_thread")]
async fn the_clock_runs_from_the_first_call_and_not_from_its_reading() {
    of_one("zendesk", async |kind, system| {
        let world = World::start(kind, system).await;
        let mut mapping: Value = serde_json::from_str(&system.mapping()).unwrap();
        mapping["map"].as_object_mut().unwrap().remove("received_at").unwrap();
        let (mapping, paused) = (Some(mapping.to_string()), Some(true));
        world.change_source(Change { mapping, paused, ..Change::default() }).await;
        world.tell().await;
        let came = world.deliveries().await[0].received_at;
        world.pass(Duration::from_secs(3 * 24 * 3600));
        assert_eq!(world.send_by(system.secret, "delivery-2", &world.call().await).await, 202, "{}", world.name());
        world.change_source(Change { paused: Some(false), ..Change::default() }).await;
        let id = world.until_filed().await;
        assert_eq!(world.request(id).await.received_at, came, "{}", world.name());
    })
    .await;
}

/// Systems call one ticket by several names, and spell them in several ways.
#[tokio::test(flavor = "multi_thread")]
async fn one_ticket_is_one_whoever_names_it() {
    of_each(
        |system| matches!(system.slug, "jira" | "github"),
        async |kind, system| {
            let world = World::start(kind, system).await;
            let (content_type, body) = world.call().await;
            let by_key = match system.slug {
                "jira" => {
                    let mut body: Value = serde_json::from_str(&body).unwrap();
                    body["issue"].as_object_mut().unwrap().remove("id").unwrap();
                    body.to_string()
                }
                _ => body.replace("Acme%2FPrivacy", "ACME%2Fprivacy"),
            };
            assert_ne!(by_key, body, "{}", world.name());
            for (number, body) in [&by_key, &body, &by_key].into_iter().enumerate() {
                let (id, call) = (format!("delivery-{number}"), (content_type.clone(), body.clone()));
                world.send_by(system.secret, &id, &call).await;
                world.until_filed().await;
                world.until_quiet().await;
            }
            world.put(&json!({ "updated": "2026-03-02T09:30:00Z" })).await;
            world.pass(HOUR);
            let is_listed = async || {
                world.source().await.reconciled_at.is_some_and(|at| at > world.store.now() - Duration::from_secs(60))
            };
            world.until("the list", is_listed).await;
            world.until_quiet().await;
            assert_eq!(world.events("request.filed").await, 1, "{}: {:?}", world.name(), world.tickets().await);
        },
    )
    .await;
}

/// A newer call says that a ticket is none of ours; an older one, which comes later, cannot say otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_call_does_not_bring_back_what_a_newer_one_took_away() {
    of_one("zendesk", async |kind, system| {
        let world = World::with(kind, system, |settings| settings.link = None).await;
        let older = world.call().await;
        world.edit("2026-03-02T09:18:00Z", |native| native["tags"] = json!(["something else"])).await;
        let newer = world.call().await;
        assert_eq!(world.send_by(system.secret, "delivery-2", &newer).await, 202, "{}", world.name());
        world.until_ticket("to be none of ours", |it| it.state == TicketState::Ignored).await;
        world.until_quiet().await;
        assert_eq!(world.send_by(system.secret, "delivery-1", &older).await, 202, "{}", world.name());
        world.until_quiet().await;
        assert_eq!(world.ticket().await.unwrap().state, TicketState::Ignored, "{}", world.name());
        assert_eq!(world.events("ticket.triage").await, 0, "{}", world.name());
    })
    .await;
}

/// The same of a system that has nothing but its calls.
#[tokio::test(flavor = "multi_thread")]
async fn the_newer_of_two_calls_counts_where_there_is_nothing_else() {
    of_one("standard", async |kind, system| {
        let world = World::start(kind, system).await;
        world.change_source(Change { paused: Some(true), ..Change::default() }).await;
        for (id, email, updated) in
            [("2", "zoe.new@example.com", "2026-03-02T09:18:00Z"), ("1", "zoe.l@example.com", "2026-03-02T09:16:00Z")]
        {
            let call = ("application/json".to_owned(), standard_call(email, "erasure", updated));
            assert_eq!(world.send_by(system.secret, id, &call).await, 202, "{}", world.name());
        }
        world.change_source(Change { paused: Some(false), ..Change::default() }).await;
        let id = world.until_filed().await;
        let known = world.identifiers(id).await;
        assert!(known.contains(&("email".to_owned(), "zoe.new@example.com".to_owned())), "{known:?}");
    })
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
            let new = Rotation { secret: system.next_secret.into(), overlap: OVERLAP, force: false };
            rotate(&txn, &world.store, &Actor::operator(), &row, new).await.unwrap();
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

/// Our own writes come back as calls. A ticket that our account made for somebody is a ticket all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_we_did_ourselves_is_no_news_of_a_ticket_that_has_a_request() {
    of_each(
        // Intercom tells by the newest entry of a ticket's history who changed it, and there is none yet.
        |system| system.answers() && system.slug != "intercom",
        async |kind, system| {
            let ours = |settings: &mut entities::source::settings::Settings| {
                settings.link.as_mut().unwrap().actor = Some(system.actor.to_owned());
            };
            let world = World::with(kind, system, ours).await;
            world.tell().await;
            world.until_filed().await;
            world.until_quiet().await;
            let known = world.deliveries().await.len();
            world.put(&json!({})).await;
            let call = world.call().await;
            assert_eq!(world.send_by(system.secret, "delivery-2", &call).await, 202, "{}", world.name());
            world.until_quiet().await;
            let stored = world.deliveries().await;
            assert_eq!(stored.len(), known + 1, "{}", world.name());
            assert_eq!(stored[0].state, DeliveryState::Ignored, "{}", world.name());
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
                if it.state == DeliveryState::Ignored && matches!(system.kind, "intercom" | "github") {
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
