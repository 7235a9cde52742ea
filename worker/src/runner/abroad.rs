//! A worker's places for steps that wait for servers of others: half of all, and of these no more than half for one party.
//!
//! Who keeps us waiting for half a minute a call takes places from nobody but others abroad, and from these no more than a share:
//! a party is a controller, whose subscribers are told, or a source, at whose system we ask (`entities/src/step/queue.rs`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// The places.
pub(super) struct Places {
    all: usize,
    share: usize,
    taken: Mutex<HashMap<Uuid, usize>>,
}

/// One place, given back when it is dropped, whatever becomes of the step.
pub(super) struct Place {
    places: Arc<Places>,
    party: Uuid,
}

impl Places {
    /// Those of a worker that runs so many steps at once. There is one at least.
    pub(super) fn of(concurrency: usize) -> Arc<Self> {
        let all = (concurrency / 2).max(1);
        Arc::new(Self { all, share: (all / 2).max(1), taken: Mutex::default() })
    }

    /// How many are free.
    pub(super) fn left(&self) -> usize {
        self.all.saturating_sub(self.taken().values().sum())
    }

    /// Whether none is taken.
    pub(super) fn is_empty(&self) -> bool {
        self.taken().is_empty()
    }

    /// Who has a full share.
    pub(super) fn full(&self) -> Vec<Uuid> {
        self.taken().iter().filter(|(_, taken)| **taken >= self.share).map(|(party, _)| *party).collect()
    }

    /// Takes one.
    pub(super) fn take(self: &Arc<Self>, party: Uuid) -> Place {
        *self.taken().entry(party).or_default() += 1;
        Place { places: self.clone(), party }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Uuid, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.party) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.party);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_all_places_are_abroad_and_half_of_these_are_one_partys_share() {
        for (concurrency, all, share) in [(1, 1, 1), (2, 1, 1), (4, 2, 1), (8, 4, 2), (9, 4, 2), (16, 8, 4)] {
            let (places, party) = (Places::of(concurrency), Uuid::from_u128(1));
            assert_eq!(places.left(), all);
            let mut taken = Vec::new();
            while places.full().is_empty() {
                taken.push(places.take(party));
            }
            assert_eq!((taken.len(), places.full()), (share, vec![party]));
            taken.push(places.take(Uuid::from_u128(2)));
            assert_eq!(places.left(), all.saturating_sub(share + 1));
            drop(taken);
            assert_eq!((places.left(), places.full()), (all, Vec::new()));
        }
    }
}
