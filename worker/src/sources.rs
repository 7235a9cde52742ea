//! The way to each source's ticketing system: one link a source and process.

use std::collections::HashMap;
use std::sync::Arc;

use egress::allow::Allowed;
use egress::client::{CannotBuild, Client};
use entities::error::StoreError;
use entities::id::SourceId;
use entities::source::secrets;
use entities::source::table::Model as Source;
use entities::store::Store;
use secrecy::ExposeSecret;
use ticketing::kind::SystemKind;
use ticketing::link::{Credentials, Link};
use ticketing::system::System;
use ticketing::trouble::Trouble as TicketTrouble;
use tokio::sync::Mutex;

use crate::trouble::Trouble;

/// All links of this process.
pub struct Sources {
    store: Store,
    http: Client,
    open: Mutex<HashMap<SourceId, (i64, Arc<Link>)>>,
}

impl Sources {
    /// No link yet.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(store: Store, allowed: Allowed) -> Result<Self, CannotBuild> {
        Ok(Self { store, http: Client::new(allowed)?, open: Mutex::default() })
    }

    /// The link to a source's system; none where the source has none. A source that was changed gets a new one.
    ///
    /// # Errors
    /// Its settings cannot be used.
    pub async fn link(&self, source: &Source) -> Result<Option<Arc<Link>>, Trouble> {
        let mut open = self.open.lock().await;
        if let Some((_, link)) = open.get(&source.id).filter(|(version, _)| *version == source.version) {
            return Ok(Some(link.clone()));
        }
        let Some(settings) = &source.settings.link else { return Ok(None) };
        let Some(credentials) = secrets::credentials(&self.store, source)? else { return Ok(None) };
        let base = self.http.check(&settings.base).map_err(|bad| TicketTrouble::Misconfigured {
            setting: "base address".to_owned(),
            reason: bad.to_string(),
        })?;
        let link = Link::new(self.http.beneath().clone(), base, Credentials::read(credentials.expose_secret())?)?;
        let link = Arc::new(link.with_options(settings.options.clone()));
        open.insert(source.id, (source.version, link.clone()));
        Ok(Some(link))
    }
}

/// A source's kind of system.
///
/// # Errors
/// Somebody wrote past the rules.
pub fn kind(source: &Source) -> Result<SystemKind, StoreError> {
    source.system.parse().map_err(|_| StoreError::Corrupt("a source's system is none that is known"))
}

/// A source's system.
///
/// # Errors
/// Somebody wrote past the rules.
pub fn system(source: &Source) -> Result<&'static dyn System, StoreError> {
    Ok(kind(source)?.system())
}
