//! What handlers reach: the store, the limits, and the few settings that answers depend on.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use egress::allow::Allowed;
use entities::controller;
use entities::id::ControllerId;
use entities::officer::mapping::Rules;
use entities::request::figures::Year;
use entities::store::Store;
use metrics_exporter_prometheus::PrometheusHandle;
use oidc::provider::Provider;
use sea_orm::{ConnectionTrait, DbErr};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::kept::Kept;
use crate::limits::Limits;
use crate::ops::metrics::Backlog;
use crate::places::Places;
use crate::regulator::figures::{Figures, Of};
use crate::together::Together;
use crate::webhooks::door::Door;

/// One server's state, shared by its workers.
pub struct App {
    /// The database, the keys and the clock.
    pub store: Store,
    /// How fast each client, and each address that asks for tokens, may go.
    pub limits: Limits,
    /// The folder that artifacts lie below.
    pub artifacts: PathBuf,
    /// What subscribers may be called at besides public addresses.
    pub allowed: Allowed,
    /// The longest body that is read, in bytes.
    pub body_limit: usize,
    /// How long a call may take; its body may take half of that to arrive.
    pub request_timeout: Duration,
    /// Whether a platform may be spoken to over plain http when somebody looks at it.
    pub plain_http: bool,
    /// Whether browsers are told to come by TLS only.
    pub hsts: bool,
    /// Cancelled once the server is stopping.
    pub stop: CancellationToken,
    /// The runtime the server was started on. It outlives the server's own threads, and so do connections opened on it.
    pub runtime: Handle,
    /// Renders what has been counted.
    pub metrics: PrometheusHandle,
    /// What the last scrape read from the database.
    pub backlog: Backlog,
    /// Writes requests that come in at the same time together.
    pub together: Together,
    /// Places for files that are read at the moment: each takes a thread for as long as its reader reads.
    pub downloads: Places,
    /// The same for files that persons fetch, apart: no guest keeps those who work here from reading.
    pub handouts: Places,
    /// Places for bundles that are written at the moment: each takes a connection to the database for as long.
    pub bundles: Arc<Semaphore>,
    /// Figures of the regulator's room that were computed a short while ago.
    pub figures: Kept<Of, Figures>,
    /// The same of the overview: how a year went for these controllers.
    pub years: Kept<Vec<ControllerId>, Year>,
    /// What callers that are not verified yet may take of this process's memory.
    pub door: Door,
    /// The organisation's own provider, if officers sign in there.
    pub federation: Option<Arc<Federation>>,
    /// Slugs by id. A slug never changes, so this is never stale.
    pub slugs: Slugs,
}

/// Signing in by an organisation's own provider.
#[derive(Debug)]
pub struct Federation {
    /// The provider.
    pub provider: Provider,
    /// Whom it lets in, and what they may do.
    pub rules: Rules,
    /// What people call it.
    pub name: Option<String>,
}

/// The slugs of controllers seen so far.
#[derive(Debug, Default)]
pub struct Slugs(RwLock<HashMap<ControllerId, String>>);

impl Slugs {
    /// A controller's slug: from memory, or for a controller not seen before from the database.
    ///
    /// # Errors
    /// The database fails, or the controller is gone.
    pub async fn of(&self, conn: &impl ConnectionTrait, id: ControllerId) -> Result<String, DbErr> {
        if let Some(slug) = self.0.read().ok().and_then(|known| known.get(&id).cloned()) {
            return Ok(slug);
        }
        let row = controller::queries::by_id(conn, id).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("a request's controller".to_owned()))?;
        self.learn(&row);
        Ok(row.slug)
    }

    /// Remembers a controller that was read for another reason.
    pub fn learn(&self, row: &controller::table::Model) {
        if let Ok(mut known) = self.0.write() {
            known.entry(row.id).or_insert_with(|| row.slug.clone());
        }
    }
}
