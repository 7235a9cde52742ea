//! The rate limit: a fixed window of calls for each token (contract §2.3).

use crate::options::Settings;

/// How many calls a token made in the window that is open.
#[derive(Debug, Default, Clone)]
pub struct Window {
    opened_ms: Option<u64>,
    count: u32,
}

/// What the rate headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Calls made in the window, this one included.
    pub count: u32,
    /// Calls allowed in it.
    pub allowed: u32,
    /// Seconds until the next window, rounded up.
    pub reset_seconds: u64,
    /// Whether this call was over the limit.
    pub refused: bool,
}

impl Window {
    /// Counts a call at `now_ms`. A refused call does not count, so that waiting as told is always enough.
    pub fn count(&mut self, now_ms: u64, settings: &Settings) -> Reading {
        let length = settings.rate_window_ms.max(1);
        let opened = match self.opened_ms {
            Some(opened) if now_ms.saturating_sub(opened) < length => opened,
            _ => {
                self.count = 0;
                now_ms
            }
        };
        self.opened_ms = Some(opened);
        let refused = self.count >= settings.rate_per_minute;
        if !refused {
            self.count += 1;
        }
        let reset_seconds = (opened + length - now_ms).div_ceil(1000);
        Reading { count: self.count, allowed: settings.rate_per_minute, reset_seconds, refused }
    }
}
