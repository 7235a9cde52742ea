//! The sandbox clock: platform time, which may run faster than ours and may be pushed forward.
//!
//! Statuses, creation dates and the expiry of results follow this clock. Token lifetimes and rate windows do not: a
//! client measures those by its own wall clock, and a fast sandbox must not make an honest client look late.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Platform time as a straight line through a pivot; every change of pace sets a new pivot.
#[derive(Debug, Clone)]
pub struct Clock {
    pivot_real: Instant,
    pivot_ms: i64,
    speed: f64,
}

impl Clock {
    /// A clock that shows `start` now (the host's time if none is given) and runs `speed` platform seconds a second.
    pub fn new(start: Option<Timestamp>, speed: f64) -> Self {
        let pivot_ms = start.map_or_else(host_time_ms, |start| start.as_millisecond());
        Self { pivot_real: Instant::now(), pivot_ms, speed: speed.max(0.0) }
    }

    /// Milliseconds since the Unix epoch, in platform time.
    pub fn now_ms(&self) -> i64 {
        let real = self.pivot_real.elapsed().as_secs_f64();
        self.pivot_ms + (real * self.speed * 1000.0) as i64
    }

    /// Platform seconds per real second.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Pushes the clock forward. It never runs back: rows would end up before their makers.
    pub fn advance(&mut self, by: Duration) {
        self.pivot_ms = self.now_ms() + i64::try_from(by.as_millis()).unwrap_or(i64::MAX / 4);
        self.pivot_real = Instant::now();
    }

    /// Changes the pace from now on; 0 stops the clock.
    pub fn set_speed(&mut self, speed: f64) {
        self.advance(Duration::ZERO);
        self.speed = speed.max(0.0);
    }
}

/// The platform's way to write an instant: UTC, always with milliseconds (contract §2.4).
pub fn iso(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| "9999-12-31T00:00:00.000Z".into(), |at| format!("{at:.3}"))
}

#[expect(clippy::disallowed_methods, reason = "the sandbox is a clock of its own; this is the one place it looks up")]
fn host_time_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(0)
}
