//! All stand-ins behind one mutex: in memory, gone when the server stops.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::desk::{Desk, Written};
use super::faults::Fault;
use super::limits::Windows;
use super::systems::{self, StandIn};

/// When it is when a server starts: 2026-03-02T09:14:55Z.
pub const START_MS: i64 = 1_772_442_895_000;

/// Everything that changes while the server runs.
#[derive(Debug)]
pub struct State {
    /// The systems with their tickets.
    pub desks: Vec<(&'static StandIn, Desk)>,
    /// The faults that are switched on.
    pub faults: Vec<Fault>,
    /// Calls so far.
    pub windows: Windows,
    /// Everything written, in order.
    pub written: Vec<Written>,
    /// How many calls each system has had.
    pub calls: Vec<(&'static str, u64)>,
}

impl State {
    /// As a server starts.
    pub fn new() -> Self {
        let desks: Vec<_> = systems::ALL.iter().map(|it| (it, (it.seed)(START_MS))).collect();
        let calls = systems::ALL.iter().map(|it| (it.name, 0)).collect();
        Self { desks, faults: Vec::new(), windows: Windows::default(), written: Vec::new(), calls }
    }

    /// A system and its tickets.
    pub fn desk(&mut self, name: &str) -> Option<(&'static StandIn, &mut Desk)> {
        self.desks.iter_mut().find(|(it, _)| it.name == name).map(|(it, desk)| (*it, desk))
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

/// The state with its lock.
#[derive(Debug, Default)]
pub struct World(Mutex<State>);

impl World {
    /// The state. A panic in one call does not take the others down.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
