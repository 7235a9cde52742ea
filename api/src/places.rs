//! Places for what takes a thread for as long as somebody reads: so many in all, and so many of them for one party.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::problem::Problem;

/// The places.
#[derive(Debug)]
pub struct Places {
    all: Arc<Semaphore>,
    share: usize,
    taken: Taken,
}

/// How many places each party has that has any.
type Taken = Arc<Mutex<HashMap<Uuid, usize>>>;

fn open(taken: &Taken) -> MutexGuard<'_, HashMap<Uuid, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place that is taken, until it is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    party: Uuid,
    taken: Taken,
}

impl Places {
    /// `all` places, `share` of them at most for one party.
    #[must_use]
    pub fn new(all: usize, share: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), share, taken: Taken::default() }
    }

    /// A place for this party.
    ///
    /// # Errors
    /// All are taken, or as many as one party may have.
    pub fn take(&self, party: Uuid) -> Result<Place, Problem> {
        let mut taken = open(&self.taken);
        let own = taken.get(&party).copied().unwrap_or_default();
        let permit = Arc::clone(&self.all).try_acquire_owned().ok().filter(|_| own < self.share);
        let permit = permit.ok_or_else(Problem::busy)?;
        taken.insert(party, own + 1);
        Ok(Place { _permit: permit, party, taken: Arc::clone(&self.taken) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = open(&self.taken);
        if let Some(own) = taken.get_mut(&self.party) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.party);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_more_than_their_share_and_all_no_more_than_there_are() {
        let places = Places::new(3, 2);
        let (ada, ben) = (Uuid::now_v7(), Uuid::now_v7());
        let held = [places.take(ada).unwrap(), places.take(ada).unwrap()];
        assert!(places.take(ada).is_err());
        let last = places.take(ben).unwrap();
        assert!(places.take(ben).is_err(), "there are three");
        drop(held);
        let again = [places.take(ada).unwrap(), places.take(ben).unwrap()];
        assert!(places.take(ada).is_err(), "there are three");
        drop(last);
        places.take(ben).unwrap();
        drop(again);
        assert!(open(&places.taken).is_empty(), "whoever has left is forgotten");
    }
}
