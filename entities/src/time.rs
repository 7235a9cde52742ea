//! Instants as microseconds, and the clock that everything is given.
//!
//! Microseconds, because both databases keep exactly these: what is hashed when written is hashed alike when read.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use sea_orm::DeriveValueType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::Notify;

/// An instant, in microseconds since the Unix epoch, UTC. Written as RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct At(pub i64);

impl At {
    /// The epoch: earlier than anything that happens here.
    pub const ZERO: Self = Self(0);

    /// This instant as the calendar library knows it.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX)
    }

    /// The time from `earlier` to here; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl From<Timestamp> for At {
    fn from(instant: Timestamp) -> Self {
        Self(instant.as_microsecond())
    }
}

impl std::ops::Add<Duration> for At {
    type Output = Self;
    fn add(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for At {
    type Output = Self;
    fn sub(self, wait: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl std::fmt::Debug for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.timestamp())
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(from).map(Self::from)
    }
}

/// Where the time comes from. Handed to whatever needs it, so that fourteen days can pass in a test within milliseconds.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that moves only when it is told to, or when somebody sleeps by it.
    Manual(Arc<AtomicI64>),
    /// A clock that moves only when it is told to. Whoever sleeps by it waits until then, as several that work side by side must:
    /// the sleep of one would else carry the others off with it.
    Driven(Arc<Driven>),
}

/// What a driven clock shows, and the bell it rings when it has been moved.
#[derive(Debug)]
pub struct Driven {
    at: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn manual(at: At) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    /// A clock that stands at `at` and is moved by [`Clock::advance`] alone.
    #[must_use]
    pub fn driven(at: At) -> Self {
        Self::Driven(Arc::new(Driven { at: AtomicI64::new(at.0), moved: Notify::new() }))
    }

    /// The present instant.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    pub fn now(&self) -> At {
        match self {
            Self::System => Timestamp::now().into(),
            Self::Manual(at) => At(at.load(Ordering::SeqCst)),
            Self::Driven(clock) => At(clock.at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual or driven clock on. The machine's clock is left alone.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        match self {
            Self::System => {}
            Self::Manual(at) => {
                at.fetch_add(by, Ordering::SeqCst);
            }
            Self::Driven(clock) => {
                clock.at.fetch_add(by, Ordering::SeqCst);
                clock.moved.notify_waiters();
            }
        }
    }

    /// Waits. By a manual clock the wait is over at once, and the clock has moved on by it. By a driven clock it is over when the
    /// clock has been moved that far.
    pub async fn sleep(&self, wait: Duration) {
        match self {
            Self::System => tokio::time::sleep(wait).await,
            Self::Manual(_) => {
                self.advance(wait);
                tokio::task::yield_now().await;
            }
            Self::Driven(clock) => {
                let until = self.now() + wait;
                loop {
                    // Asked for before the clock is read, so that no move in between goes unheard.
                    let moved = clock.moved.notified();
                    if self.now() >= until {
                        break;
                    }
                    moved.await;
                }
            }
        }
    }
}
