//! What callers whom nobody has verified yet may take of this process's memory: all together, and each address.
//!
//! Who calls is known only once the whole body is there, so bodies of strangers are held. What counts is what has arrived, not
//! what was announced: an announcement costs nothing, and must not take the place of somebody who sends. Nobody waits for a place,
//! since whoever waits holds one already: a call that finds none is sent away, and honest senders come again.
//!
//! One address may take half: behind a proxy all callers share one, and still must not be able to take everything.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::http::header;

use crate::problem::{Problem, codes};

/// How long a sender is asked to stay away when we cannot take its call. Some give up where they are asked for a minute.
pub const COME_AGAIN_S: &str = "30";

/// The bytes of bodies that this process holds at the moment.
#[derive(Debug)]
pub struct Door {
    most: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    /// By address; only those that hold any, so never more entries than bytes.
    each: HashMap<u16, usize>,
}

/// What one call holds; given back when it is dropped.
#[derive(Debug)]
pub struct Place<'a> {
    door: &'a Door,
    peer: Option<u16>,
    bytes: usize,
}

impl Door {
    /// With room for so many bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, held: Mutex::default() }
    }

    /// The most that one address may hold, and so the longest body there is.
    #[must_use]
    pub fn share(&self) -> usize {
        self.most / 2
    }

    /// A place for a call from this address, told by its drawer, that holds nothing yet.
    #[must_use]
    pub fn place(&self, peer: Option<u16>) -> Place<'_> {
        Place { door: self, peer, bytes: 0 }
    }

    fn change(&self, with: impl FnOnce(&mut Held) -> bool) -> bool {
        // What is counted is right whoever panicked: each change is whole.
        with(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Place<'_> {
    /// Takes room for more bytes that have arrived.
    ///
    /// # Errors
    /// There is none; the problem says when to come again.
    pub fn take(&mut self, bytes: usize) -> Result<(), Problem> {
        let (most, share, peer) = (self.door.most, self.door.share(), self.peer);
        let taken = self.door.change(|held| {
            let own = peer.map_or(0, |peer| held.each.get(&peer).copied().unwrap_or_default());
            let fits = bytes <= most.saturating_sub(held.all) && (peer.is_none() || bytes <= share.saturating_sub(own));
            if fits && bytes > 0 {
                held.all += bytes;
                if let Some(peer) = peer {
                    held.each.insert(peer, own + bytes);
                }
            }
            fits
        });
        if !taken {
            return Err(Problem::new(codes::UNAVAILABLE, "too much is being taken in just now; send it again")
                .with_header(header::RETRY_AFTER, COME_AGAIN_S));
        }
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let (peer, bytes) = (self.peer, self.bytes);
        self.door.change(|held| {
            held.all = held.all.saturating_sub(bytes);
            if let Some(peer) = peer
                && let Some(own) = held.each.get_mut(&peer)
            {
                *own = own.saturating_sub(bytes);
                if *own == 0 {
                    held.each.remove(&peer);
                }
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn held(door: &Door) -> (usize, usize) {
        let held = door.held.lock().unwrap();
        (held.all, held.each.len())
    }

    #[test]
    fn one_address_takes_half_at_most_and_all_together_no_more_than_there_is() {
        let door = Door::new(100);
        let (mut one, mut again, mut other, mut third) =
            (door.place(Some(1)), door.place(Some(1)), door.place(Some(2)), door.place(Some(3)));
        one.take(30).unwrap();
        again.take(20).unwrap();
        let full = again.take(1).unwrap_err();
        assert_eq!(full.code(), codes::UNAVAILABLE);
        assert_eq!(full.answer().headers().get("retry-after").unwrap(), COME_AGAIN_S);
        other.take(50).unwrap();
        assert!(third.take(1).is_err(), "nothing is left for anybody");
        drop(one);
        third.take(30).unwrap();
        assert!(again.take(1).is_err(), "nothing is left again");
        drop((again, other, third));
        assert_eq!(held(&door), (0, 0), "what was taken is given back");
    }

    proptest! {
        #[test]
        fn no_order_of_coming_and_going_takes_more_or_keeps_any(
            steps in prop::collection::vec((0..4u16, 0..60usize, any::<bool>()), 0..60)
        ) {
            let door = Door::new(100);
            let mut places = Vec::new();
            for (peer, bytes, leaves) in steps {
                let mut place = door.place((peer < 3).then_some(peer));
                let _ = place.take(bytes);
                places.push(place);
                if leaves {
                    places.swap_remove(bytes % places.len());
                }
                let held = door.held.lock().unwrap();
                prop_assert!(held.all <= 100);
                prop_assert!(held.each.values().all(|own| (1..=50).contains(own)));
            }
            drop(places);
            prop_assert_eq!(held(&door), (0, 0));
        }
    }
}
