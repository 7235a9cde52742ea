//! Does with a step that met trouble what the trouble asks for.

use std::collections::BTreeSet;
use std::time::Duration;

use entities::client::reach::Reach;
use entities::db::Txn;
use entities::event::trail::Actor;
use entities::id::RequestId;
use entities::question::queries::{answer, ask};
use entities::question::table::QuestionCode;
use entities::request::table::Model as Request;
use entities::step::lease;
use entities::step::table::Model as Step;
use rand::Rng;
use serde_json::{Value, json};

use super::{ABOUT_CONTROLLER, Runner};
use crate::trouble::{Remedy, Trouble};

/// The longest wait before a failed step is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// The wait after so many attempts, `first` after the first: it doubles, has a longest, and is a little different each time.
pub(crate) fn backoff(first: Duration, attempts: i64) -> Duration {
    let doubled = 1u32 << attempts.clamp(1, 16).saturating_sub(1).unsigned_abs();
    let wait = (first * doubled).min(LONGEST_WAIT);
    wait.mul_f64(rand::rng().random_range(0.75..1.25))
}

impl Runner {
    pub(super) async fn remedy(&self, step: &Step, trouble: &Trouble) -> Result<(), Trouble> {
        let now = self.store.now();
        let code = trouble.code();
        match trouble.remedy() {
            Remedy::LetGo => tracing::info!("another worker has taken over"),
            Remedy::Wait(wait) => {
                let jitter = Duration::from_millis(rand::rng().random_range(0..50));
                let txn = self.store.db.begin().await?;
                lease::put_back(&txn, step, now + wait + jitter).await?;
                txn.commit().await?;
            }
            Remedy::TryAgain if !self.is_out_of_patience(step) => self.try_again(step, trouble, &code).await?,
            Remedy::TryAgain => {
                self.set_aside(step, trouble, QuestionCode::StepParked, json!({ "error": code })).await?;
            }
            Remedy::Endure => {
                self.try_again(step, trouble, &code).await?;
                if self.is_out_of_patience(step) {
                    self.mention_outage(step, &code).await?;
                }
            }
            Remedy::Ask(question, detail) => self.set_aside(step, trouble, question, detail).await?,
        }
        Ok(())
    }

    pub(super) fn is_out_of_patience(&self, step: &Step) -> bool {
        step.attempts >= i64::from(self.config.max_attempts)
    }

    async fn try_again(&self, step: &Step, trouble: &Trouble, code: &str) -> Result<(), Trouble> {
        let wait = self.backoff(step.attempts);
        tracing::warn!(error = trouble as &dyn std::error::Error, wait_ms = wait.as_millis(), "a step failed");
        let txn = self.store.db.begin().await?;
        lease::retry(&txn, step, self.store.now() + wait, code).await?;
        Ok(txn.commit().await?)
    }

    /// Tells people that a request waits for an outage to end. The step goes on trying by itself, so nothing is asked of them.
    async fn mention_outage(&self, step: &Step, code: &str) -> Result<(), Trouble> {
        let txn = self.store.db.begin().await?;
        for request in self.waiting_for(&txn, step).await? {
            let detail = json!({ "error": code });
            ask(&txn, self.store.now(), &self.actor(), &request, QuestionCode::PlatformAway, ABOUT_CONTROLLER, detail)
                .await?;
        }
        Ok(txn.commit().await?)
    }

    /// The outage is over.
    pub(super) async fn mention_recovery(&self, step: &Step) -> Result<(), Trouble> {
        let txn = self.store.db.begin().await?;
        for request in self.waiting_for(&txn, step).await? {
            let over = [QuestionCode::PlatformAway];
            answer(&txn, self.store.now(), &self.actor(), &request, &over, Some(ABOUT_CONTROLLER)).await?;
        }
        Ok(txn.commit().await?)
    }

    /// The requests that wait for a step, locked: its own, or all those of which the platform has jobs.
    async fn waiting_for(&self, txn: &Txn, step: &Step) -> Result<Vec<Request>, Trouble> {
        let ids: BTreeSet<RequestId> = match step.request_id {
            Some(request) => BTreeSet::from([request]),
            // A letter, a call or a ticket waits for a mail server, a ticketing system or a subscriber, and no job of the platform with it.
            None if step.letter_id.is_some() || step.item_id.is_some() => BTreeSet::new(),
            None => {
                let open = entities::job::queries::open(&**txn, step.controller_id).await?;
                open.iter().map(|job| job.request_id).collect()
            }
        };
        let mut requests = Vec::new();
        for id in ids {
            requests.extend(entities::request::queries::lock(txn, &Reach::installation(), id).await?);
        }
        Ok(requests)
    }

    pub(super) fn actor(&self) -> Actor {
        Actor::worker(&self.config.name)
    }

    fn backoff(&self, attempts: i64) -> Duration {
        backoff(self.config.retry_after, attempts)
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
        let txn = self.store.db.begin().await?;
        let (about, requests) = match (step.request_id, trouble) {
            (None, Trouble::AtJob { job, request, .. }) => {
                let at = entities::request::queries::lock(&txn, &Reach::installation(), *request).await?;
                (job.to_string(), at.into_iter().collect())
            }
            (None, _) => (ABOUT_CONTROLLER.to_owned(), self.waiting_for(&txn, step).await?),
            (Some(_), _) => {
                let about = step.job_id.map_or_else(|| "request".to_owned(), |job| job.to_string());
                (about, self.waiting_for(&txn, step).await?)
            }
        };
        if step.request_id.is_some() {
            lease::park(&txn, step, code).await?;
        } else {
            lease::retry(&txn, step, self.store.now() + self.backoff(step.attempts), code).await?;
        }
        for request in &requests {
            ask(&txn, self.store.now(), &self.actor(), request, question, &about, detail.clone()).await?;
        }
        Ok(txn.commit().await?)
    }
}
