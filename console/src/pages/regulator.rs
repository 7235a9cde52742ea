//! The regulator's room: figures, a case by its number, the evidence; all within an invitation, each look on record.

pub mod bundle;
pub mod case;
pub mod code;
pub mod leave;
pub mod link;
pub mod start;

use crate::dates::When;
use crate::guest::Regulator;
use crate::shell::Shell;

/// What stands on every page of the room: who looks, and when.
pub struct Mark {
    /// The text that the invitation sets.
    pub text: String,
    /// Who.
    pub who: String,
    /// When.
    pub when: When,
}

impl Mark {
    fn of(s: &Shell, regulator: &Regulator) -> Self {
        let row = &regulator.invitation;
        let when = s.dates_of(row.controller_id).minute(s.now);
        Self { text: row.watermark.clone(), who: format!("{} <{}>", row.name, row.address), when }
    }
}
