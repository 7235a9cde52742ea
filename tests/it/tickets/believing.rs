//! What a call says is believed only where a signature vouches for it. Everything else is a hint to read the ticket.

use entities::request::right::Right;
use entities::source::queries::Change;
use entities::source::settings::Settings;
use entities::ticket::table::TicketState;
use serde_json::{Value, json};

use super::world::World;
use super::{of_each, of_one};

/// What somebody who knows the token of a source could send about a ticket.
fn forged(call: &(String, String), changes: &Value) -> (String, String) {
    let mut body: Value = serde_json::from_str(&call.1).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    (call.0.clone(), body.to_string())
}

/// The ticket asks for a copy; the call says that everything is to be erased, of somebody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_erasure_comes_to_what_the_ticket_says() {
    of_one("freshdesk", async |kind, system| {
        let world = World::start(kind, system).await;
        world.rewrite("Erasure", "Access", "2026-03-02T09:16:00Z").await;
        let lie =
            json!({ "cf_dsr_type": "Erasure", "cf_dsr_email": "victim@example.com", "cf_dsr_phone": "+4915112345678" });
        assert_eq!(world.send(&forged(&world.call().await, &lie)).await, 202, "{}", world.name());
        let id = world.until_filed().await;
        assert_eq!(world.request(id).await.right, Right::Access, "{}", world.name());
        let known = world.identifiers(id).await;
        assert!(known.iter().all(|(_, value)| !value.contains("victim") && !value.contains("151")), "{known:?}");
    })
    .await;
}

/// Without a way to the ticket nobody can tell whether the call is true.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_link_an_unsigned_call_waits_for_a_person() {
    of_each(
        |system| system.answers() && !system.is_believed,
        async |kind, system| {
            let world = World::with(kind, system, |settings: &mut Settings| settings.link = None).await;
            world.tell().await;
            let ticket = world.until_ticket("triage", |it| it.state == TicketState::Triage).await;
            let problems: Value = serde_json::from_str(&ticket.problems).unwrap();
            assert_eq!((&problems[0]["target"], &problems[0]["code"]), (&json!("read_back"), &json!("needed")));
            assert!(problems[0]["reason"].as_str().unwrap().contains("give it one"), "{problems}: the way out");
            world.until_quiet().await;
            assert_eq!(world.events("request.filed").await, 0, "{}", world.name());
            assert_eq!(world.calls().await, 0, "{}", world.name());
        },
    )
    .await;
}

/// Once the link is given and the ticket looked at again, the ticket's own word counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_given_later_reads_the_ticket() {
    of_one("freshdesk", async |kind, system| {
        let mut link = None;
        let world = World::with(kind, system, |settings: &mut Settings| link = settings.link.take()).await;
        let lie = json!({ "cf_dsr_email": "victim@example.com" });
        assert_eq!(world.send(&forged(&world.call().await, &lie)).await, 202, "{}", world.name());
        world.until_ticket("triage", |it| it.state == TicketState::Triage).await;
        let settings = Settings { link: link.clone(), ..world.source().await.settings };
        world.change_source(Change { settings: Some(settings), ..Change::default() }).await;
        world.retry().await;
        let id = world.until_filed().await;
        let known = world.identifiers(id).await;
        assert!(known.contains(&("email".to_owned(), "zoe.l@example.com".to_owned())), "{known:?}");
    })
    .await;
}

/// A ticket that waits for a person is mended in its own system: the call about that brings what it says now, not what was read
/// before.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_mended_at_its_place_is_read_anew() {
    of_each(
        |system| system.answers(),
        async |kind, system| {
            let world = World::start(kind, system).await;
            world.rewrite("zoe.l@example.com", "zoe at example", "2026-03-02T09:16:00Z").await;
            // Without a telephone number and a handle there is nothing else to find her by.
            world.rewrite("+48601234567", "", "2026-03-02T09:16:30Z").await;
            world.tell().await;
            let triage = |it: &entities::ticket::table::Model| it.state == TicketState::Triage;
            let ticket = world.until_ticket("triage", triage).await;
            assert!(ticket.problems.contains("subject.email"), "{}: {}", world.name(), ticket.problems);
            world.rewrite("zoe at example", "zoe.l@example.com", "2026-03-02T09:17:00Z").await;
            let call = world.call().await;
            assert_eq!(world.send_by(system.secret, "delivery-2", &call).await, 202, "{}", world.name());
            let id = world.until_filed().await;
            let known = world.identifiers(id).await;
            assert!(known.contains(&("email".to_owned(), "zoe.l@example.com".to_owned())), "{known:?}");
        },
    )
    .await;
}

/// Whoever knows the token of an automation cannot make a ticket vanish by saying that it did.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_nothing_vouches_for_is_looked_up() {
    of_one("servicenow", async |kind, system| {
        let world = World::start(kind, system).await;
        let lie = forged(&world.call().await, &json!({ "operation": "delete" }));
        assert_eq!(world.send(&lie).await, 202, "{}", world.name());
        let id = world.until_filed().await;
        assert_eq!(world.send(&lie).await, 202, "{}", world.name());
        world.through(id).await;
        world.until_ticket("the end", |it| it.shown.as_deref() == Some(system.end)).await;
        assert_eq!(world.ticket().await.unwrap().state, TicketState::Filed, "{}", world.name());
    })
    .await;
}
