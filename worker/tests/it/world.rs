//! One world a story: a database, a platform sandbox, a controller, two officers, and a worker in this process.

use std::time::Duration;

use entities::client::queries as clients;
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::client::table::Model as Client;
use entities::controller::policy::Policy;
use entities::controller::queries::{Credential, NewController};
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::id::RequestId;
use entities::job::table::Model as Job;
use entities::question::table::Model as Question;
use entities::request::decide::{Case, Decider};
use entities::request::file::{NewRequest, Replacement, file};
use entities::request::planning::Findings;
use entities::request::status::RequestStatus;
use entities::request::table::Model as Request;
use entities::store::Store;
use entities::time::Clock;
use entities::{controller, job, question, request};
use law::regime::Regime;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use resolution::plan::Right;
use sandbox::options::Options;
use testbed::database::{Database, Kind};
use testbed::platform::Platform;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use worker::config::Config;

/// The organisation that the sandbox's clients belong to.
pub const ORGANISATION: usize = 0;

/// How long a story may wait for something before it has failed: far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(40);

pub struct World {
    pub database: Database,
    pub store: Store,
    pub platform: Platform,
    pub controller: Controller,
    pub filer: Decider,
    pub approver: Decider,
    filer_client: Client,
    stop: CancellationToken,
    worker: Option<JoinHandle<anyhow::Result<()>>>,
}

/// Cadences for a sandbox that needs milliseconds.
pub fn swift_policy() -> Policy {
    Policy {
        poll_ms: 30,
        list_lag_ms: 150,
        sibling_grace_ms: 600,
        clock_skew_ms: 2_000,
        divisions: vec!["Home".to_owned()],
        ..Policy::default()
    }
}

impl World {
    pub async fn start(kind: Kind, options: Options) -> Self {
        Self::with(kind, options, "demo", swift_policy()).await
    }

    /// `credential` names one of the sandbox's clients: `demo`, `no-submit`, …
    pub async fn with(kind: Kind, options: Options, credential: &str, policy: Policy) -> Self {
        let database = Database::fresh(kind).await;
        let store = database.store(Clock::System, 8).await;
        let platform = Platform::start(options).await;
        let operator = Actor::operator();
        let txn = store.db.begin().await.unwrap();
        let new = NewController {
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
            organisation_id: platform.organisation(ORGANISATION).await,
            login_url: platform.url.clone(),
            api_url: platform.url.clone(),
            credential: Credential {
                client_id: format!("{credential}-client"),
                client_secret: format!("{credential}-secret").into(),
            },
            time_zone: "Europe/Berlin".to_owned(),
            region: Some("DE".to_owned()),
            policy,
        };
        let controller = controller::queries::add(&txn, &store, &operator, new).await.unwrap();
        let reach = [controller.id];
        let life = Duration::from_secs(3600);
        let (filer_client, _) =
            clients::create(&txn, &store, &operator, "filer", Scope::ALL, &reach, life).await.unwrap();
        let (approver, _) =
            clients::create(&txn, &store, &operator, "approver", Scope::ALL, &reach, life).await.unwrap();
        txn.commit().await.unwrap();
        let decider = |client: &Client, reach| Decider {
            actor: Actor::client(client.id, Some("192.0.2.7".to_owned())),
            client: Some(client.id),
            reach,
        };
        let filer = decider(&filer_client, Reach::of_client(store.db.read(), filer_client.id).await.unwrap());
        let approver = decider(&approver, Reach::of_client(store.db.read(), approver.id).await.unwrap());
        let mut world = Self {
            database,
            store,
            platform,
            controller,
            filer,
            approver,
            filer_client,
            stop: CancellationToken::new(),
            worker: None,
        };
        world.work();
        world
    }

    pub fn config(&self) -> Config {
        Config {
            idle_poll: Duration::from_millis(10),
            retry_after: Duration::from_millis(50),
            chain_every: Duration::from_millis(200),
            artifacts: self.database.folder.path().join("artifacts"),
            ..Config::default()
        }
    }

    /// Starts a worker.
    pub fn work(&mut self) {
        self.stop = CancellationToken::new();
        let running = worker::runner::run(self.store.clone(), self.config(), self.stop.clone());
        self.worker = Some(tokio::spawn(running));
    }

    /// Stops it in order.
    pub async fn rest(&mut self) {
        self.stop.cancel();
        if let Some(worker) = self.worker.take() {
            worker.await.unwrap().unwrap();
        }
    }

    pub async fn file(&self, right: Right, identifiers: &[(IdentifierKind, &str)]) -> RequestId {
        self.file_with(right, identifiers, Vec::new()).await
    }

    pub async fn file_with(
        &self,
        right: Right,
        identifiers: &[(IdentifierKind, &str)],
        replacements: Vec<Replacement>,
    ) -> RequestId {
        let new = NewRequest {
            right,
            regime: Regime::EuGdpr,
            channel: "email".to_owned(),
            received_at: self.store.now(),
            identifiers: identifiers.iter().map(|(kind, value)| normalise(*kind, value, Some("DE")).unwrap()).collect(),
            replacements,
            identity_method: Some("officer_word".to_owned()),
            note: None,
        };
        let txn = self.store.db.begin().await.unwrap();
        let filed =
            file(&txn, &self.store, &self.filer.actor, self.filer_client.id, &self.controller, new).await.unwrap();
        txn.commit().await.unwrap();
        filed.id
    }

    pub async fn request(&self, id: RequestId) -> Request {
        let found = request::queries::by_id(self.store.db.read(), &Reach::installation(), id).await.unwrap();
        found.expect("the request is there")
    }

    pub async fn jobs(&self, id: RequestId) -> Vec<Job> {
        job::queries::of_request(self.store.db.read(), id).await.unwrap()
    }

    pub async fn questions(&self, id: RequestId) -> Vec<Question> {
        question::queries::of_request(self.store.db.read(), id).await.unwrap()
    }

    pub async fn findings(&self, id: RequestId) -> Findings {
        let request = self.request(id).await;
        let conn = self.store.db.read();
        let key = request::keys::of(conn, &self.store.safe, id).await.unwrap();
        Findings::load(conn, &key, &request).await.unwrap()
    }

    /// Waits until the request is as `is` says.
    pub async fn until(&self, id: RequestId, what: &str, is: impl Fn(&Request) -> bool) -> Request {
        let begun = tokio::time::Instant::now();
        loop {
            let request = self.request(id).await;
            if is(&request) {
                return request;
            }
            if begun.elapsed() > PATIENCE {
                let jobs: Vec<_> = self
                    .jobs(id)
                    .await
                    .iter()
                    .map(|job| (job.status, job.origin, job.platform_status.clone()))
                    .collect();
                let questions: Vec<_> =
                    self.questions(id).await.iter().map(|it| (it.code, it.detail.clone())).collect();
                panic!(
                    "waited for {what}: {} / {:?}, jobs {jobs:?}, questions {questions:?}",
                    request.status, request.outcome
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn until_status(&self, id: RequestId, status: RequestStatus) -> Request {
        self.until(id, status.as_str(), |request| request.status == status).await
    }

    /// Waits for review and approves, as somebody who did not file it.
    pub async fn approve(&self, id: RequestId) -> Request {
        self.until_status(id, RequestStatus::Reviewing).await;
        let txn = self.store.db.begin().await.unwrap();
        let case = Case::open(&txn, &self.store, &self.approver, id, None).await.unwrap();
        let approved = case.approve().await.unwrap();
        txn.commit().await.unwrap();
        approved
    }

    /// Approves and waits for the end.
    pub async fn through(&self, id: RequestId) -> Request {
        self.approve(id).await;
        self.until_status(id, RequestStatus::Closed).await
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
