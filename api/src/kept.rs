//! Figures that were computed a short while ago. What is read from every request of a year is too much work for every look at a
//! page; a page that shows what is kept here says when it was computed.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use entities::time::At;

/// The place of some figures, with when they were computed.
type Place<V> = Arc<tokio::sync::Mutex<Option<(At, V)>>>;

/// The figures of this process, of one sort, by what they are about.
#[derive(Debug)]
pub struct Kept<K, V> {
    life: Duration,
    places: Mutex<HashMap<K, Place<V>>>,
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// None yet; each is shown for as long as its `life`.
    #[must_use]
    pub fn new(life: Duration) -> Self {
        Self { life, places: Mutex::default() }
    }

    /// Figures that are not too old. Of several who ask for the same at once one computes, and the others wait.
    ///
    /// # Errors
    /// What computing fails with; nothing is kept then.
    pub async fn of<E>(&self, of: K, now: At, compute: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        let place = self.place(of, now);
        let mut kept = place.lock().await;
        if let Some((_, figures)) = kept.as_ref().filter(|(since, _)| self.is_fresh(*since, now)) {
            return Ok(figures.clone());
        }
        let figures = compute.await?;
        *kept = Some((now, figures.clone()));
        Ok(figures)
    }

    /// The place of some figures. Those that are too old, and that nobody computes, leave theirs.
    fn place(&self, of: K, now: At) -> Place<V> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, place| {
            place.try_lock().map_or(true, |kept| kept.as_ref().is_some_and(|(since, _)| self.is_fresh(*since, now)))
        });
        places.entry(of).or_default().clone()
    }

    fn is_fresh(&self, since: At, now: At) -> bool {
        now.since(since) < self.life
    }
}
