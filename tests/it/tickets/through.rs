//! The whole way of a ticket, for every system.

use entities::request::right::Right;
use entities::ticket::table::TicketState;

use super::of_each;
use super::world::{RECEIVED, World, at};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_becomes_a_request_and_shows_what_became_of_it() {
    of_each(
        |_| true,
        async |kind, system| {
            let world = World::start(kind, system).await;
            world.tell().await;
            let id = world.until_filed().await;
            let request = world.request(id).await;
            assert_eq!(request.right, Right::Erasure, "{}", world.name());
            assert_eq!(request.regime, "eu_gdpr", "{}", world.name());
            let place = if system.slug == "intercom" { None } else { Some("PL") };
            assert_eq!(request.region.as_deref(), place, "{}", world.name());
            assert_eq!(request.received_at, at(RECEIVED), "{}: the clock starts at the ticket", world.name());
            let known = world.identifiers(id).await;
            assert!(known.contains(&("email".to_owned(), "zoe.l@example.com".to_owned())), "{known:?}");
            let closed = world.through(id).await;
            assert_eq!(closed.filed_by, world.source().await.client_id, "{}", world.name());
            world.until_ticket("the end", |it| it.shown.as_deref() == Some(system.end) || !system.answers()).await;
            world.until_quiet().await;
            let ticket = world.ticket().await.unwrap();
            assert_eq!((ticket.state, ticket.document_sealed), (TicketState::Filed, None), "{}", world.name());
            assert_eq!(ticket.problems, "[]", "{}", world.name());
            if !system.answers() {
                return;
            }
            assert_eq!(world.field().await, world.shown(system.end), "{}", world.name());
            let written = world.written().await;
            let comments: Vec<_> = written.iter().filter(|(what, ..)| what == "comment").collect();
            let told = if system.has_notes() { 3 } else { 0 };
            assert_eq!(comments.len(), told, "{}: received, verified, done: {comments:?}", world.name());
            for (number, (_, text, public)) in comments.iter().enumerate() {
                assert!(text.contains(&format!("[dsr {} #{}]", request.reference, number + 1)), "{text}");
                assert!(!public, "{}: nobody said that the requester is told", world.name());
                assert!(!text.contains("zoe") && !text.contains("Zo"), "{text}");
            }
        },
    )
    .await;
}
