//! Claims due steps, runs each under its lease, and does what its trouble asks for.

mod abroad;
pub(crate) mod remedy;

use std::sync::Arc;
use std::time::{Duration, Instant};

use egress::client::Client;
use entities::step::lease::{self, Claimed, Kinds, LeaseError};
use entities::step::table::Model as Step;
use entities::store::Store;
use genesys::http::Http;
use platforms::clients::Platforms;
use platforms::pace;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::config::Config;
use crate::context::Context;
use crate::duties;
use crate::lease::Lease;
use crate::mail::mailer::Mailer;
use crate::sources::Sources;
use crate::steps;
use crate::trouble::Trouble;
use abroad::{Place, Places};

/// What a question is about that a whole controller's step asks.
pub const ABOUT_CONTROLLER: &str = "controller";

struct Runner {
    store: Store,
    config: Config,
    platforms: Platforms,
    sources: Sources,
    mailer: Mailer,
    egress: Client,
    /// The places of steps that wait for others' servers.
    abroad: Arc<Places>,
    /// Rung when a step ends: it may have left work that is due at once.
    bell: Notify,
}

/// Works until `stop`; then lets running steps end, within the configured patience. What does not end in time is taken over
/// by another process when its lease runs out.
///
/// # Errors
/// The HTTP client cannot be built, or a certificate for the mail server cannot be read.
pub async fn run(store: Store, config: Config, stop: CancellationToken) -> anyhow::Result<()> {
    let http = Http::with_timeouts(config.timeouts)?;
    let platforms = Platforms::new(store.clone(), http, config.manner(), stop.clone());
    let sources = Sources::new(store.clone(), config.allowed.clone())?;
    let mailer = Mailer::new(config.mail.clone())?;
    let egress = Client::new(config.allowed.clone())?;
    let duties_store = store.clone();
    let (abroad, bell) = (Places::of(config.concurrency), Notify::new());
    let runner = Arc::new(Runner { store, config, platforms, sources, mailer, egress, abroad, bell });
    let (every, stop_duties) = (runner.config.chain_every, CancellationToken::new());
    let duties = tokio::spawn({
        let stop = stop_duties.clone();
        async move { duties::run(&duties_store, every, &stop).await }
    });
    let mut running = JoinSet::new();
    tracing::info!(worker = runner.config.name, concurrency = runner.config.concurrency, "working");
    while !stop.is_cancelled() {
        while running.try_join_next().is_some() {}
        let free = runner.config.concurrency - running.len();
        if free == 0 {
            tokio::select! {
                () = stop.cancelled() => {}
                _ = running.join_next() => {}
            }
            continue;
        }
        let claimed = runner.claim(free).await;
        let nothing_due = claimed.is_empty();
        for Begun { step, asked, place } in claimed {
            let runner = runner.clone();
            running.spawn(async move {
                runner.run_one(step, asked).await;
                drop(place);
                runner.bell.notify_one();
            });
        }
        if nothing_due {
            let wait = runner.wait().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = runner.bell.notified() => {}
                () = runner.store.clock.sleep(wait) => {}
            }
        }
    }
    let ended =
        tokio::time::timeout(runner.config.stop_patience, async { while running.join_next().await.is_some() {} });
    if ended.await.is_err() {
        tracing::warn!(left = running.len(), "some steps did not end in time; their leases will run out");
    }
    stop_duties.cancel();
    duties.await?;
    Ok(())
}

/// A step that is leased and about to run.
struct Begun {
    step: Step,
    /// When its lease was asked for: it lasts from then.
    asked: Instant,
    /// Its place, if it waits for servers of others.
    place: Option<Place>,
}

impl Runner {
    /// Leases due steps, with the places of those abroad. Those at home go first: servers of others may keep their callers
    /// waiting, but nobody else. One place is kept for those abroad, or a long queue at home would silence them; where there is
    /// only one altogether, it is not.
    async fn claim(&self, free: usize) -> Vec<Begun> {
        let is_kept = self.abroad.is_empty() && self.config.concurrency > 1;
        let mut claimed = if is_kept { self.claim_abroad(1).await } else { Vec::new() };
        let none_is_due = is_kept && claimed.is_empty();
        let at_home = free - claimed.len();
        if at_home > 0 {
            let asked = Instant::now();
            let leased = self.claim_of(Kinds::AtHome, at_home).await;
            claimed.extend(leased.into_iter().map(|Claimed { step, .. }| Begun { step, asked, place: None }));
        }
        let rest = free - claimed.len();
        if !none_is_due {
            claimed.extend(self.claim_abroad(rest).await);
        }
        claimed
    }

    /// Leases up to so many steps that wait for servers of others, one by one: each may fill somebody's share.
    async fn claim_abroad(&self, limit: usize) -> Vec<Begun> {
        let mut claimed = Vec::new();
        while claimed.len() < limit && self.abroad.left() > 0 {
            let (full, asked) = (self.abroad.full(), Instant::now());
            let Some(Claimed { step, party }) = self.claim_of(Kinds::Abroad(&full), 1).await.pop() else { break };
            claimed.push(Begun { step, asked, place: Some(self.abroad.take(party)) });
        }
        claimed
    }

    async fn claim_of(&self, kinds: Kinds<'_>, limit: usize) -> Vec<Claimed> {
        // Claiming writes, so it is only done when a read has shown that something is due.
        match lease::next_due_of(&self.store, kinds).await {
            Ok(Some(due)) if due <= self.store.now() => {}
            Ok(_) => return Vec::new(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the queue could not be read");
                return Vec::new();
            }
        }
        let (name, lease) = (&self.config.name, self.config.lease);
        let claimed = lease::claim_of(&self.store, kinds, name, limit as u64, lease).await;
        claimed.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "no step could be claimed");
            Vec::new()
        })
    }

    /// How long to sleep when nothing is due: until something is, but not past the idle poll, for others add steps too.
    async fn wait(&self) -> Duration {
        let mut next = lease::next_due_of(&self.store, Kinds::AtHome).await.ok().flatten();
        if self.abroad.left() > 0 {
            let full = self.abroad.full();
            let abroad = lease::next_due_of(&self.store, Kinds::Abroad(&full)).await.ok().flatten();
            next = next.into_iter().chain(abroad).min();
        }
        let until = next.map_or(self.config.idle_poll, |at| at.since(self.store.now()));
        until.clamp(Duration::from_millis(1), self.config.idle_poll)
    }

    /// Runs a step that was claimed after `asked`.
    async fn run_one(&self, step: Step, asked: Instant) {
        let lease = Lease::new(asked, self.config.lease);
        let span = tracing::info_span!(
            "step",
            kind = %step.kind,
            id = %step.id,
            request.id = step.request_id.map(tracing::field::display),
            job.id = step.job_id.map(tracing::field::display),
            letter.id = step.letter_id.map(tracing::field::display),
            attempt = step.attempts,
        );
        async {
            let outcome = tokio::select! {
                biased;
                lost = self.keep_lease(&step, &lease) => Err(lost),
                outcome = pace::within_step(self.attempt(&step, &lease)) => outcome,
            };
            let word = if outcome.is_ok() { "ok" } else { "trouble" };
            metrics::counter!("dsr_steps_total", "kind" => step.kind.as_str(), "outcome" => word).increment(1);
            if outcome.is_ok() && step.last_error.is_some() && self.is_out_of_patience(&step) {
                drop(self.mention_recovery(&step).await);
            }
            if let Err(trouble) = outcome
                && let Err(error) = self.remedy(&step, &trouble).await
            {
                tracing::warn!(error = &error as &dyn std::error::Error, "the step's lease will run out");
            }
        }
        .instrument(span)
        .await;
    }

    async fn attempt(&self, step: &Step, lease: &Lease) -> Result<(), Trouble> {
        let cx = Context {
            store: &self.store,
            platforms: &self.platforms,
            sources: &self.sources,
            mailer: &self.mailer,
            egress: &self.egress,
            config: &self.config,
            step,
            lease,
            actor: self.actor(),
        };
        steps::run(&cx).await
    }

    /// Renews the lease for as long as the step runs; ends only when the lease is lost, or may be.
    async fn keep_lease(&self, step: &Step, lease: &Lease) -> Trouble {
        let length = self.config.lease;
        tokio::time::sleep(length / 3).await;
        while let Some(left) = lease.left() {
            let begun = Instant::now();
            match tokio::time::timeout(left, lease::renew(&self.store, step, length)).await {
                Ok(Err(LeaseError::Lost)) | Err(_) => return Trouble::LeaseLost,
                Ok(Err(LeaseError::Db(error))) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the lease could not be renewed");
                    tokio::time::sleep(left.min(length / 10)).await;
                }
                Ok(Ok(())) => {
                    lease.renewed(begun, length);
                    tokio::time::sleep(length / 3).await;
                }
            }
        }
        Trouble::LeaseLost
    }
}
