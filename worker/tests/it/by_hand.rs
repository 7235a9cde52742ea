//! A worker whose steps a story runs one by one: the only way to have something happen between two of its moves.

use std::time::{Duration, Instant};

use egress::client::Client;
use entities::event::trail::Actor;
use entities::step::lease;
use entities::step::table::Model as Step;
use genesys::http::Http;
use platforms::clients::Platforms;
use tokio_util::sync::CancellationToken;
use worker::config::Config;
use worker::context::Context;
use worker::lease::Lease;
use worker::mail::mailer::Mailer;
use worker::sources::Sources;
use worker::steps;
use worker::trouble::Trouble;

use crate::world::World;

/// A worker by hand. It renews no lease, as one would not that has been frozen.
pub struct ByHand<'a> {
    world: &'a World,
    config: Config,
    platforms: Platforms,
    sources: Sources,
    mailer: Mailer,
    egress: Client,
}

impl<'a> ByHand<'a> {
    pub fn new(world: &'a World, name: &str) -> Self {
        let config = Config { name: name.to_owned(), ..world.config.clone() };
        let http = Http::with_timeouts(config.timeouts).unwrap();
        let platforms = Platforms::new(world.store.clone(), http, config.manner(), CancellationToken::new());
        let mailer = Mailer::new(config.mail.clone()).unwrap();
        let sources = Sources::new(world.store.clone(), config.allowed.clone()).unwrap();
        let egress = Client::new(config.allowed.clone()).unwrap();
        Self { world, config, platforms, sources, mailer, egress }
    }

    /// Leases all due steps.
    pub async fn claim(&self, lease: Duration) -> Vec<Step> {
        lease::claim(&self.world.store, &self.config.name, 100, lease).await.unwrap()
    }

    /// Runs a step under the lease it was claimed with.
    pub async fn run(&self, step: &Step) -> Result<(), Trouble> {
        let actor = Actor::worker(&self.config.name);
        let lease = Lease::new(Instant::now(), self.config.lease);
        let (store, platforms, sources) = (&self.world.store, &self.platforms, &self.sources);
        let (mailer, egress, config) = (&self.mailer, &self.egress, &self.config);
        steps::run(&Context { store, platforms, sources, mailer, egress, config, step, lease: &lease, actor }).await
    }
}
