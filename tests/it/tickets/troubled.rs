//! Tickets that are gone or locked, systems that are away or refuse us, and calls that never came.

use std::time::Duration;

use entities::request::decide::{Case, Decider};
use entities::request::status::{Outcome, RequestStatus};
use entities::source::queries::note_cursor;
use entities::step::kind::StepKind;
use entities::ticket::table::TicketState;
use entities::{client::reach::Reach, event::trail::Actor};
use serde_json::json;

use super::world::{HOUR, World};
use super::{of_each, of_one};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_gone_takes_no_request_with_it() {
    of_each(
        |system| system.answers(),
        async |kind, system| {
            let world = World::start(kind, system).await;
            world.tell().await;
            let id = world.until_filed().await;
            world.until_status(id, RequestStatus::Reviewing).await;
            world.until_quiet().await;
            world.put(&json!({ "deleted": true })).await;
            let closed = world.through(id).await;
            assert!(
                matches!(closed.outcome, Some(Outcome::Fulfilled | Outcome::PartiallyFulfilled)),
                "{:?}",
                closed.outcome
            );
            // Where there is nothing to be seen it is sought for a day: our account may have lost the right to see it.
            let is_gone = async || {
                world.pass(Duration::from_secs(600));
                world.ticket().await.is_some_and(|it| it.state == TicketState::Gone)
            };
            world.until("it to be known as gone", is_gone).await;
            world.until_quiet().await;
            assert!(!world.ticket().await.unwrap().writable, "{}", world.name());
            assert_eq!(world.events("ticket.gone").await, 1, "{}", world.name());
            // And where somebody brings it back, they say so.
            world.put(&json!({ "deleted": false })).await;
            world.retry().await;
            world.until_ticket("the end", |it| it.shown.as_deref() == Some(system.end)).await;
        },
    )
    .await;
}

/// Most systems answer "not found" of what our account may not see: a request is lost if that is taken for its end.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_our_account_may_not_see_is_sought_and_a_person_told() {
    of_each(
        |system| system.answers(),
        async |kind, system| {
            let world = World::with(kind, system, |settings| settings.always_read_back = true).await;
            world.fault("not-found", "read", json!({ "times": null })).await;
            world.tell().await;
            let ticket = world.until_ticket("triage", |it| it.state == TicketState::Triage).await;
            assert!(ticket.problems.contains("not_found"), "{}: {}", world.name(), ticket.problems);
            let trouble = world.source().await.trouble.unwrap_or_default();
            assert!(trouble.contains("may not see"), "{}: {trouble}", world.name());
            world.heal().await;
            world.pass(Duration::from_secs(61));
            world.until_filed().await;
            world.until("it to be over", async || world.source().await.trouble.is_none()).await;
            let told = (world.events("ticket.triage").await, world.events("source.troubled").await);
            assert_eq!(told, (1, 1), "{}", world.name());
        },
    )
    .await;
}

/// The search ends after a day, in few calls. It begins anew when a person says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_sought_for_a_day_and_then_waits_for_a_person() {
    of_one("jira", async |kind, system| {
        let world = World::with(kind, system, |settings| settings.always_read_back = true).await;
        world.fault("not-found", "read", json!({ "times": null })).await;
        world.tell().await;
        world.until_ticket("triage", |it| it.state == TicketState::Triage).await;
        let (begun, asked) = (world.store.now(), world.calls().await);
        let is_over = async || {
            world.pass(Duration::from_secs(300));
            world.steps(StepKind::TakeUp).await.is_empty()
        };
        world.until("the search to be over", is_over).await;
        let sought = world.store.now().since(begun);
        assert!(sought >= 24 * HOUR, "{}: {sought:?}", world.name());
        // Lists among them.
        let calls = world.calls().await - asked;
        assert!(calls < 200, "{}: {calls}", world.name());
        let ticket = world.ticket().await.unwrap();
        assert_eq!((ticket.state, ticket.request_id), (TicketState::Triage, None), "{}", world.name());
        world.heal().await;
        world.retry().await;
        world.until_filed().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_takes_no_changes_is_left_alone() {
    of_each(
        |system| matches!(system.slug, "zendesk" | "salesforce"),
        async |kind, system| {
            let world = World::start(kind, system).await;
            world.put(&json!({ "closed": true })).await;
            world.tell().await;
            let id = world.until_filed().await;
            world.until_ticket("to be known as locked", |it| !it.writable).await;
            world.through(id).await;
            world.until_quiet().await;
            let ticket = world.ticket().await.unwrap();
            assert_eq!((ticket.state, ticket.shown), (TicketState::Filed, None), "{}", world.name());
            assert_eq!(world.events("ticket.locked").await, 1, "{}", world.name());
            assert_eq!(world.written().await, [], "{}", world.name());
        },
    )
    .await;
}

/// Whatever ends a request, its ticket hears of it once.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_without_work_is_told_once() {
    for (word, sentence) in [("rejected", "refused"), ("withdrawn", "withdrawn")] {
        of_one("zendesk", async |kind, system| {
            let world = World::start(kind, system).await;
            world.tell().await;
            let id = world.until_filed().await;
            world.until_status(id, RequestStatus::Reviewing).await;
            let client = world.installation.approver.id.parse().unwrap();
            let by = Decider { actor: Actor::client(client, None), client: Some(client), reach: Reach::installation() };
            let txn = world.store.db.begin().await.unwrap();
            let case = Case::open(&txn, &world.store, &by, id, None).await.unwrap();
            match word {
                "rejected" => case.refuse("excessive", None, "as agreed").await.unwrap(),
                _ => case.withdraw("as agreed").await.unwrap(),
            };
            txn.commit().await.unwrap();
            world.until_ticket("the end", |it| it.shown.as_deref() == Some(word)).await;
            world.until_quiet().await;
            let comments = world.comments().await;
            let told = comments.iter().filter(|text| text.contains(sentence)).count();
            assert_eq!((comments.len(), told), (3, 1), "{}: {comments:?}", world.name());
        })
        .await;
    }
}

/// A wrong password is for a person to mend: it stands with the source, nothing is asked at any request, and it is over when it
/// works again.
#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_does_not_know_us_is_shown_at_the_source() {
    of_each(
        |system| matches!(system.slug, "zendesk" | "freshdesk"),
        async |kind, system| {
            let world = World::start(kind, system).await;
            let every = json!({ "times": null });
            for calls in ["read", "write"] {
                world.fault("wrong-credentials", calls, every.clone()).await;
            }
            world.tell().await;
            world.until("the trouble to be known", async || world.source().await.trouble.is_some()).await;
            let trouble = world.source().await.trouble.unwrap();
            assert!(trouble.contains("credentials"), "{}: {trouble}", world.name());
            assert_eq!(world.events("source.troubled").await, 1, "{}", world.name());
            world.heal().await;
            world.pass(Duration::from_secs(601));
            let id = world.until_filed().await;
            world.until_ticket("its turn", |it| it.shown.is_some()).await;
            world.until("it to be over", async || world.source().await.trouble.is_none()).await;
            assert_eq!(world.request(id).await.open_questions, 0, "{}", world.name());
        },
    )
    .await;
}

/// A ticketing system that is away is no matter of the platform: no request waits for it, and none says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_is_away_holds_no_request_up() {
    of_one("zendesk", async |kind, system| {
        let world = World::start(kind, system).await;
        let platform = &world.installation.platform;
        platform.turn("settings", &json!({ "erasure_takes_seconds": HOUR.as_secs() })).await;
        world.fault("unavailable", "write", json!({ "times": null })).await;
        world.tell().await;
        let id = world.until_filed().await;
        world.until_status(id, RequestStatus::Reviewing).await;
        assert_eq!(world.installation.approve_what_waits().await, 1, "{}", world.name());
        world.until_status(id, RequestStatus::Executing).await;
        world
            .until("more attempts than patience has", async || {
                world.pass(Duration::from_secs(30));
                world.steps(StepKind::WriteBack).await.iter().any(|step| step.attempts > 10)
            })
            .await;
        assert_eq!(world.request(id).await.open_questions, 0, "{}: it waits for the platform alone", world.name());
        platform.turn("clock", &json!({ "advance_seconds": HOUR.as_secs() })).await;
        world.until_status(id, RequestStatus::Closed).await;
        world.heal().await;
        // An attempt may have been under way just then, and is repeated after a wait.
        world
            .until("the end", async || {
                world.pass(Duration::from_secs(30));
                world.ticket().await.is_some_and(|it| it.shown.as_deref() == Some(system.end))
            })
            .await;
        world.until_quiet().await;
        assert_eq!(world.comments().await.len(), 3, "{}", world.name());
    })
    .await;
}

/// Systems drop calls. The list that is read every hour finds what they were about, and what was there before us is left alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_whose_call_never_came_is_found_within_the_hour() {
    of_each(
        |system| system.answers(),
        async |kind, system| {
            let world = World::start(kind, system).await;
            assert!(world.tickets().await.is_empty(), "{}: {:?}", world.name(), world.tickets().await);
            world.put(&json!({ "updated": "2026-03-02T09:30:00Z" })).await;
            world.pass(HOUR);
            let id = world.until_filed().await;
            world.pass(HOUR);
            let again = async || {
                world.source().await.reconciled_at.is_some_and(|at| at > world.store.now() - Duration::from_secs(60))
            };
            world.until("the next list", again).await;
            assert_eq!(world.events("request.filed").await, 1, "{}", world.name());
            world.through(id).await;
            world.until_ticket("the end", |it| it.shown.as_deref() == Some(system.end)).await;
        },
    )
    .await;
}

/// Zendesk lists by when a change was written down there. One that was long in being written stands behind others that changed later.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_in_another_order_than_that_of_changes_is_read_to_its_end() {
    of_one("zendesk", async |kind, system| {
        let world = World::start(kind, system).await;
        let native = world.desk().await["native"].clone();
        for (ticket, updated) in [("48214", "2026-03-02T09:40:00Z"), ("48215", "2026-03-02T09:41:00Z")] {
            world.put_at(ticket, &json!({ "native": native, "updated": updated })).await;
        }
        world.put(&json!({ "updated": "2026-03-02T09:30:00Z", "written": "2026-03-02T09:42:00Z" })).await;
        world.pass(HOUR);
        world.until_filed().await;
    })
    .await;
}

/// Systems forget how far a listing had come.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_whose_place_was_forgotten_is_begun_anew() {
    of_one("zendesk", async |kind, system| {
        let world = World::start(kind, system).await;
        world.put(&json!({ "updated": "2026-03-02T09:30:00Z" })).await;
        let source = world.source().await;
        let cursor = json!({ "since": source.created_at.timestamp().to_string(), "token": "long ago" });
        let txn = world.store.db.begin().await.unwrap();
        note_cursor(&txn, world.store.now(), source.id, cursor.to_string()).await.unwrap();
        txn.commit().await.unwrap();
        world.pass(HOUR);
        world.until_filed().await;
        assert_eq!(world.source().await.trouble, None, "{}", world.name());
    })
    .await;
}
