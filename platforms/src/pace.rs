//! Keeps the platform's limits, together with all other processes: a slot from the shared pace before every call, and what
//! the answer's headers say back into it.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use entities::crash;
use entities::rate::pace::{self, HORIZON, Reservation};
use entities::store::Store;
use entities::time::At;
use genesys::traffic::{Call, NotNow, Reading, Traffic};
use rand::Rng;
use tokio_util::sync::CancellationToken;

tokio::task_local! {
    /// Whether the running step has had a slot yet.
    static HAS_BEGUN: Cell<bool>;
}

/// Runs a step. Its first call waits for a slot no longer than the configured patience: then the step goes back to the queue,
/// and the most urgent one is picked anew. A step that has begun is seen through, or one that needs many calls would never end
/// while the budget is short.
pub async fn within_step<T>(step: impl Future<Output = T>) -> T {
    HAS_BEGUN.scope(Cell::new(false), step).await
}

/// How long a step that has begun waits for its next slot.
const PATIENCE_ONCE_BEGUN: Duration = Duration::from_secs(300);

/// The pace of one credential, as this process keeps it.
pub struct Pace {
    store: Store,
    key: String,
    allowed: AtomicU32,
    slots: Mutex<VecDeque<At>>,
    patience: Duration,
    stop: CancellationToken,
}

impl Pace {
    /// The pace of the credential whose fingerprint is `key`.
    #[must_use]
    pub fn new(store: Store, key: String, patience: Duration, stop: CancellationToken) -> Self {
        // Zero, which no platform allows: whatever it says is news, even if it is what the documents say.
        let allowed = AtomicU32::new(0);
        Self { store, key, allowed, slots: Mutex::default(), patience, stop }
    }

    /// The platform says that it allows so many calls a minute.
    pub async fn learn(&self, allowed: u32) {
        if self.allowed.load(Ordering::Relaxed) != allowed {
            let learnt = pace::learn(&self.store, &self.key, allowed).await;
            if learnt.is_ok() {
                self.allowed.store(allowed, Ordering::Relaxed);
            }
            self.note(learnt);
        }
    }

    /// How many slots to reserve with one statement: as many as pass in a tenth of a second, so that a fast platform does not
    /// make the database the bottleneck, and a slow one is shared fairly.
    fn handful(&self) -> u32 {
        (self.allowed.load(Ordering::Relaxed) / 600).clamp(1, 64)
    }

    /// A slot reserved before and not used yet. One that lies too far back is dropped: used late, it would crowd its successors.
    fn kept_slot(&self, now: At) -> Option<At> {
        let mut slots = self.slots.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while let Some(slot) = slots.pop_front() {
            if slot + HORIZON >= now {
                return Some(slot);
            }
        }
        None
    }

    async fn slot(&self) -> Result<At, NotNow> {
        let begun = self.store.now();
        let has_begun = HAS_BEGUN.try_with(Cell::get).unwrap_or(true);
        let patience = if has_begun { PATIENCE_ONCE_BEGUN } else { self.patience };
        loop {
            let now = self.store.now();
            if let Some(slot) = self.kept_slot(now) {
                return Ok(slot);
            }
            let handful = self.handful();
            let later = match pace::reserve(&self.store, &self.key, handful).await {
                Ok(Reservation::Slots { first, interval }) => {
                    let mut slots = self.slots.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    slots.extend((1..handful).map(|n| first + interval * n));
                    return Ok(first);
                }
                Ok(Reservation::Later(at)) => at,
                Err(error) => {
                    self.note(Err(error));
                    return Err(NotNow { wait: Duration::from_secs(1) });
                }
            };
            let wait = later.since(now);
            if self.stop.is_cancelled() || later.since(begun) > patience {
                return Err(NotNow { wait });
            }
            self.store.clock.sleep(wait).await;
        }
    }

    fn note(&self, outcome: Result<(), sea_orm::DbErr>) {
        if let Err(error) = outcome {
            tracing::warn!(error = &error as &dyn std::error::Error, "the shared pace could not be read or written");
        }
    }
}

#[async_trait]
impl Traffic for Pace {
    async fn before(&self, call: Call) -> Result<(), NotNow> {
        if call.is_paced() {
            let slot = self.slot().await?;
            // Outside a step, as when a doctor calls, there is nothing to note.
            let _ = HAS_BEGUN.try_with(|begun| begun.set(true));
            let now = self.store.now();
            metrics::histogram!("dsr_platform_slot_wait_seconds").record(slot.since(now).as_secs_f64());
            self.store.clock.sleep(slot.since(now)).await;
        }
        crash::point();
        Ok(())
    }

    async fn after(&self, call: Call, reading: &Reading) {
        crash::point();
        let status = reading.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        metrics::counter!("dsr_platform_calls_total", "call" => call.as_str(), "status" => status).increment(1);
        metrics::histogram!("dsr_platform_call_seconds", "call" => call.as_str()).record(reading.elapsed.as_secs_f64());
        let now = self.store.now();
        if reading.status == Some(429) {
            // Users have met 429 again after waiting exactly as told (contract §2.2): wait a little longer.
            let told = reading.retry_after.or(reading.reset).unwrap_or(Duration::from_secs(5));
            let jitter = Duration::from_millis(rand::rng().random_range(50..500));
            self.slots.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
            self.note(pace::block(&self.store, &self.key, now + told + jitter).await);
        }
        if let Some(allowed) = reading.allowed.and_then(|allowed| u32::try_from(allowed).ok()).filter(|n| *n > 0) {
            self.learn(allowed).await;
            // Somebody else uses the credential too, or windows fell badly: stop before the platform says so.
            if let (Some(count), Some(reset)) = (reading.count, reading.reset)
                && count >= u64::from(allowed)
            {
                self.note(pace::block(&self.store, &self.key, now + reset).await);
            }
        }
    }
}
