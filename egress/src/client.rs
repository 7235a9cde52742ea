//! The HTTP client for addresses that others have named.

use std::error::Error as _;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use url::Url;

use crate::allow::Allowed;
use crate::resolver::{Guarded, Lookup, NotPublic, System};
use crate::target::{BadTarget, check};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// A client that calls only what may be called: it follows no redirect, heeds no proxy of the environment, repeats nothing,
/// and looks at each address as it connects. It keeps no connection, so every call is looked at. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    allowed: Allowed,
}

/// The client cannot be built, which mostly means that this machine has no CA certificates.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built; are CA certificates installed?")]
pub struct CannotBuild(#[source] reqwest::Error);

impl Client {
    /// A client that may call public addresses, and what is allowed.
    ///
    /// # Errors
    /// This machine has no CA certificates.
    pub fn new(allowed: Allowed) -> Result<Self, CannotBuild> {
        Self::over(System, allowed)
    }

    /// The same, looking names up elsewhere.
    ///
    /// # Errors
    /// See [`Client::new`].
    pub fn over(lookup: impl Lookup, allowed: Allowed) -> Result<Self, CannotBuild> {
        let http = builder(lookup, allowed.clone()).build().map_err(CannotBuild)?;
        Ok(Self { http, allowed })
    }

    /// Begins a call. An address in figures is looked at here, since no resolver is asked for it.
    ///
    /// # Errors
    /// The address may not be called.
    pub fn request(&self, method: Method, address: &str) -> Result<RequestBuilder, BadTarget> {
        Ok(self.http.request(method, check(address, &self.allowed)?))
    }

    /// The address, if it may be called.
    ///
    /// # Errors
    /// See [`check`].
    pub fn check(&self, address: &str) -> Result<Url, BadTarget> {
        check(address, &self.allowed)
    }

    /// The client beneath, for callers that take one. They must [check](Client::check) each address before they call it: for
    /// one in figures the resolver is not asked.
    #[must_use]
    pub fn beneath(&self) -> &reqwest::Client {
        &self.http
    }
}

fn builder(lookup: impl Lookup, allowed: Allowed) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("dsr/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(0)
        .dns_resolver(Guarded::over(lookup, allowed))
}

/// Whether a call ended because its name led to no public address.
#[must_use]
pub fn is_refused(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(link) = cause {
        if link.is::<NotPublic>() {
            return true;
        }
        cause = link.source();
    }
    false
}
