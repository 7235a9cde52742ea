//! The fixture: an installation with one source, API and worker in this process, the stand-ins of the ticketing systems, and the
//! platform with one person on it.

mod ours;
mod theirs;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use entities::controller::policy::Policy;
use entities::event::trail::Actor;
use entities::source::again;
use entities::source::manage::{Change, NewSource, add, change};
use entities::source::queries::by_slug;
use entities::source::settings::{LinkSettings, Settings, WriteBack};
use entities::source::table::Model as Source;
use entities::step::kind::StepKind;
use entities::store::Store;
use entities::time::{At, Clock};
use jiff::Timestamp;
use sandbox::options::Population;
use sandbox::ticketing::server::{self, Running};
use serde_json::json;
use testbed::database::Kind;
use testbed::installation::{Installation, swift_policy};
use testbed::platform::swift;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::systems::System;

/// Where senders think that we are: somewhere behind a proxy.
const PUBLIC: &str = "https://dsr.acme.example";
/// When a story begins: five minutes after its ticket was made.
const START: &str = "2026-03-02T09:20:00Z";
/// When the stand-ins' tickets were made.
pub const RECEIVED: &str = "2026-03-02T09:14:55Z";
/// How often lists are read.
pub const HOUR: Duration = Duration::from_secs(3600);
/// How long a story may wait for something before it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct World {
    pub kind: Kind,
    pub system: &'static System,
    pub installation: Installation,
    pub store: Store,
    desks: Running,
    http: reqwest::Client,
    address: SocketAddr,
    stop: CancellationToken,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl World {
    pub async fn start(kind: Kind, system: &'static System) -> Self {
        Self::with(kind, system, |_| {}).await
    }

    /// One whose source has other settings.
    pub async fn with(kind: Kind, system: &'static System, differ: impl FnOnce(&mut Settings)) -> Self {
        Self::under(swift_policy(), kind, system, differ).await
    }

    /// One whose controller goes by another policy.
    pub async fn under(
        policy: Policy,
        kind: Kind,
        system: &'static System,
        differ: impl FnOnce(&mut Settings),
    ) -> Self {
        let clock = Clock::driven(START.parse::<Timestamp>().unwrap().into());
        let policy = Policy { divisions: vec!["Home".to_owned()], ..policy };
        let installation = Installation::by_clock(kind, swift(Population::Empty), policy, clock).await;
        let zoe = json!({ "name": "Zoë Łukasiewicz", "emails": ["zoe.l@example.com"], "phones": ["+48601234567"] });
        installation.platform.turn("people", &json!({ "contacts": [zoe] })).await;
        let store = installation.store.clone().reached_at(PUBLIC);
        let desks = server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let stop = CancellationToken::new();
        let address = serve(&installation, &store, &stop).await;
        // Nothing is kept open: the stand-ins drop connections, and would drop one that is used again just then.
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).pool_max_idle_per_host(0);
        let http = http.build().unwrap();
        let world = Self { kind, system, installation, store, desks, http, address, stop };
        world.add_source(differ).await;
        world.run();
        // What is listed before anything was changed is nothing, and asks nothing later.
        world
            .until("the first list", async || {
                world
                    .steps(StepKind::Reconcile)
                    .await
                    .iter()
                    .all(|step| step.run_at.since(world.store.now()) > HOUR / 2)
            })
            .await;
        world
    }

    /// Another worker beside the one there is.
    pub fn work_beside(&self) {
        tokio::spawn(worker::runner::run(self.store.clone(), self.worker(), self.stop.clone()));
    }

    fn worker(&self) -> worker::config::Config {
        worker::config::Config {
            idle_poll: Duration::from_millis(10),
            retry_after: Duration::from_millis(50),
            chain_every: Duration::from_millis(50),
            artifacts: self.installation.database.folder.path().join("artifacts"),
            allowed: "127.0.0.1".parse().unwrap(),
            plain_http: true,
            // A jump of the clock takes no step away from who runs it.
            lease: Duration::from_secs(7 * 24 * 3600),
            ..worker::config::Config::default()
        }
    }

    /// A worker, and a clock that goes on as the machine's does, but for the jumps of the story.
    fn run(&self) {
        self.work_beside();
        let (clock, stop) = (self.store.clock.clone(), self.stop.clone());
        tokio::spawn(async move {
            let mut last = Instant::now();
            while !stop.is_cancelled() {
                tokio::time::sleep(Duration::from_millis(5)).await;
                let now = Instant::now();
                clock.advance(now - last);
                last = now;
            }
        });
    }

    async fn add_source(&self, differ: impl FnOnce(&mut Settings)) {
        let link = LinkSettings {
            base: format!("{}/{}/", self.desks.url, self.system.kind),
            actor: None,
            options: self.system.options(),
        };
        let write_back = WriteBack { field: Some(self.system.field.0.to_owned()), ..WriteBack::default() };
        let mut settings =
            Settings { vouches: true, link: self.system.answers().then_some(link), write_back, ..Settings::default() };
        differ(&mut settings);
        let new = NewSource {
            slug: self.system.slug.to_owned(),
            controller: self.installation.controller.id,
            system: self.system.kind.to_owned(),
            setup: (self.system.setup)().to_string(),
            secret: self.system.secret.into(),
            settings,
            mapping: self.system.mapping(),
            credentials: self.system.credentials().map(Into::into),
        };
        let txn = self.store.db.begin().await.unwrap();
        add(&txn, &self.store, &Actor::operator(), new).await.unwrap();
        txn.commit().await.unwrap();
    }

    pub async fn source(&self) -> Source {
        by_slug(self.store.db.read(), self.system.slug).await.unwrap().unwrap()
    }

    pub async fn change_source(&self, new: Change) {
        let row = self.source().await;
        let txn = self.store.db.begin().await.unwrap();
        change(&txn, &self.store, &Actor::operator(), &row, new).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// As `dsr source retry` does.
    pub async fn retry(&self) {
        let ticket = self.ticket().await.unwrap();
        let txn = self.store.db.begin().await.unwrap();
        again::look(&txn, &self.store, &Actor::operator(), &ticket).await.unwrap();
        txn.commit().await.unwrap();
    }
}

async fn serve(installation: &Installation, store: &Store, stop: &CancellationToken) -> SocketAddr {
    let config = api::serve::Config {
        bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        workers: 1,
        artifacts: installation.database.folder.path().join("artifacts"),
        ..api::serve::Config::default()
    };
    let (ready, address) = oneshot::channel();
    tokio::spawn(api::serve::serve(store.clone(), config, ready, stop.clone()));
    address.await.unwrap()
}

/// An instant.
pub fn at(text: &str) -> At {
    text.parse::<Timestamp>().unwrap().into()
}
