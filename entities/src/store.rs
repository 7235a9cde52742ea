//! What every part of the service is handed: the database, the keys, the clock.

use std::sync::Arc;

use crate::db::Db;
use crate::error::StoreError;
use crate::installation::secrets::Safe;
use crate::time::{At, Clock};

/// The database, the keys and the clock of one process, and where it is reached. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    /// The database.
    pub db: Db,
    /// The installation's keys.
    pub safe: Arc<Safe>,
    /// Where the time comes from.
    pub clock: Clock,
    /// Where people reach this service, for links in letters; without a slash at its end.
    pub public_url: Option<Arc<str>>,
}

impl Store {
    /// Opens the store of an installation whose schema is up to date; makes its secrets at the very first start.
    ///
    /// # Errors
    /// The database fails, or the secrets in it were sealed under a key that `keyring` does not hold.
    pub async fn open(db: Db, keyring: vault::keyring::Keyring, clock: Clock) -> Result<Self, StoreError> {
        let safe = Safe::open(&db, keyring, clock.now()).await?;
        Ok(Self { db, safe: Arc::new(safe), clock, public_url: None })
    }

    /// The same, reached by people at this address.
    #[must_use]
    pub fn reached_at(self, url: &str) -> Self {
        Self { public_url: Some(url.trim_end_matches('/').into()), ..self }
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> At {
        self.clock.now()
    }
}
