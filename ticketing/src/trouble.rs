//! What can go wrong between us and a ticketing system, by what the caller can do about it.
//!
//! Answers may quote a ticket, so no text of theirs is kept: only codes and field names that look like such.

use std::sync::Arc;
use std::time::Duration;

/// Why a call gave no usable answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Trouble {
    /// The credentials are wrong, expired or revoked. Nothing will work until a person mends them.
    #[error("the ticketing system does not accept the credentials")]
    WrongCredentials,
    /// The account may not do this.
    #[error("the account lacks the right to do this ({})", .code.as_deref().unwrap_or("no code"))]
    Forbidden {
        /// The system's code.
        code: Option<String>,
    },
    /// Nothing happened; come back later.
    #[error("the ticketing system wants us to stay away for {wait:?}")]
    RateLimited {
        /// How long, 1 s to 1 h.
        wait: Duration,
    },
    /// There is no such ticket, or our account may not see it: most systems answer both alike.
    #[error("there is no such ticket, or our account may not see it")]
    NotFound,
    /// The ticket was there, and is deleted.
    #[error("the ticket is deleted")]
    Gone,
    /// The ticket is closed for good: nothing can be written to it.
    #[error("the ticket is closed and takes no changes")]
    Locked,
    /// Somebody changed the ticket since it was read. Read it again.
    #[error("the ticket was changed meanwhile")]
    Conflict,
    /// A write was sent and its outcome is unknown. Look before writing again.
    #[error("the answer was lost, the write may have taken effect")]
    Unclear {
        /// The status, if that much arrived.
        status: Option<u16>,
        /// What broke on the way.
        #[source]
        source: Option<Arc<reqwest::Error>>,
    },
    /// Understood, and refused. The same call will fail again.
    #[error("rejected with {status} ({}){}", .code.as_deref().unwrap_or("no code"), Fields(.fields))]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The system's code.
        code: Option<String>,
        /// The fields it names.
        fields: Vec<String>,
    },
    /// The system cannot be reached or is failing. Nothing happened.
    #[error("the ticketing system is down{}", Status(.status))]
    Down {
        /// The status, when there was an answer.
        status: Option<u16>,
        /// How long it asked us to stay away.
        wait: Option<Duration>,
        /// What broke on the way.
        #[source]
        source: Option<Arc<reqwest::Error>>,
    },
    /// A good status with a body that is not what it should be.
    #[error("the answer cannot be read: {0}")]
    Unreadable(&'static str),
    /// The system has no such thing, or we do not know how to ask for it.
    #[error("this ticketing system has no {0}")]
    NotOffered(&'static str),
    /// What the write names does not exist there: a status, a field.
    #[error("there is no such {what} in the ticketing system; there are: {}", .there_are.join(", "))]
    NoSuch {
        /// What was looked for.
        what: &'static str,
        /// What could be named instead, at most 50.
        there_are: Vec<String>,
    },
    /// The link is set up wrongly.
    #[error("the link's {setting} {reason}")]
    Misconfigured {
        /// Which setting.
        setting: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Trouble {
    /// Whether the call may have taken effect although we do not know it.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Unclear { .. })
    }

    /// How long to stay away, where somebody said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { wait } => Some(*wait),
            Self::Down { wait, .. } => *wait,
            _ => None,
        }
    }

    pub(crate) fn misconfigured(setting: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Misconfigured { setting: setting.into(), reason: reason.into() }
    }
}

struct Fields<'a>(&'a [String]);

impl std::fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " in {}", self.0.join(", ")) }
    }
}

struct Status<'a>(&'a Option<u16>);

impl std::fmt::Display for Status<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.as_ref().map_or(Ok(()), |status| write!(f, " (status {status})"))
    }
}
