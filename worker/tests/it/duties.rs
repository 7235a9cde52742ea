//! What goes by itself.

use std::time::Duration;

use entities::delivery::queries::{NewDelivery, Storing, body, by_id, row, settle, store};
use entities::delivery::table::{DeliveryState, key};
use entities::event::trail::Actor;
use entities::source::again::reveal;
use entities::source::manage::{NewSource, add};
use entities::time::{At, Clock};
use jiff::Timestamp;
use sandbox::options::Population;
use sea_orm::{EntityTrait, PaginatorTrait};
use testbed::platform::swift;
use tokio_util::sync::CancellationToken;
use worker::duties;

use crate::world::{Setup, World, on_both};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A call that was settled goes after a fortnight, and with it what it is known by; one that nobody could read not before a person
/// has seen it. One that still waits to be read stays, however long its source is paused.
#[tokio::test]
async fn calls_are_forgotten_a_fortnight_after_they_were_settled() {
    on_both(async |kind| {
        let clock = Clock::driven(At::from("2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap()));
        let setup = Setup { clock, working: false, ..Setup::new(swift(Population::Empty)) };
        let world = World::with(kind, setup).await;
        let at = &world.store;
        let new = NewSource {
            slug: "portal".to_owned(),
            controller: world.controller.id,
            system: "standard".to_owned(),
            setup: r#"{"scheme": "standard_webhooks"}"#.to_owned(),
            secret: "whsec_enp5enh6enp5enh6enp5enh6enp5enh6".into(),
            settings: Default::default(),
            mapping: r#"{"map": {}}"#.to_owned(),
            credentials: None,
        };
        let txn = at.db.begin().await.unwrap();
        let source = add(&txn, at, &Actor::operator(), new).await.unwrap();
        let call = |name: &str| Storing {
            row: row(
                at,
                &source,
                &NewDelivery { content_type: None, body: b"not JSON", sender_id: None, vouched: true, sent_at: None },
            ),
            keys: vec![name.to_owned()],
        };
        let (unreadable, waiting) = (call("one"), call("two"));
        store(&txn, &unreadable).await.unwrap();
        store(&txn, &waiting).await.unwrap();
        settle(&txn, at.now(), unreadable.row.id, DeliveryState::Unreadable, Some("broken JSON")).await.unwrap();
        txn.commit().await.unwrap();
        let kept = async || {
            let rows = by_id(at.db.read(), unreadable.row.id).await.unwrap();
            assert!(rows.as_ref().is_none_or(|row| body(at, row).unwrap().is_some()), "a person may look into it");
            assert!(by_id(at.db.read(), waiting.row.id).await.unwrap().is_some(), "what was not read stays");
            (rows.is_some(), key::Entity::find().count(at.db.read()).await.unwrap())
        };
        let clean_up = async || {
            let stop = CancellationToken::new();
            let duties = duties::run(at, Duration::from_millis(1), &stop);
            let wake = async {
                // One round, by the clock that the story drives.
                for _ in 0..50 {
                    tokio::time::sleep(Duration::from_millis(4)).await;
                    at.clock.advance(Duration::from_millis(1));
                }
                stop.cancel();
            };
            futures::future::join(duties, wake).await;
        };
        at.clock.advance(14 * DAY - Duration::from_secs(1));
        clean_up().await;
        assert_eq!(kept().await, (true, 2), "{kind:?}");
        at.clock.advance(Duration::from_secs(2));
        clean_up().await;
        assert_eq!(kept().await, (true, 0), "{kind:?}: nobody has seen what nobody could read");
        let txn = at.db.begin().await.unwrap();
        let call = by_id(&*txn, unreadable.row.id).await.unwrap().unwrap();
        reveal(&txn, at, &Actor::operator(), &call, "mend-mapping").await.unwrap();
        txn.commit().await.unwrap();
        at.clock.advance(14 * DAY - Duration::from_secs(1));
        clean_up().await;
        assert_eq!(kept().await, (true, 0), "{kind:?}: somebody may look once more");
        at.clock.advance(Duration::from_secs(2));
        clean_up().await;
        assert_eq!(kept().await, (false, 0), "{kind:?}");
    })
    .await;
}
