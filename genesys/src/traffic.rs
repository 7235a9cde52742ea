//! What stands between us and the platform's limits.
//!
//! The client keeps no pace of its own: the limit is per credential and shared by all processes, so whoever keeps it must
//! see every HTTP call before it is made and every answer's headers after it. [`Traffic`] is that seam.

use std::{fmt, time::Duration};

use async_trait::async_trait;

/// Paces the calls. Called around *every* HTTP call, repeats and the token call included.
#[async_trait]
pub trait Traffic: Send + Sync {
    /// Waits for a slot, or refuses. After a refusal no call is made.
    async fn before(&self, call: Call) -> Result<(), NotNow>;

    /// Hears of the answer, or of its absence, before the caller does.
    ///
    /// A slot may go unused, and its `after` unheard, when the caller gives up waiting.
    async fn after(&self, call: Call, reading: &Reading);
}

/// No slot is to be had soon enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no slot for another {wait:?}")]
pub struct NotNow {
    /// How long until it is worth asking again.
    pub wait: Duration,
}

/// What one HTTP call told about the platform's limits (contract §2.1, §2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The answer's status; none when no answer came.
    pub status: Option<u16>,
    /// Calls used in the current window.
    pub count: Option<u64>,
    /// Calls allowed in the current window.
    pub allowed: Option<u64>,
    /// Time until the window starts anew.
    pub reset: Option<Duration>,
    /// How long to stay away, bounded to 1..=3600 s. Always set with status 429, whether or not the platform named a time.
    pub retry_after: Option<Duration>,
    /// From sending to the end of the answer; for downloads, to its headers.
    pub elapsed: Duration,
}

/// The kinds of HTTP call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// A token is asked for.
    Token,
    /// Our token is given back.
    RevokeToken,
    /// Whose token it is.
    ReadToken,
    /// In which divisions a permission is held.
    ProbePermission,
    /// Limits of a namespace.
    ReadLimits,
    /// Subject search.
    SearchSubjects,
    /// A data subject request is placed. The one call that must never be repeated.
    SubmitRequest,
    /// One page of requests.
    ListRequests,
    /// One request.
    ReadRequest,
    /// One contact, merges followed.
    ReadContact,
    /// One contact as stored.
    ReadContactUnresolved,
    /// Many contacts, merges followed.
    ReadContacts,
    /// Many contacts as stored.
    ReadContactsUnresolved,
    /// Many users.
    ListUsers,
    /// One page of divisions.
    ListDivisions,
    /// A part of an export, at the API.
    Download,
    /// The same part, at the storage that the API redirects to.
    Storage,
}

impl Call {
    /// All kinds, for metrics that want their series from the start.
    pub const ALL: [Self; 17] = [
        Self::Token,
        Self::RevokeToken,
        Self::ReadToken,
        Self::ProbePermission,
        Self::ReadLimits,
        Self::SearchSubjects,
        Self::SubmitRequest,
        Self::ListRequests,
        Self::ReadRequest,
        Self::ReadContact,
        Self::ReadContactUnresolved,
        Self::ReadContacts,
        Self::ReadContactsUnresolved,
        Self::ListUsers,
        Self::ListDivisions,
        Self::Download,
        Self::Storage,
    ];

    /// The name in metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::RevokeToken => "revoke_token",
            Self::ReadToken => "read_token",
            Self::ProbePermission => "probe_permission",
            Self::ReadLimits => "read_limits",
            Self::SearchSubjects => "search_subjects",
            Self::SubmitRequest => "submit_request",
            Self::ListRequests => "list_requests",
            Self::ReadRequest => "read_request",
            Self::ReadContact => "read_contact",
            Self::ReadContactUnresolved => "read_contact_unresolved",
            Self::ReadContacts => "read_contacts",
            Self::ReadContactsUnresolved => "read_contacts_unresolved",
            Self::ListUsers => "list_users",
            Self::ListDivisions => "list_divisions",
            Self::Download => "download",
            Self::Storage => "storage",
        }
    }

    /// Whether the call counts against the token's limit. Tokens are had from another host, parts from storage.
    pub fn is_paced(self) -> bool {
        !matches!(self, Self::Token | Self::Storage)
    }

    /// Whether making the call twice is the same as making it once.
    pub fn is_repeatable(self) -> bool {
        self != Self::SubmitRequest
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
