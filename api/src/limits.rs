//! How fast callers may go: each client after it is known, and each network address at each door where secrets are tried.
//!
//! Memory is bounded. Clients are as many as have been made. Addresses fall into a fixed number of drawers by a keyed hash
//! that nobody outside knows, so whoever comes from a million addresses costs no more than one. Each door counts by itself:
//! strangers who try links must not keep a client behind the same address from signing in.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use actix_web::http::header::RETRY_AFTER;
use entities::id::ClientId;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::problem::{Problem, codes};

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

const DRAWERS: u64 = 1 << 16;

/// The limits of one process.
pub struct Limits {
    clients: Limiter<ClientId>,
    addresses: Limiter<u16>,
    visitors: Limiter<u16>,
    links: Limiter<u16>,
    passwords: Limiter<u16>,
    hooks: Limiter<u16>,
    drawer: RandomState,
}

/// How often a minute.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Each client may call.
    pub per_client: u32,
    /// Each address may ask for tokens, and as often try to sign in.
    pub per_address: u32,
    /// Each address may look at links.
    pub per_visitor: u32,
    /// Each address may call as a ticketing system.
    pub per_caller: u32,
}

/// What a caller has left, for the `RateLimit` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    quota: u32,
    remaining: u32,
}

/// How often a minute one link may be looked at: mail programs look at it before its reader does.
const LOOKS_AT_A_LINK: u32 = 20;

const WINDOW_S: u32 = 60;

impl Left {
    /// `RateLimit-Policy` (IETF draft-ietf-httpapi-ratelimit-headers).
    #[must_use]
    pub fn policy(self) -> String {
        format!("\"client\";q={};w={WINDOW_S}", self.quota)
    }

    /// `RateLimit`: what remains, and the seconds until all of it is back.
    #[must_use]
    pub fn state(self) -> String {
        let used = u64::from(self.quota.saturating_sub(self.remaining));
        let back = (used * u64::from(WINDOW_S)).div_ceil(u64::from(self.quota.max(1)));
        format!("\"client\";r={};t={back}", self.remaining)
    }
}

impl Limits {
    /// So many calls a minute. Zero counts as one.
    #[must_use]
    pub fn new(Rates { per_client, per_address, per_visitor, per_caller }: Rates) -> Self {
        let quota = |n: u32| Quota::per_minute(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
        Self {
            clients: RateLimiter::hashmap(quota(per_client)).with_middleware(),
            addresses: RateLimiter::hashmap(quota(per_address)).with_middleware(),
            visitors: RateLimiter::hashmap(quota(per_visitor)).with_middleware(),
            links: RateLimiter::hashmap(quota(LOOKS_AT_A_LINK)).with_middleware(),
            passwords: RateLimiter::hashmap(quota(per_address)).with_middleware(),
            hooks: RateLimiter::hashmap(quota(per_caller)).with_middleware(),
            drawer: RandomState::new(),
        }
    }

    /// Counts a call of a client.
    ///
    /// # Errors
    /// It was one too many; the problem says when to come again.
    pub fn client(&self, client: ClientId) -> Result<Left, Problem> {
        check(&self.clients, &client)
    }

    /// Counts a call from an address that is about to show a secret. IPv6 counts by /64: that is one household.
    ///
    /// # Errors
    /// It was one too many; the problem says when to come again.
    pub fn address(&self, address: IpAddr) -> Result<Left, Problem> {
        check(&self.addresses, &self.household(address))
    }

    /// Counts an attempt to sign in by a password or a code, from an address.
    ///
    /// # Errors
    /// It was one too many; the problem says when to come again.
    pub fn password(&self, address: IpAddr) -> Result<(), Problem> {
        check(&self.passwords, &self.household(address)).map(|_| ())
    }

    /// Counts a look at a link, told by what its token hashes to, from an address.
    ///
    /// # Errors
    /// It was one too many of either; the problem says when to come again.
    pub fn link(&self, hash: &str, address: Option<IpAddr>) -> Result<(), Problem> {
        if let Some(address) = address {
            check(&self.visitors, &self.household(address))?;
        }
        check(&self.links, &self.drawer_of(hash)).map(|_| ())
    }

    /// Counts a call of a ticketing system from an address, whoever it turns out to be.
    ///
    /// # Errors
    /// It was one too many; the problem says when to come again.
    pub fn hook(&self, address: IpAddr) -> Result<(), Problem> {
        check(&self.hooks, &self.household(address)).map(|_| ())
    }

    /// The drawer of an address. IPv6 counts by /64: that is one household.
    pub(crate) fn household(&self, address: IpAddr) -> u16 {
        self.drawer_of(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
            v4 => v4,
        })
    }

    fn drawer_of(&self, what: impl Hash) -> u16 {
        u16::try_from(self.drawer.hash_one(what) % DRAWERS).unwrap_or_default()
    }

    /// Lets go of what has not been counted lately.
    pub fn tidy(&self) {
        self.clients.retain_recent();
        self.addresses.retain_recent();
        self.visitors.retain_recent();
        self.links.retain_recent();
        self.passwords.retain_recent();
        self.hooks.retain_recent();
    }
}

fn check<K: Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Result<Left, Problem> {
    match limiter.check_key(key) {
        Ok(state) => Ok(Left { quota: state.quota().burst_size().get(), remaining: state.remaining_burst_capacity() }),
        Err(until) => {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            let none = Left { quota: until.quota().burst_size().get(), remaining: 0 };
            let name = actix_web::http::header::HeaderName::from_static;
            Err(Problem::new(codes::RATE_LIMITED, "too many calls in the last minute; come again after `Retry-After`")
                .with_header(RETRY_AFTER, &seconds.max(1).to_string())
                .with_header(name("ratelimit-policy"), &none.policy())
                .with_header(name("ratelimit"), &none.state()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_client: u32, per_address: u32) -> Limits {
        Limits::new(Rates { per_client, per_address, per_visitor: 1, per_caller: 1 })
    }

    #[test]
    fn one_client_does_not_use_up_what_another_has() {
        let limits = limits(2, 1);
        let (one, other) = (ClientId::new(), ClientId::new());
        assert_eq!(limits.client(one).unwrap(), Left { quota: 2, remaining: 1 });
        assert_eq!(limits.client(one).unwrap().remaining, 0);
        assert_eq!(limits.client(one).unwrap_err().code(), codes::RATE_LIMITED);
        assert_eq!(limits.client(other).unwrap().remaining, 1);
    }

    #[test]
    fn a_household_is_one_address() {
        let limits = limits(1, 1);
        limits.address("2001:db8::1".parse().unwrap()).unwrap();
        assert!(limits.address("2001:db8::ffff".parse().unwrap()).is_err());
    }

    #[test]
    fn a_million_addresses_cost_no_more_than_the_drawers() {
        let limits = limits(1, 1_000_000);
        for n in 0..200_000u32 {
            let _ = limits.address(IpAddr::from(n.to_be_bytes()));
        }
        assert!(limits.addresses.len() <= DRAWERS as usize);
    }

    #[test]
    fn what_is_left_is_said_with_the_time_until_all_is_back() {
        let left = Left { quota: 600, remaining: 540 };
        assert_eq!((left.policy(), left.state()), ("\"client\";q=600;w=60".into(), "\"client\";r=540;t=6".into()));
    }
}
