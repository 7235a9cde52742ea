//! Calls of several kinds by one caller, one call at a time, the kinds in turn, so that all of them meet the same machine.

use std::time::Instant;

use rand::rngs::StdRng;

use crate::load::{Line, Load, message};

/// Makes a call, each time another one of its kind.
pub type Ask = Box<dyn Fn(&mut StdRng) -> Vec<u8>>;

/// One kind of call: what it is, how it is made, and how long it took each time.
pub struct Turn {
    pub what: String,
    pub ask: Ask,
    pub load: Load,
}

impl Turn {
    pub fn of(what: impl Into<String>, ask: Ask) -> Self {
        Self { what: what.into(), ask, load: Load::default() }
    }

    /// The call that costs the HTTP and nothing else.
    pub fn floor() -> Self {
        Self::of("the HTTP floor", Box::new(|_| message("GET", "/healthz", "", "")))
    }
}

/// Makes a call of each kind in turn, that many times over. The first rounds fill caches and prepare statements, and are not
/// counted.
pub async fn take(line: &mut Line, turns: &mut [Turn], random: &mut StdRng, rounds: usize) -> anyhow::Result<()> {
    for round in 0..rounds + rounds / 10 {
        for turn in &mut *turns {
            let message = (turn.ask)(random);
            let begun = Instant::now();
            line.expect(200, &message).await?;
            if round >= rounds / 10 {
                turn.load.note(begun.elapsed());
            }
        }
    }
    Ok(())
}
