//! One client a controller and process, checked before it is first used.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use entities::controller::queries::credential;
use entities::controller::table::Model as Controller;
use entities::error::StoreError;
use entities::id::ControllerId;
use entities::rate::pace;
use entities::store::Store;
use genesys::address::Address;
use genesys::credential::Credential;
use genesys::error::PlatformError;
use genesys::http::Http;
use genesys::platform::Platform;
use tokio::sync::{Mutex, OnceCell};
use tokio_util::sync::CancellationToken;

use crate::pace::Pace;

/// The limit that counts for a credential of ours (contract §2.3).
const RATE_LIMIT: &str = "client.credentials.token.rate.per.minute";

/// Why there is no way to a controller's platform.
#[derive(Debug, thiserror::Error)]
pub enum NotReached {
    /// The platform refuses, or does not answer.
    #[error("{0}")]
    Platform(#[from] PlatformError),
    /// The token belongs to another organisation than the controller's.
    #[error("the credential belongs to another organisation")]
    WrongOrganisation,
    /// The controller's platform addresses are unusable.
    #[error("the controller's platform addresses are unusable")]
    BadAddress,
    /// The stored state.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// How platforms are gone to.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// How long to wait for a slot of the platform's budget before giving up for now.
    pub slot_patience: Duration,
    /// Whether the platform may be spoken to over plain http; only for a stand-in on this machine.
    pub plain_http: bool,
}

/// All clients of this process.
pub struct Platforms {
    store: Store,
    http: Http,
    manner: Manner,
    stop: CancellationToken,
    open: Mutex<HashMap<ControllerId, Arc<Entry>>>,
}

struct Entry {
    version: i64,
    platform: Platform,
    pace: Arc<Pace>,
    checked: OnceCell<()>,
}

impl Platforms {
    /// No client yet.
    #[must_use]
    pub fn new(store: Store, http: Http, manner: Manner, stop: CancellationToken) -> Self {
        Self { store, http, manner, stop, open: Mutex::default() }
    }

    /// The client of a controller. Before its first use the token's organisation is compared with the controller's, and the
    /// platform's limit is read; a controller that was changed gets a new client.
    ///
    /// # Errors
    /// The token belongs to another organisation, or the platform does not answer.
    pub async fn of(&self, controller: &Controller) -> Result<Platform, NotReached> {
        let entry = self.entry(controller).await?;
        entry.checked.get_or_try_init(|| check(&entry, controller)).await?;
        Ok(entry.platform.clone())
    }

    async fn entry(&self, controller: &Controller) -> Result<Arc<Entry>, NotReached> {
        let mut open = self.open.lock().await;
        if let Some(entry) = open.get(&controller.id).filter(|entry| entry.version == controller.version) {
            return Ok(entry.clone());
        }
        let known = credential(&self.store, controller)?;
        let address = address(controller, self.manner.plain_http)?;
        let key = pace::key(&controller.api_url, &known.client_id);
        let pace = Arc::new(Pace::new(self.store.clone(), key, self.manner.slot_patience, self.stop.clone()));
        let credential = Credential { client_id: known.client_id, client_secret: known.client_secret };
        let platform = Platform::new(self.http.clone(), address, credential, pace.clone());
        let entry = Arc::new(Entry { version: controller.version, platform, pace, checked: OnceCell::new() });
        open.insert(controller.id, entry.clone());
        Ok(entry)
    }
}

fn address(controller: &Controller, plain_http: bool) -> Result<Address, NotReached> {
    let (login, api) = (controller.login_url.parse(), controller.api_url.parse());
    let (Ok(login), Ok(api)) = (login, api) else { return Err(NotReached::BadAddress) };
    let address = if plain_http { Address::allowing_plain_http(login, api) } else { Address::new(login, api) };
    address.map_err(|_| NotReached::BadAddress)
}

async fn check(entry: &Entry, controller: &Controller) -> Result<(), NotReached> {
    let token = entry.platform.token_info().await?;
    if token.organization.id != controller.organisation_id {
        return Err(NotReached::WrongOrganisation);
    }
    match entry.platform.limits("platform.api").await {
        Ok(limits) => {
            let limit = limits.iter().find(|limit| limit.key == RATE_LIMIT).and_then(|limit| limit.value);
            if let Some(allowed) = limit.and_then(|value| u32::try_from(value).ok()).filter(|value| *value > 0) {
                entry.pace.learn(allowed).await;
            }
        }
        // Without the limits we still have every answer's headers to go by.
        Err(error) if error.retry_after().is_none() => tracing::info!(%error, "the platform's limits are not readable"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
