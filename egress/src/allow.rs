//! What the operator allows besides public addresses: subnets, and hosts by name.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::Host;

use crate::address::is_public;

/// Subnets and hosts that may be called although they are not public. Whoever is named here by address or by name may also
/// be called without TLS and at any port: it is the operator's own network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    subnets: Vec<IpNet>,
    hosts: BTreeSet<String>,
}

/// A text that is no list of subnets and hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("subnets such as 10.0.0.0/8, addresses and host names, separated by commas")]
pub struct BadAllowed;

impl FromStr for Allowed {
    type Err = BadAllowed;

    fn from_str(text: &str) -> Result<Self, BadAllowed> {
        let mut allowed = Self::default();
        for entry in text.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()) {
            if let Ok(subnet) = entry.parse::<IpNet>() {
                allowed.subnets.push(subnet.trunc());
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                allowed.subnets.push(address.into());
            } else {
                let name = Host::parse(entry).ok().filter(|host| matches!(host, Host::Domain(_)));
                allowed.hosts.insert(name.ok_or(BadAllowed)?.to_string());
            }
        }
        Ok(allowed)
    }
}

impl Allowed {
    /// The same, and this host besides: for one that the operator has named elsewhere.
    #[must_use]
    pub fn and(&self, host: &Host) -> Self {
        let mut allowed = self.clone();
        match host {
            Host::Domain(name) => drop(allowed.hosts.insert(name.trim_end_matches('.').to_ascii_lowercase())),
            Host::Ipv4(address) => allowed.subnets.push(IpAddr::from(*address).into()),
            Host::Ipv6(address) => allowed.subnets.push(IpAddr::from(*address).into()),
        }
        allowed
    }

    /// Whether this address of this name may be connected to.
    #[must_use]
    pub fn permits(&self, name: &str, address: IpAddr) -> bool {
        is_public(address) || self.has_address(address) || self.has_name(name)
    }

    /// Whether the host itself is named: then it needs neither TLS nor one of the usual ports.
    #[must_use]
    pub fn names<S: AsRef<str>>(&self, host: &Host<S>) -> bool {
        match host {
            Host::Domain(name) => self.has_name(name.as_ref()),
            Host::Ipv4(address) => self.has_address((*address).into()),
            Host::Ipv6(address) => self.has_address((*address).into()),
        }
    }

    pub(crate) fn has_address(&self, address: IpAddr) -> bool {
        self.subnets.iter().any(|subnet| subnet.contains(&address))
    }

    fn has_name(&self, name: &str) -> bool {
        self.hosts.contains(&name.trim_end_matches('.').to_ascii_lowercase())
    }
}
