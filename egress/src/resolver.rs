//! Resolves names, and gives only addresses that may be connected to. What it gives is what is connected to: between the look
//! and the connection nobody asks again.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::allow::Allowed;

/// A name led to no address that may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to no public address")]
pub struct NotPublic;

/// The addresses of a name, on their way.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where names are looked up.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of a name.
    fn lookup(&self, name: String) -> Found;
}

/// The resolver of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Lookup for System {
    fn lookup(&self, name: String) -> Found {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) })
    }
}

/// A resolver that gives only what may be connected to.
pub struct Guarded<L> {
    allowed: Allowed,
    lookup: Arc<L>,
}

impl<L: Lookup> Guarded<L> {
    /// Over a resolver.
    pub fn over(lookup: L, allowed: Allowed) -> Self {
        Self { allowed, lookup: Arc::new(lookup) }
    }
}

impl<L: Lookup> Resolve for Guarded<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, lookup, name) = (self.allowed.clone(), self.lookup.clone(), name.as_str().to_owned());
        Box::pin(async move {
            let found = lookup.lookup(name.clone()).await?;
            let there_is_one = !found.is_empty();
            let good: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| allowed.permits(&name, *address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if good.is_empty() && there_is_one {
                return Err(NotPublic.into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}
