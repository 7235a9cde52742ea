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
use entities::request::decide::Decider;
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
use testbed::database::{BOTH, Database, Kind};
use testbed::platform::Platform;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use worker::config::Config;

/// The organisation that the sandbox's clients belong to.
pub const ORGANISATION: usize = 0;

/// How long a story may wait for something before it has failed: far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(40);

pub struct World {
    pub kind: Kind,
    pub database: Database,
    pub store: Store,
    pub platform: Platform,
    pub controller: Controller,
    pub filer: Decider,
    pub approver: Decider,
    pub filer_client: Client,
    /// How its workers work; a story may change it before it starts one.
    pub config: Config,
    stop: CancellationToken,
    worker: Option<JoinHandle<anyhow::Result<()>>>,
}

/// Cadences for a sandbox that needs milliseconds.
pub fn swift_policy() -> Policy {
    Policy {
        poll_ms: 100,
        list_lag_ms: 150,
        sibling_grace_ms: 600,
        clock_skew_ms: 2_000,
        divisions: vec!["Home".to_owned()],
        ..Policy::default()
    }
}

/// Tells a story on both databases at once.
pub async fn on_both(story: impl AsyncFn(Kind)) {
    let [one, other] = BOTH;
    futures::future::join(story(one), story(other)).await;
}

/// What a world is made of.
pub struct Setup {
    pub options: Options,
    /// One of the sandbox's clients: `demo`, `no-submit`, …
    pub credential: &'static str,
    pub policy: Policy,
    pub clock: Clock,
    /// Whether a worker starts with it.
    pub working: bool,
}

impl Setup {
    pub fn new(options: Options) -> Self {
        Self { options, credential: "demo", policy: swift_policy(), clock: Clock::System, working: true }
    }
}

impl World {
    pub async fn start(kind: Kind, options: Options) -> Self {
        Self::with(kind, Setup::new(options)).await
    }

    /// The same, without a worker.
    pub async fn idle(kind: Kind, options: Options) -> Self {
        Self::with(kind, Setup { working: false, ..Setup::new(options) }).await
    }

    pub async fn with(kind: Kind, setup: Setup) -> Self {
        let database = Database::fresh(kind).await;
        let store = database.store(setup.clock, 8).await;
        let platform = Platform::start(setup.options).await;
        let organisation = platform.organisation(ORGANISATION).await;
        let controller =
            add_controller(&store, "acme", &platform.url, organisation, setup.credential, setup.policy).await;
        let (filer_client, filer) = add_client(&store, "filer", &controller).await;
        let (_, approver) = add_client(&store, "approver", &controller).await;
        let config = Config {
            idle_poll: Duration::from_millis(10),
            retry_after: Duration::from_millis(50),
            chain_every: Duration::from_millis(200),
            artifacts: database.folder.path().join("artifacts"),
            plain_http: true,
            ..Config::default()
        };
        let mut world = Self {
            kind,
            database,
            store,
            platform,
            controller,
            filer,
            approver,
            filer_client,
            config,
            stop: CancellationToken::new(),
            worker: None,
        };
        if setup.working {
            world.work();
        }
        world
    }

    /// Starts a worker.
    pub fn work(&mut self) {
        self.stop = CancellationToken::new();
        let running = worker::runner::run(self.store.clone(), self.config.clone(), self.stop.clone());
        self.worker = Some(tokio::spawn(running));
    }

    /// Starts one more, beside any other; it works until the token is cancelled.
    pub fn work_beside(&self) -> CancellationToken {
        let stop = self.stop.child_token();
        let config = Config { name: format!("beside-{}", uuid::Uuid::now_v7().simple()), ..self.config.clone() };
        tokio::spawn(worker::runner::run(self.store.clone(), config, stop.clone()));
        stop
    }

    /// Has it die where it stands.
    pub fn kill(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.abort();
        }
    }

    /// Stops it in order.
    pub async fn rest(&mut self) {
        self.stop.cancel();
        if let Some(worker) = self.worker.take() {
            worker.await.unwrap().unwrap();
        }
    }

    pub async fn file(&self, right: Right, identifiers: &[(IdentifierKind, &str)]) -> RequestId {
        self.file_for(&self.controller, right, identifiers, Vec::new()).await
    }

    /// Files a request of any controller's, with what a rectification replaces.
    pub async fn file_for(
        &self,
        controller: &Controller,
        right: Right,
        identifiers: &[(IdentifierKind, &str)],
        replacements: Vec<Replacement>,
    ) -> RequestId {
        self.file_new(controller, self.new_request(right.into(), identifiers, replacements)).await
    }

    /// A request under the law of the Union whose person is known.
    pub fn new_request(
        &self,
        right: request::right::Right,
        identifiers: &[(IdentifierKind, &str)],
        replacements: Vec<Replacement>,
    ) -> NewRequest {
        NewRequest {
            right,
            regime: Regime::EU_GDPR,
            other_regimes: Vec::new(),
            region: None,
            channel: "email".to_owned(),
            received_at: self.store.now(),
            identifiers: identifiers.iter().map(|(kind, value)| normalise(*kind, value, Some("DE")).unwrap()).collect(),
            replacements,
            identity_method: Some("officer_word".to_owned()),
            note: None,
            addressee: Default::default(),
        }
    }

    pub async fn file_new(&self, controller: &Controller, new: NewRequest) -> RequestId {
        let txn = self.store.db.begin().await.unwrap();
        let filed = file(&txn, &self.store, &self.filer.actor, self.filer_client.id, controller, new).await.unwrap();
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
                    "{:?}: waited for {what}: {} / {:?}, jobs {jobs:?}, questions {questions:?}",
                    self.kind, request.status, request.outcome
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn until_status(&self, id: RequestId, status: RequestStatus) -> Request {
        self.until(id, status.as_str(), |request| request.status == status).await
    }

    pub async fn until_closed(&self, id: RequestId) -> Request {
        self.until_status(id, RequestStatus::Closed).await
    }

    /// Switches all faults off, those of the samples too.
    pub async fn forget_faults(&self) {
        let url = format!("{}/sandbox/faults", self.platform.url);
        assert!(reqwest::Client::new().delete(url).send().await.unwrap().status().is_success());
    }

    /// Waits for anything else.
    pub async fn until_true(&self, what: &str, is: impl AsyncFn() -> bool) {
        let begun = tokio::time::Instant::now();
        while !is().await {
            assert!(begun.elapsed() < PATIENCE, "{:?}: waited for {what}", self.kind);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Adds a controller that reaches the platform with one of the sandbox's clients.
pub async fn add_controller(
    store: &Store,
    slug: &str,
    url: &str,
    organisation_id: String,
    credential: &str,
    policy: Policy,
) -> Controller {
    let new = NewController {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        organisation_id,
        login_url: url.to_owned(),
        api_url: url.to_owned(),
        credential: Credential {
            client_id: format!("{credential}-client"),
            client_secret: format!("{credential}-secret").into(),
        },
        time_zone: "Europe/Berlin".to_owned(),
        region: Some("DE".to_owned()),
        policy,
    };
    let txn = store.db.begin().await.unwrap();
    let controller = controller::queries::add(&txn, store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    controller
}

/// Adds a client of the API that reaches one controller, and what it decides as.
pub async fn add_client(store: &Store, name: &str, controller: &Controller) -> (Client, Decider) {
    let life = Duration::from_secs(3600);
    let txn = store.db.begin().await.unwrap();
    let made = clients::create(&txn, store, &Actor::operator(), name, Scope::ALL, &[controller.id], life).await;
    txn.commit().await.unwrap();
    let client = made.unwrap().0;
    let decider = Decider {
        actor: Actor::client(client.id, Some("192.0.2.7".to_owned())),
        client: Some(client.id),
        reach: Reach::of_client(store.db.read(), client.id).await.unwrap(),
    };
    (client, decider)
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
