//! What goes wrong on demand: for which system, for which ticket, how often.
//!
//! | name | does | parameter of its own |
//! |---|---|---|
//! | `lost-answer` | does what was asked, then drops the connection | |
//! | `reset-before` | drops the connection before anything is done | |
//! | `stall` | does what was asked, then holds the answer back | `ms` |
//! | `unavailable`, `server-error` | answers 503, 500; nothing is done | |
//! | `rate-storm` | answers as the system does when it is called too often | `seconds` (default 1) |
//! | `wrong-credentials`, `forbidden` | answers 401, 403 | |
//! | `not-found` | answers 404, as where the account may not see the ticket | |
//! | `late` | drops the connection, and does what was asked some time after | `ms` |
//! | `broken-answer` | does what was asked, then answers half of it | |
//!
//! Every fault also takes `system`, `ticket`, `calls` (`read` or `write`), `after` (lets so many calls pass first) and
//! `times` (then it is spent).

use serde::{Deserialize, Serialize};

use super::exchange::Call;

/// The faults there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the table in the module header says what each one does")]
pub enum FaultName {
    LostAnswer,
    ResetBefore,
    Stall,
    Unavailable,
    ServerError,
    RateStorm,
    WrongCredentials,
    Forbidden,
    NotFound,
    Late,
    BrokenAnswer,
}

/// Which calls a fault looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calls {
    /// Those that change nothing.
    Read,
    /// Those that do.
    Write,
}

/// A fault with its history.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which one.
    pub name: FaultName,
    /// Only in this system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Only calls whose path names this ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Only calls of this sort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<Calls>,
    /// Calls to let pass first.
    #[serde(default)]
    pub after: u64,
    /// How often, then never again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Milliseconds, see the table.
    #[serde(default)]
    pub ms: u64,
    /// Seconds, see the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// How often it happened.
    #[serde(default)]
    pub fired: u64,
}

/// The first fault that fits the call and has let enough of them pass; it has happened then.
pub fn fire(faults: &mut [Fault], system: &str, call: &Call) -> Option<Fault> {
    let sort = if call.writes() { Calls::Write } else { Calls::Read };
    for fault in faults {
        let fits = fault.times.is_none_or(|times| fault.fired < times)
            && fault.system.as_deref().is_none_or(|it| it == system)
            && fault.ticket.as_deref().is_none_or(|ticket| call.is_about(ticket))
            && fault.calls.is_none_or(|calls| calls == sort);
        if fits && fault.after > 0 {
            fault.after -= 1;
        } else if fits {
            fault.fired += 1;
            return Some(fault.clone());
        }
    }
    None
}
