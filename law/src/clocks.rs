//! From the facts of a request to all its clocks.

use crate::clock::Clock;
use crate::duty::Duty;
use crate::matter::Matter;
use crate::regime::Regime;
use crate::respond::respond;
use crate::right::Right;

/// The law defines no such thing; a date would be a guess.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// The law does not grant the right, or did not at the day of receipt.
    #[error("{regime} grants no right to {right} for a request received that day")]
    Right {
        /// The law.
        regime: Regime,
        /// The right.
        right: Right,
    },
    /// The law sets no such duty for it.
    #[error("{regime} sets no duty to {duty} here")]
    Duty {
        /// The law.
        regime: Regime,
        /// The duty.
        duty: Duty,
    },
}

/// Every clock that the facts start, by duty.
///
/// # Errors
/// The law does not grant the right, or knows no extension or appeal where the facts name one.
pub fn clocks(matter: &Matter<'_>) -> Result<Vec<Clock>, Undefined> {
    Ok(vec![respond(matter.regime, matter.received, &matter.zone)])
}
