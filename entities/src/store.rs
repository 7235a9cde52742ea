//! What every part of the service is handed: the database, the keys, the clock.

use std::sync::Arc;

use sea_orm::DbErr;

use crate::db::Db;
use crate::installation::secrets::Safe;
use crate::time::{At, Clock};

/// The database, the keys and the clock of one process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    /// The database.
    pub db: Db,
    /// The installation's keys.
    pub safe: Arc<Safe>,
    /// Where the time comes from.
    pub clock: Clock,
}

impl Store {
    /// Opens the store of an installation whose schema is up to date; makes its secrets at the very first start.
    ///
    /// # Errors
    /// The database fails, or the secrets in it were sealed under a key that `keyring` does not hold.
    pub async fn open(db: Db, keyring: vault::keyring::Keyring, clock: Clock) -> Result<Self, StoreError> {
        let safe = Safe::open(&db, keyring, clock.now()).await?;
        Ok(Self { db, safe: Arc::new(safe), clock })
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> At {
        self.clock.now()
    }
}

/// What can go wrong between us and what is stored. None of it tells what was stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no, or did not answer.
    #[error("the database failed")]
    Db(#[from] DbErr),
    /// A sealed value did not open.
    #[error("a sealed value does not open")]
    Sealed(#[from] vault::seal::SealError),
    /// The request's key has been destroyed: its personal data is gone for good.
    #[error("the personal data of this request has been erased")]
    Erased,
    /// A row says what the rules do not allow. Someone wrote past them.
    #[error("what is stored contradicts itself: {0}")]
    Corrupt(&'static str),
}
