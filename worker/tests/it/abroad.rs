//! Whoever keeps us waiting, a subscriber or a ticketing system, keeps nobody else waiting: neither requests nor its likes.

use std::time::{Duration, Instant};

use entities::event::trail::Actor;
use entities::request::status::RequestStatus;
use entities::source::manage::{NewSource, add};
use entities::source::settings::{LinkSettings, Settings};
use entities::source::table::Model as Source;
use entities::ticket::queries::{Heard, hear};
use entities::time::Clock;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use testbed::database::Kind;
use testbed::platform::swift;
use testbed::receiver::{Answer, Receiver};
use webhooks::keys::Version;

use crate::world::{Setup, World, add_controller, on_both, swift_policy};

/// A world whose worker, not yet at work, has four places and may call this machine.
async fn world(kind: Kind) -> World {
    let setup = Setup { clock: Clock::System, working: false, ..Setup::new(swift(Population::Samples)) };
    let mut world = World::with(kind, setup).await;
    world.config.allowed = "127.0.0.1".parse().unwrap();
    world.config.concurrency = 4;
    world.config.notify_timeout = Duration::from_secs(600);
    world
}

async fn silent() -> Receiver {
    let receiver = Receiver::start().await;
    receiver.otherwise(Answer::Silence);
    receiver
}

fn called(receivers: &[Receiver]) -> usize {
    receivers.iter().map(|it| it.taken().len()).sum()
}

impl World {
    /// A source whose system is there, with so many tickets that are to be read from it.
    async fn source_with_tickets(&self, system: &Receiver, tickets: usize) -> Source {
        let base = system.url.trim_end_matches("hook").to_owned();
        let new = NewSource {
            slug: "desk".to_owned(),
            controller: self.controller.id,
            system: "zendesk".to_owned(),
            setup: r#"{"scheme": "zendesk"}"#.to_owned(),
            secret: "dGhpcyBpcyBhIHNlY3JldA==".into(),
            settings: Settings { link: Some(LinkSettings { base, ..LinkSettings::default() }), ..Settings::default() },
            mapping: r#"{"fields": []}"#.to_owned(),
            credentials: Some(r#"{"kind": "basic", "user": "dsr@acme.example/token", "secret": "t"}"#.into()),
        };
        let txn = self.store.db.begin().await.unwrap();
        let source = add(&txn, &self.store, &Actor::operator(), new).await.unwrap();
        for ticket in 0..tickets {
            let external_id = &format!("{ticket}");
            let heard = Heard {
                external_id,
                document: None,
                vouched: false,
                changed_at: None,
                gone: false,
                by_us: false,
                received_at: self.store.now(),
            };
            hear(&txn, &self.store, &source, heard).await.unwrap();
        }
        txn.commit().await.unwrap();
        source
    }

    async fn does_its_work(&self) {
        let id = self.file(Right::Access, &[(K::Email, "ada.quill@example.org")]).await;
        self.approve(id).await;
        assert_eq!(self.until_closed(id).await.status, RequestStatus::Closed);
    }
}

/// A ticketing system that takes calls and never answers gets one place of four, however many tickets wait for it; requests and
/// subscribers go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticketing_system_that_hangs_holds_up_nobody_else() {
    on_both(async |kind| {
        let mut world = world(kind).await;
        let system = silent().await;
        world.source_with_tickets(&system, 8).await;
        let begun = Instant::now();
        world.work();
        world.until_true("it is asked", async || !system.taken().is_empty()).await;
        let subscriber = Receiver::start().await;
        world.subscribe(&subscriber.url, Version::V1).await;
        world.does_its_work().await;
        world.until_true("the subscriber is told", async || subscriber.taken().len() >= 6).await;
        // A call is given up after half a minute, and only then the next one begins.
        let in_turn = 1 + usize::try_from(begun.elapsed().as_secs() / 30).unwrap();
        assert!(system.taken().len() <= in_turn, "its other tickets wait their turn");
    })
    .await;
}

/// The same with subscribers: those of one controller share one place of four, and another controller's have theirs.
#[tokio::test(flavor = "multi_thread")]
async fn slow_subscribers_hold_up_neither_requests_nor_another_controllers() {
    on_both(async |kind| {
        let mut world = world(kind).await;
        let mut slow = Vec::new();
        for _ in 0..6 {
            let receiver = silent().await;
            let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
            world.try_out(&one).await;
            slow.push(receiver);
        }
        world.work();
        world.until_true("one of them is called", async || called(&slow) == 1).await;
        let url = world.platform.url.clone();
        let beta = add_controller(&world.store, "beta", &url, "beta".to_owned(), "demo", swift_policy()).await;
        let quick = Receiver::start().await;
        let (one, _) = world.subscribe_for(&beta, &quick.url, Version::V1).await;
        world.try_out(&one).await;
        world.until_true("another controller's is told", async || !quick.taken().is_empty()).await;
        world.does_its_work().await;
        assert_eq!(called(&slow), 1, "the others wait their turn");
    })
    .await;
}
