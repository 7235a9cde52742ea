//! What can go wrong between us and the platform, by what the caller can do about it.
//!
//! Error bodies may quote what was sent, so no text of theirs is kept: only codes, field names and permission names that
//! look like such, and the correlation id to ask the platform's support about.

use std::{fmt, sync::Arc, time::Duration};

use crate::traffic::NotNow;

/// Why a platform call gave no usable answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlatformError {
    /// The client id or secret is wrong or the client disabled, or the platform refuses even a fresh token.
    #[error("the platform does not accept the credentials{}", Shown(.correlation))]
    WrongCredentials {
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// A role of the OAuth client lacks permissions (or lacks them in this division).
    #[error("permissions are missing{}{}", Names(.names), Shown(.correlation))]
    MissingPermissions {
        /// As the platform names them, e.g. `gdpr:request:add`. Empty when its answer named none.
        names: Vec<String>,
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// Refused for another reason than a permission: a policy, a scope, our network address.
    #[error("the platform does not allow this ({}){}", .code.as_deref().unwrap_or("no code"), Shown(.correlation))]
    NotAuthorised {
        /// The platform's code, e.g. `authz.policy.denied`.
        code: Option<String>,
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// The platform answered 429; nothing happened.
    #[error("the platform wants us to stay away for {wait:?}{}", Shown(.correlation))]
    RateLimited {
        /// How long, 1..=3600 s.
        wait: Duration,
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// Our own traffic rule gave no slot; no call was made.
    #[error("not sent")]
    NotNow(#[from] NotNow),
    /// A call that must not be repeated was sent and its outcome is unknown. Look before asking again.
    #[error("the answer was lost, the call may have taken effect{}", Shown(.correlation))]
    LostAnswer {
        /// The status, if that much arrived.
        status: Option<u16>,
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
        /// What broke on the way.
        #[source]
        source: Option<Arc<reqwest::Error>>,
    },
    /// The platform understood us and says no. The same call will fail again.
    #[error("rejected with {status} ({}){}", .code.as_deref().unwrap_or("no code"), Shown(.correlation))]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The platform's code, e.g. `bad.request`.
        code: Option<String>,
        /// The fields it names, which may well be none (contract §3.2).
        fields: Vec<String>,
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// There is no such thing.
    #[error("not found{}", Shown(.correlation))]
    NotFound {
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// There was such a thing; an export has expired (contract §3.4).
    #[error("no longer there{}", Shown(.correlation))]
    Gone {
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// Too much in one call: our body for the platform, or its answer for us.
    #[error("too large{}", Shown(.correlation))]
    TooLarge {
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// The platform cannot be reached or is failing. Nothing happened, or nothing that matters if it happens again.
    #[error("the platform is down{}{}", Status(.status), Shown(.correlation))]
    PlatformDown {
        /// The status, when there was an answer.
        status: Option<u16>,
        /// How long it asked us to stay away.
        wait: Option<Duration>,
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
        /// What broke on the way.
        #[source]
        source: Option<Arc<reqwest::Error>>,
    },
    /// A good status with a body that is not what the contract says.
    #[error("unreadable answer at line {line}, column {column}{}", Shown(.correlation))]
    Unreadable {
        /// Line of the body where reading failed.
        line: usize,
        /// Column in that line.
        column: usize,
        /// To ask the platform's support about.
        correlation: Option<CorrelationId>,
    },
    /// A results URL or its redirect points where neither our token nor our trust may go.
    #[error("export results are offered at a place we do not trust: {0}")]
    ForeignResults(&'static str),
}

impl PlatformError {
    /// Whether the call may have taken effect although we do not know it.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::LostAnswer { .. })
    }

    /// How long to stay away, where somebody said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { wait, .. } => Some(*wait),
            Self::NotNow(not_now) => Some(not_now.wait),
            Self::PlatformDown { wait, .. } => *wait,
            _ => None,
        }
    }

    /// The platform's correlation id of the failed call, if an answer came.
    pub fn correlation_id(&self) -> Option<&str> {
        match self {
            Self::WrongCredentials { correlation }
            | Self::MissingPermissions { correlation, .. }
            | Self::NotAuthorised { correlation, .. }
            | Self::RateLimited { correlation, .. }
            | Self::LostAnswer { correlation, .. }
            | Self::Rejected { correlation, .. }
            | Self::NotFound { correlation }
            | Self::Gone { correlation }
            | Self::TooLarge { correlation }
            | Self::PlatformDown { correlation, .. }
            | Self::Unreadable { correlation, .. } => correlation.as_ref().map(CorrelationId::as_str),
            Self::NotNow(_) | Self::ForeignResults(_) => None,
        }
    }

    /// Whether another try within a second or two may help. A timeout is not worth it: the caller has waited enough.
    pub(crate) fn is_passing(&self) -> bool {
        const SOON: Duration = Duration::from_secs(2);
        match self {
            Self::PlatformDown { wait: Some(wait), .. } => *wait <= SOON,
            Self::PlatformDown { source: Some(source), .. } => source.is_connect() || !source.is_timeout(),
            Self::PlatformDown { .. } => true,
            _ => false,
        }
    }
}

/// The id under which the platform's support finds one call of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrelationId(Box<str>);

impl CorrelationId {
    /// Takes what looks like an id; anything else is dropped, since it ends up in logs.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        fits.then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Shown<'a>(&'a Option<CorrelationId>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |id| write!(f, " [correlation id {id}]"))
    }
}

struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, ": {}", self.0.join(", ")) }
    }
}

struct Status<'a>(&'a Option<u16>);

impl fmt::Display for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |status| write!(f, " (status {status})"))
    }
}
