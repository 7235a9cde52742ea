//! Which addresses are taken when somebody sets one up, and looked at once more before each call.

use std::net::IpAddr;

use url::{Host, Url};

use crate::allow::Allowed;

/// Ports that need nobody's leave.
const PORTS: [u16; 2] = [443, 8443];

/// The longest address that is taken, in characters.
pub const LONGEST: usize = 2_048;

/// Why an address is not called. It never repeats the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BadTarget {
    /// Not an absolute address with a host.
    #[error("must be an address such as https://hooks.example.com/dsr, of at most {LONGEST} characters")]
    NotAnAddress,
    /// Everything on the way could read and change what is sent.
    #[error("must begin with https://")]
    NotHttps,
    /// A user or a password stands in it.
    #[error("must hold neither user nor password")]
    Credentials,
    /// A fragment is for browsers.
    #[error("must not end in a fragment (#)")]
    Fragment,
    /// Another port than 443 or 8443.
    #[error("must use port 443 or 8443; the operator can allow other hosts (outbound.allow)")]
    Port,
    /// It names this machine, or an address that is not public.
    #[error("must lead to a public address; the operator can allow others (outbound.allow)")]
    NotPublic,
}

impl BadTarget {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnAddress => "not_an_address",
            Self::NotHttps => "not_https",
            Self::Credentials => "credentials",
            Self::Fragment => "fragment",
            Self::Port => "port",
            Self::NotPublic => "not_public",
        }
    }
}

/// The address, if it may be called. A name is not resolved here: the [client](crate::client) does that, and looks at what
/// it finds, each time it connects.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str, allowed: &Allowed) -> Result<Url, BadTarget> {
    let is_short = text.chars().count() <= LONGEST && !text.chars().any(|it| it.is_control() || it.is_whitespace());
    let url = Url::parse(text).ok().filter(|_| is_short).ok_or(BadTarget::NotAnAddress)?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(BadTarget::NotHttps);
    }
    let host = url.host().ok_or(BadTarget::NotAnAddress)?;
    let named = allowed.names(&host);
    if url.scheme() != "https" && !named {
        return Err(BadTarget::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadTarget::Credentials);
    }
    if url.fragment().is_some() {
        return Err(BadTarget::Fragment);
    }
    if !named && !is_public(&host, allowed) {
        return Err(BadTarget::NotPublic);
    }
    if !named && !url.port_or_known_default().is_some_and(|port| PORTS.contains(&port)) {
        return Err(BadTarget::Port);
    }
    Ok(url)
}

/// Whether the host is, by its own words, public. What a name resolves to is seen when it is connected to.
fn is_public(host: &Host<&str>, allowed: &Allowed) -> bool {
    match *host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            !name.is_empty() && name != "localhost" && !name.ends_with(".localhost")
        }
        Host::Ipv4(address) => allowed.permits("", IpAddr::V4(address)),
        Host::Ipv6(address) => allowed.permits("", IpAddr::V6(address)),
    }
}
