//! What a running step is given, and the small moves all steps share.

use egress::client::Client;
use entities::client::reach::Reach;
use entities::controller::table::Model as Controller;
use entities::db::Txn;
use entities::error::StoreError;
use entities::event::trail::{self, Actor, Entry};
use entities::id::{ControllerId, JobId, RequestId};
use entities::job::table::Model as Job;
use entities::request::table::Model as Request;
use entities::step::lease;
use entities::step::table::Model as Step;
use entities::store::Store;
use entities::time::At;
use entities::{controller, job, request};
use genesys::platform::Platform;
use platforms::clients::Platforms;
use serde_json::Value;
use uuid::Uuid;
use vault::data_key::DataKey;

use crate::config::Config;
use crate::lease::Lease;
use crate::mail::mailer::Mailer;
use crate::sources::Sources;
use crate::trouble::Trouble;

/// What a running step is given.
pub struct Context<'a> {
    /// Database, keys, clock.
    pub store: &'a Store,
    /// The way to the platform.
    pub platforms: &'a Platforms,
    /// The way to ticketing systems.
    pub sources: &'a Sources,
    /// The way out for letters.
    pub mailer: &'a Mailer,
    /// The way out to addresses that others have named.
    pub egress: &'a Client,
    /// How this process works.
    pub config: &'a Config,
    /// The step, with the lease it runs under.
    pub step: &'a Step,
    /// How long that lease surely holds.
    pub lease: &'a Lease,
    /// This process, for the trail.
    pub actor: Actor,
}

impl Context<'_> {
    /// The present instant.
    #[must_use]
    pub fn now(&self) -> At {
        self.store.now()
    }

    /// Begins a transaction that only commits while the lease is held.
    ///
    /// The request of the step is locked first: whoever decides about a request locks it before its steps, and two that lock
    /// in different orders wait for each other.
    ///
    /// # Errors
    /// The lease is lost, or the database fails.
    pub async fn begin(&self) -> Result<Txn, Trouble> {
        self.begin_with(self.step.request_id).await
    }

    /// The same for a step that serves a whole controller, when it writes about one request.
    ///
    /// # Errors
    /// The lease is lost, or the database fails.
    pub async fn begin_about(&self, request: RequestId) -> Result<Txn, Trouble> {
        self.begin_with(Some(request)).await
    }

    async fn begin_with(&self, request: Option<RequestId>) -> Result<Txn, Trouble> {
        let txn = self.store.db.begin().await?;
        if let Some(request) = request {
            request::queries::lock(&txn, &Reach::installation(), request).await?;
        }
        lease::hold(&txn, self.step).await?;
        Ok(txn)
    }

    /// Ends the step with the transaction.
    ///
    /// # Errors
    /// The lease is lost, or the database fails.
    pub async fn finish(&self, txn: Txn) -> Result<(), Trouble> {
        lease::finish(&txn, self.now(), self.step).await?;
        Ok(txn.commit().await?)
    }

    /// Has the step run again at `run_at`, with the transaction.
    ///
    /// # Errors
    /// The lease is lost, or the database fails.
    pub async fn again(&self, txn: Txn, run_at: At, state: Option<String>) -> Result<(), Trouble> {
        lease::again(&txn, self.now(), self.step, run_at, state).await?;
        Ok(txn.commit().await?)
    }

    /// The controller the step works for.
    ///
    /// # Errors
    /// The database fails.
    pub async fn controller(&self) -> Result<Controller, Trouble> {
        let found = controller::queries::by_id(self.store.db.read(), self.step.controller_id).await?;
        found.ok_or_else(|| StoreError::Corrupt("a step's controller is missing").into())
    }

    /// Whether that controller has been paused by now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn is_paused(&self, txn: &Txn) -> Result<bool, Trouble> {
        Ok(controller::queries::is_paused(txn, self.step.controller_id).await?)
    }

    /// The platform of that controller, checked.
    ///
    /// # Errors
    /// See [`Platforms::of`].
    pub async fn platform(&self, controller: &Controller) -> Result<Platform, Trouble> {
        Ok(self.platforms.of(controller).await?)
    }

    /// What else the step works on, as its kind says.
    ///
    /// # Errors
    /// The step names nothing.
    pub fn item_id(&self) -> Result<Uuid, Trouble> {
        self.step.item_id.ok_or_else(|| StoreError::Corrupt("a step names nothing").into())
    }

    /// The request the step works on.
    ///
    /// # Errors
    /// The step names none.
    pub fn request_id(&self) -> Result<RequestId, Trouble> {
        self.step.request_id.ok_or_else(|| StoreError::Corrupt("a step names no request").into())
    }

    /// The request the step works on, as it stands.
    ///
    /// # Errors
    /// The database fails.
    pub async fn request(&self) -> Result<Request, Trouble> {
        let found = request::queries::by_id(self.store.db.read(), &Reach::installation(), self.request_id()?).await?;
        found.ok_or_else(|| StoreError::Corrupt("a step's request is missing").into())
    }

    /// The same, locked.
    ///
    /// # Errors
    /// The database fails.
    pub async fn lock_request(&self, txn: &Txn, id: RequestId) -> Result<Request, Trouble> {
        let found = request::queries::lock(txn, &Reach::installation(), id).await?;
        found.ok_or_else(|| StoreError::Corrupt("a step's request is missing").into())
    }

    /// The job the step works on, as it stands within the transaction.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job(&self, txn: &Txn) -> Result<Job, Trouble> {
        let id: JobId = self.step.job_id.ok_or(StoreError::Corrupt("a step names no job"))?;
        let found = job::queries::by_id(&**txn, id).await?;
        found.ok_or_else(|| StoreError::Corrupt("a step's job is missing").into())
    }

    /// The key of a request.
    ///
    /// # Errors
    /// It has been destroyed.
    pub async fn key(&self, request: RequestId) -> Result<DataKey, Trouble> {
        Ok(request::keys::of(self.store.db.read(), &self.store.safe, request).await?)
    }

    /// Records one event of a request.
    ///
    /// # Errors
    /// The database fails.
    pub async fn record(&self, txn: &Txn, request: &Request, kind: &'static str, data: Value) -> Result<(), Trouble> {
        Ok(trail::record(&**txn, self.now(), &self.actor, [Entry::of(request, kind, data)]).await?)
    }

    /// Records one event of a controller that is about no request.
    ///
    /// # Errors
    /// The database fails.
    pub async fn record_on(
        &self,
        txn: &Txn,
        controller: ControllerId,
        kind: &'static str,
        data: Value,
    ) -> Result<(), Trouble> {
        Ok(trail::record(&**txn, self.now(), &self.actor, [Entry::on(controller, kind, data)]).await?)
    }
}
