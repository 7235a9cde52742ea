//! All that the sandbox knows, behind one mutex: small, in memory, gone when it stops.

pub mod access;
pub mod effects;
pub mod people;
pub mod records;
pub mod requests;
pub mod subject;
pub mod window;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::options::{Options, Settings};
use crate::population;

use self::access::Access;
use self::people::People;
use self::requests::Requests;

/// A division of an organisation.
#[derive(Debug, Clone)]
pub struct Division {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is the default one.
    pub home: bool,
}

/// One customer of the platform, sealed off from the others.
#[derive(Debug)]
pub struct Organisation {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its divisions, home first.
    pub divisions: Vec<Division>,
    /// Whom it holds data about.
    pub people: People,
    /// Its data subject requests.
    pub requests: Requests,
}

/// A signed storage link: which archive it opens.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Index of the organisation.
    pub organisation: usize,
    /// The download id the link was signed for.
    pub download_id: String,
}

/// Everything that changes while the sandbox runs.
#[derive(Debug)]
pub struct State {
    /// Platform time.
    pub clock: Clock,
    /// When the sandbox started, in real time.
    pub started: Instant,
    /// The switches.
    pub settings: Settings,
    /// The organisations; the first is the one the demo client belongs to.
    pub organisations: Vec<Organisation>,
    /// Clients, tokens, windows.
    pub access: Access,
    /// The fault switches.
    pub faults: Faults,
    /// Counters and calls.
    pub journal: Journal,
    /// Signed storage links that were handed out.
    pub grants: HashMap<String, Grant>,
}

impl State {
    /// The state a sandbox starts with.
    ///
    /// # Errors
    /// A fault of the options that is not in the grammar.
    pub fn new(options: &Options) -> anyhow::Result<Self> {
        let mut state = Self {
            clock: Clock::new(options.start_at, options.speed),
            started: Instant::now(),
            settings: options.settings.clone(),
            organisations: population::organisations::both(),
            access: Access::new(population::clients::all()),
            faults: Faults::default(),
            journal: Journal::default(),
            grants: HashMap::new(),
        };
        population::settle_in(options.population, &mut state)?;
        for text in &options.faults {
            let now_ms = state.clock.now_ms();
            state.faults.add(text.parse()?, now_ms);
        }
        Ok(state)
    }

    /// Milliseconds of real time since the start.
    pub fn real_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The state with its lock and what it is rebuilt from.
#[derive(Debug)]
pub struct World {
    /// What the sandbox was started with.
    pub options: Options,
    /// Port of the storage listener.
    pub storage_port: u16,
    state: Mutex<State>,
}

impl World {
    /// Wraps a state.
    pub fn new(options: Options, state: State, storage_port: u16) -> Self {
        Self { options, storage_port, state: Mutex::new(state) }
    }

    /// The state, brought up to the present. A panic in one call does not take the others down.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        effects::settle(&mut state);
        state
    }
}
