//! What a call says is believed only where a signature vouches for it. Everything else is a hint to read the ticket.

use entities::controller::policy::{Policy, Review};
use entities::delivery::table::DeliveryState;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::source::manage::Change;
use entities::source::settings::Settings;
use entities::ticket::table::TicketState;
use entities::{addressee, request};
use serde_json::{Value, json};
use testbed::installation::swift_policy;

use super::systems::System;
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
        // One of GitHub names a repository, which none of its settings does: it is not followed at all.
        |system| system.answers() && !system.is_believed && system.kind != "github",
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
        // What it calls with is given along: what was stored before was for no address.
        let credentials = system.credentials().map(Into::into);
        world.change_source(Change { settings: Some(settings), credentials, ..Change::default() }).await;
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

/// Where the person types whose data it is.
fn type_email(system: &System, native: &mut Value, email: &str) {
    let place = match system.slug {
        "zendesk" => "/custom_fields/1/value",
        "jira" => "/fields/customfield_10102",
        _ => "/custom_fields/cf_dsr_email",
    };
    *native.pointer_mut(place).unwrap() = json!(email);
}

/// Zoë signs in as herself and types somebody else's address: that proves neither that she is they, nor that they read her mail.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_into_a_form_proves_nobody() {
    of_each(
        |system| matches!(system.slug, "zendesk" | "jira" | "freshdesk"),
        async |kind, system| {
            for (email, proven_by) in [("victim@example.com", None), ("zoe.l@example.com", Some("ticketing_source"))] {
                let policy = Policy { review: Review::AccessUnlessDoubtful, ..swift_policy() };
                let world = World::under(policy, kind, system, |_| {}).await;
                let mut mapping: Value = serde_json::from_str(&system.mapping()).unwrap();
                mapping["map"]["request_type"] = json!({ "fixed": "access" });
                world.change_source(Change { mapping: Some(mapping.to_string()), ..Change::default() }).await;
                world.edit("2026-03-02T09:18:00Z", |native| type_email(system, native, email)).await;
                world.tell().await;
                let id = world.until_requested().await;
                world.until_quiet().await;
                let request = world.request(id).await;
                assert_eq!((request.right, request.identity_method.as_deref()), (Right::Access, proven_by));
                assert_eq!(request.status == RequestStatus::Verifying, proven_by.is_none(), "{}", world.name());
                let to = addressee::queries::of_request(world.store.db.read(), id).await.unwrap().unwrap();
                assert_eq!(to.proven_by.as_deref(), proven_by, "{}", world.name());
                let key = request::keys::of(world.store.db.read(), &world.store.safe, id).await.unwrap();
                let address = addressee::queries::open(&key, &to).unwrap().address;
                assert_eq!(address.as_deref(), Some("zoe.l@example.com"), "{}: who wrote is answered", world.name());
            }
        },
    )
    .await;
}

/// A customer number that the workspace itself knows proves who somebody is, and nothing of the mailbox that they typed.
#[tokio::test(flavor = "multi_thread")]
async fn what_proves_a_person_need_not_prove_their_mailbox() {
    of_one("intercom", async |kind, system| {
        let world = World::start(kind, system).await;
        let mut mapping: Value = serde_json::from_str(&system.mapping()).unwrap();
        mapping["map"]["requester.external_id"] = mapping["map"]["subject.external_id"].clone();
        world.change_source(Change { mapping: Some(mapping.to_string()), ..Change::default() }).await;
        world.tell().await;
        let id = world.until_requested().await;
        assert_eq!(world.request(id).await.identity_method.as_deref(), Some("ticketing_source"), "{}", world.name());
        let to = addressee::queries::of_request(world.store.db.read(), id).await.unwrap();
        assert_eq!(to.and_then(|it| it.proven_by), None, "{}", world.name());
    })
    .await;
}

/// An app's secret signs for all accounts that use the app, and a word signs for nobody: a call about another account, or another
/// repository that ours can see, is not followed.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_about_another_account_is_not_followed() {
    of_each(
        |system| matches!(system.kind, "intercom" | "hubspot" | "github"),
        async |kind, system| {
            let world = World::start(kind, system).await;
            let asked = world.calls().await;
            let (content_type, body) = world.call().await;
            let others = body
                .replace("a1b2c3d4", "ffffffff")
                .replace("44112233", "55112233")
                .replace("Acme%2FPrivacy", "Acme%2FPayroll");
            assert_ne!(others, body, "{}", world.name());
            assert_eq!(world.send(&(content_type, others)).await, 202, "{}", world.name());
            world.until_quiet().await;
            let stored = world.deliveries().await;
            assert_eq!((stored.len(), stored[0].state), (1, DeliveryState::Ignored), "{}", world.name());
            assert!(stored[0].problem.as_deref().is_some_and(|it| it.contains("another account")), "{}", world.name());
            assert_eq!(stored[0].body_sealed, None, "{}: what is another's is not kept", world.name());
            assert!(world.tickets().await.is_empty(), "{}", world.name());
            assert_eq!(world.events("delivery.foreign").await, 1, "{}", world.name());
            assert_eq!(world.calls().await, asked, "{}: nothing is asked about it", world.name());
        },
    )
    .await;
}

/// Where anybody who knows a word can name any repository, one must be named in the settings.
#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_call_chooses_no_repository() {
    of_one("github-token", async |kind, system| {
        let world = World::start(kind, system).await;
        let mut settings = world.source().await.settings;
        settings.link.as_mut().unwrap().options.remove("repository").unwrap();
        world.change_source(Change { settings: Some(settings), ..Change::default() }).await;
        world.tell().await;
        world.until_quiet().await;
        assert!(world.tickets().await.is_empty(), "{}", world.name());
        assert_eq!(world.events("delivery.foreign").await, 1, "{}", world.name());
    })
    .await;
}

/// What was read for a person to look at is read anew at the next look, also where calls are believed by then.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_counts_for_nothing_later() {
    of_one("zendesk", async |kind, system| {
        let world = World::with(kind, system, |settings| settings.always_read_back = true).await;
        world.rewrite("dsr_erasure", "dsr_forget_me", "2026-03-02T09:16:00Z").await;
        world.tell().await;
        world.until_ticket("triage", |it| it.state == TicketState::Triage).await;
        world.until_quiet().await;
        let settings = Settings { always_read_back: false, ..world.source().await.settings };
        world.change_source(Change { settings: Some(settings), ..Change::default() }).await;
        world.rewrite("dsr_forget_me", "dsr_erasure", "2026-03-02T09:17:00Z").await;
        world.retry().await;
        world.until_filed().await;
    })
    .await;
}
