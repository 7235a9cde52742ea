//! What a process knows of its lease by itself: when it surely ends, by a clock that nobody sets.
//!
//! The row in the database says whose the lease is, but a process that cannot reach the database, or was stopped for a while,
//! would not hear of it. So it also counts from the last time the lease was surely held, and does nothing that cannot be
//! called back once that time is over.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long the lease of a running step surely holds.
#[derive(Debug)]
pub struct Lease(Mutex<Instant>);

impl Lease {
    /// A lease that was taken at `taken` or later, for `length`.
    #[must_use]
    pub fn new(taken: Instant, length: Duration) -> Self {
        Self(Mutex::new(taken + length))
    }

    /// It was renewed at `renewed` or later.
    pub fn renewed(&self, renewed: Instant, length: Duration) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = renewed + length;
    }

    /// The time that is left; none if it may be another's by now.
    #[must_use]
    pub fn left(&self) -> Option<Duration> {
        let ends = *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        ends.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_by_itself_and_lasts_when_it_is_renewed() {
        let long_ago = Instant::now().checked_sub(Duration::from_secs(60)).unwrap();
        let lease = Lease::new(long_ago, Duration::from_secs(30));
        assert_eq!(lease.left(), None);
        lease.renewed(Instant::now(), Duration::from_secs(30));
        assert!(lease.left().is_some_and(|left| left > Duration::from_secs(29)));
    }
}
