//! The HTTP stack: built once at start, because building it can fail.
//!
//! It follows no redirect (a token must not travel along) and repeats nothing by itself (every try passes the traffic
//! rule).

use std::time::Duration;

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For one whole call, answer included. Downloads are not bound by it.
    pub overall: Duration,
    /// For the next piece of an answer. This is what bounds a download.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self { connect: Duration::from_secs(10), overall: minute, idle: minute }
    }
}

/// The connections to all platforms. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Http {
    pub(crate) client: reqwest::Client,
    pub(crate) overall: Duration,
}

/// The HTTP stack cannot be built, which mostly means that this machine has no CA certificates.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built; are CA certificates installed?")]
pub struct CannotBuild(#[source] reqwest::Error);

impl Http {
    /// With the default timeouts: 10 s to connect, 60 s overall.
    pub fn new() -> Result<Self, CannotBuild> {
        Self::with_timeouts(Timeouts::default())
    }

    /// With timeouts of one's own.
    pub fn with_timeouts(timeouts: Timeouts) -> Result<Self, CannotBuild> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("dsr/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.idle)
            .build()
            .map_err(CannotBuild)?;
        Ok(Self { client, overall: timeouts.overall })
    }
}
