//! What is heard of tickets, in any order.

use entities::event::trail::Actor;
use entities::source::manage::{NewSource, add};
use entities::source::settings::{LinkSettings, Settings};
use entities::source::table::Model as Source;
use entities::ticket::queries::{Heard, Hearing, by_external_id, document, hear};
use entities::ticket::table::{Model as Ticket, TicketState};
use entities::time::At;
use testbed::database::BOTH;

use crate::world::{START, World};

const MINUTE: i64 = 60_000_000;

fn told(document: &[u8], minute: i64) -> Heard<'_> {
    let changed_at = Some(At(START.0 + minute * MINUTE));
    let document = Some(document);
    Heard { external_id: "T-1", document, vouched: true, changed_at, gone: false, by_us: false, received_at: START }
}

async fn source(world: &World, link: Option<LinkSettings>) -> Source {
    let new = NewSource {
        slug: "desk".to_owned(),
        controller: world.controller.id,
        system: "zendesk".to_owned(),
        setup: r#"{"scheme": "zendesk"}"#.to_owned(),
        secret: "dGhpcyBpcyBhIHNlY3JldA==".into(),
        credentials: link.is_some().then(|| r#"{"kind": "basic", "user": "dsr", "secret": "t"}"#.into()),
        settings: Settings { link, ..Settings::default() },
        mapping: "{}".to_owned(),
    };
    let txn = world.store.db.begin().await.unwrap();
    let row = add(&txn, &world.store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    row
}

async fn heard(world: &World, source: &Source, heard: Heard<'_>) -> (Hearing, Ticket) {
    let txn = world.store.db.begin().await.unwrap();
    let hearing = hear(&txn, &world.store, source, heard).await.unwrap();
    txn.commit().await.unwrap();
    (hearing, by_external_id(world.store.db.read(), source.id, "T-1").await.unwrap().unwrap())
}

#[tokio::test]
async fn the_newest_fields_stay_whichever_come_last() {
    for kind in BOTH {
        for order in [[(1, "old"), (2, "new")], [(2, "new"), (1, "old")]] {
            let world = World::on(kind).await;
            let source = source(&world, Some(LinkSettings::default())).await;
            for (minute, fields) in order {
                heard(&world, &source, told(fields.as_bytes(), minute)).await;
            }
            let (_, row) = heard(&world, &source, told(b"older still", 0)).await;
            let fields = document(&world.store, &row).unwrap();
            assert_eq!(fields.as_deref(), Some(&b"new"[..]), "{kind:?} {order:?}");
        }
    }
}

/// Most systems tell seconds: which of two calls of one is newer nobody knows, so the ticket is read. Where it cannot be, the one
/// that came last is all there is.
#[tokio::test]
async fn of_two_calls_of_one_instant_neither_is_believed_where_the_ticket_can_be_read() {
    for kind in BOTH {
        for (link, stays) in [(Some(LinkSettings::default()), None), (None, Some(&b"second"[..]))] {
            let world = World::on(kind).await;
            let source = source(&world, link).await;
            heard(&world, &source, told(b"first", 1)).await;
            let (_, row) = heard(&world, &source, told(b"second", 1)).await;
            assert_eq!(document(&world.store, &row).unwrap().as_deref(), stays, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn an_older_call_brings_no_deleted_ticket_back_and_a_newer_one_does() {
    for kind in BOTH {
        let world = World::on(kind).await;
        let source = source(&world, None).await;
        let (_, row) = heard(&world, &source, told(b"fields", 1)).await;
        assert_eq!(row.state, TicketState::Mentioned);
        let deleted = Heard { gone: true, document: None, ..told(b"", 3) };
        for hearing in [Hearing::Gone(row.id), Hearing::Known] {
            let (said, row) = heard(&world, &source, deleted).await;
            assert_eq!((said, row.state, row.writable), (hearing, TicketState::Gone, false), "{kind:?}");
        }
        let (_, row) = heard(&world, &source, told(b"older", 2)).await;
        assert_eq!((row.state, row.document_sealed), (TicketState::Gone, None), "{kind:?}");
        let (_, row) = heard(&world, &source, told(b"newer", 4)).await;
        assert_eq!((row.state, row.writable), (TicketState::Mentioned, true), "{kind:?}");
    }
}

/// The clock starts with the first call, in whatever order they are read.
#[tokio::test]
async fn the_earliest_receipt_counts() {
    for kind in BOTH {
        let world = World::on(kind).await;
        let source = source(&world, None).await;
        let at = |minute: i64| At(START.0 + minute * MINUTE);
        for (minute, earliest) in [(5, 5), (2, 2), (9, 2)] {
            let heard_then = Heard { received_at: at(minute), ..told(b"fields", minute) };
            let (_, row) = heard(&world, &source, heard_then).await;
            assert_eq!(row.received_at, at(earliest), "{kind:?}");
        }
    }
}
