//! Claims due steps, runs each under its lease, and does what its trouble asks for.

use std::sync::Arc;
use std::time::Duration;

use entities::event::trail::Actor;
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::step::kind::StepKind;
use entities::step::queue::{self, LeaseError};
use entities::step::table::Model as Step;
use entities::store::Store;
use genesys::http::Http;
use rand::Rng;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::config::Config;
use crate::context::Context;
use crate::duties;
use crate::pace;
use crate::platforms::Platforms;
use crate::steps;
use crate::trouble::{Remedy, Trouble};

/// The longest wait before a failed step is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// What a question is about that a whole controller's step asks.
pub const ABOUT_CONTROLLER: &str = "controller";

struct Runner {
    store: Store,
    config: Config,
    platforms: Platforms,
    /// Rung when a step ends: it may have left work that is due at once.
    bell: Notify,
}

/// Works until `stop`; then lets running steps end, within the configured patience. What does not end in time is taken over
/// by another process when its lease runs out.
///
/// # Errors
/// The HTTP client cannot be built.
pub async fn run(store: Store, config: Config, stop: CancellationToken) -> anyhow::Result<()> {
    let http = Http::with_timeouts(config.timeouts)?;
    let platforms = Platforms::new(store.clone(), http, config.clone(), stop.clone());
    let duties_store = store.clone();
    let runner = Arc::new(Runner { store, config, platforms, bell: Notify::new() });
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
        for step in claimed {
            let runner = runner.clone();
            running.spawn(async move {
                runner.run_one(step).await;
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

impl Runner {
    async fn claim(&self, free: usize) -> Vec<Step> {
        // Claiming writes, so it is only done when a read has shown that something is due.
        match queue::next_due(&self.store).await {
            Ok(Some(due)) if due <= self.store.now() => {}
            Ok(_) => return Vec::new(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the queue could not be read");
                return Vec::new();
            }
        }
        let claimed = queue::claim(&self.store, &self.config.name, free as u64, self.config.lease).await;
        claimed.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "no step could be claimed");
            Vec::new()
        })
    }

    /// How long to sleep when nothing is due: until something is, but not past the idle poll, for others add steps too.
    async fn wait(&self) -> Duration {
        let next = queue::next_due(&self.store).await.ok().flatten();
        let until = next.map_or(self.config.idle_poll, |at| at.since(self.store.now()));
        until.clamp(Duration::from_millis(1), self.config.idle_poll)
    }

    async fn run_one(&self, step: Step) {
        let span = tracing::info_span!(
            "step",
            kind = %step.kind,
            id = %step.id,
            request.id = step.request_id.map(tracing::field::display),
            job.id = step.job_id.map(tracing::field::display),
            attempt = step.attempts,
        );
        async {
            let outcome = tokio::select! {
                outcome = pace::within_step(self.attempt(&step)) => outcome,
                lost = self.keep_lease(&step) => Err(lost),
            };
            let word = if outcome.is_ok() { "ok" } else { "trouble" };
            metrics::counter!("dsr_steps_total", "kind" => step.kind.as_str(), "outcome" => word).increment(1);
            if let Err(trouble) = outcome
                && let Err(error) = self.remedy(&step, &trouble).await
            {
                tracing::warn!(error = &error as &dyn std::error::Error, "the step's lease will run out");
            }
        }
        .instrument(span)
        .await;
    }

    async fn attempt(&self, step: &Step) -> Result<(), Trouble> {
        let cx = Context {
            store: &self.store,
            platforms: &self.platforms,
            config: &self.config,
            step,
            actor: Actor::worker(&self.config.name),
        };
        match step.kind {
            StepKind::Resolve => steps::resolve::run(&cx).await,
            StepKind::Collapse => steps::collapse::run(&cx).await,
            StepKind::Plan => steps::plan::run(&cx).await,
            StepKind::Submit => steps::submit::run(&cx).await,
            StepKind::Track => steps::track::run(&cx).await,
            StepKind::Collect => steps::collect::run(&cx).await,
            StepKind::Close => steps::close::run(&cx).await,
        }
    }

    /// Renews the lease for as long as the step runs; ends only when the lease is lost.
    async fn keep_lease(&self, step: &Step) -> Trouble {
        loop {
            tokio::time::sleep(self.config.lease / 3).await;
            match queue::renew(&self.store, step, self.config.lease).await {
                Err(LeaseError::Lost) => return Trouble::LeaseLost,
                Err(LeaseError::Db(error)) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the lease could not be renewed");
                }
                Ok(()) => {}
            }
        }
    }

    async fn remedy(&self, step: &Step, trouble: &Trouble) -> Result<(), Trouble> {
        let now = self.store.now();
        let code = trouble.code();
        match trouble.remedy() {
            Remedy::LetGo => tracing::info!("another worker has taken over"),
            Remedy::Wait(wait) => {
                let jitter = Duration::from_millis(rand::rng().random_range(0..50));
                let txn = self.store.db.begin().await?;
                queue::put_back(&txn, step, now + wait + jitter).await?;
                txn.commit().await?;
            }
            remedy @ (Remedy::TryAgain | Remedy::Endure)
                if remedy == Remedy::Endure || step.attempts < i64::from(self.config.max_attempts) =>
            {
                let wait = self.backoff(step.attempts);
                tracing::warn!(error = trouble as &dyn std::error::Error, wait_ms = wait.as_millis(), "a step failed");
                let txn = self.store.db.begin().await?;
                queue::retry(&txn, step, now + wait, &code).await?;
                txn.commit().await?;
            }
            Remedy::TryAgain | Remedy::Endure => {
                self.set_aside(step, trouble, QuestionCode::StepParked, json!({ "error": code })).await?;
            }
            Remedy::Ask(question, detail) => self.set_aside(step, trouble, question, detail).await?,
        }
        Ok(())
    }

    fn backoff(&self, attempts: i64) -> Duration {
        let doubled = 1u32 << attempts.clamp(1, 16).saturating_sub(1).unsigned_abs();
        let wait = (self.config.retry_after * doubled).min(LONGEST_WAIT);
        wait.mul_f64(rand::rng().random_range(0.75..1.25))
    }

    /// Sets a step aside and asks a person. A step that serves a whole controller is not set aside, because everything would
    /// stop with it: it keeps trying, slowly, and asks at the request where it stumbled, or at every one that waits for it.
    async fn set_aside(
        &self,
        step: &Step,
        trouble: &Trouble,
        question: QuestionCode,
        detail: Value,
    ) -> Result<(), Trouble> {
        let code = &trouble.code();
        tracing::warn!(error = code, question = %question, "a step needs a person");
        let now = self.store.now();
        let actor = Actor::worker(&self.config.name);
        let txn = self.store.db.begin().await?;
        let (about, requests) = match (step.request_id, trouble) {
            (Some(request), _) => {
                queue::park(&txn, step, code).await?;
                (step.job_id.map_or_else(|| "request".to_owned(), |job| job.to_string()), vec![request])
            }
            (None, Trouble::AtJob { job, request, .. }) => {
                queue::retry(&txn, step, now + self.backoff(step.attempts), code).await?;
                (job.to_string(), vec![*request])
            }
            (None, _) => {
                queue::retry(&txn, step, now + self.backoff(step.attempts), code).await?;
                let open = entities::job::queries::open(&*txn, step.controller_id).await?;
                let mut requests: Vec<_> = open.iter().map(|job| job.request_id).collect();
                requests.dedup();
                (ABOUT_CONTROLLER.to_owned(), requests)
            }
        };
        for id in requests {
            let reach = entities::client::reach::Reach::installation();
            if let Some(request) = entities::request::queries::lock(&txn, &reach, id).await? {
                ask(&txn, now, &actor, &request, question, &about, detail.clone()).await?;
            }
        }
        Ok(txn.commit().await?)
    }
}
