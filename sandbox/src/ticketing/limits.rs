//! The limits that the systems document, counted in real time over fixed windows.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// So many calls in so much time.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Calls.
    pub calls: u32,
    /// Seconds.
    pub seconds: u64,
}

/// What was called in the windows that run.
#[derive(Debug, Default)]
pub struct Windows(HashMap<String, (Instant, u32)>);

impl Windows {
    /// Counts a call; the seconds to wait if it is one too many.
    pub fn count(&mut self, key: String, limit: Limit) -> Option<u64> {
        let now = Instant::now();
        let window = self.0.entry(key).or_insert((now, 0));
        if now.duration_since(window.0) >= Duration::from_secs(limit.seconds) {
            *window = (now, 0);
        }
        window.1 += 1;
        let rest = Duration::from_secs(limit.seconds).saturating_sub(now.duration_since(window.0));
        (window.1 > limit.calls).then(|| rest.as_secs().max(1))
    }
}
