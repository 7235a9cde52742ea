//! An installation before any process runs: a database, a platform, a controller, and clients with their secrets.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::Duration;

use entities::client::queries as clients;
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::controller::policy::Policy;
use entities::controller::queries::{Credential, NewController, add};
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::id::{ClientId, RequestId};
use entities::request::decide::{Case, Decider};
use entities::request::file::{NewRequest, file};
use entities::request::queries::{Filter, page};
use entities::request::status::RequestStatus;
use entities::store::Store;
use entities::time::Clock;
use law::regime::Regime;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use resolution::plan::Right;
use sandbox::options::Options;
use secrecy::ExposeSecret;

use crate::database::{Database, Kind};
use crate::platform::Platform;

/// How long the clients' tokens live: longer than any test.
const TOKEN_LIFE: Duration = Duration::from_secs(2 * 3600);

/// What a client signs in with.
#[derive(Clone, Debug)]
pub struct Login {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl Login {
    fn client(&self) -> ClientId {
        self.id.parse().expect("a login's id is a client's")
    }
}

/// Everything that processes of the service need, and none of them running.
pub struct Installation {
    /// The database, and a folder for what lies beside it.
    pub database: Database,
    /// The platform.
    pub platform: Platform,
    /// The installation's store, as one more process would have.
    pub store: Store,
    /// The one controller, `acme`.
    pub controller: Controller,
    /// A client that may do everything.
    pub filer: Login,
    /// Another, so that one can approve what the other filed.
    pub approver: Login,
}

/// Cadences for a sandbox that needs milliseconds.
#[must_use]
pub fn swift_policy() -> Policy {
    Policy { poll_ms: 100, list_lag_ms: 150, sibling_grace_ms: 2_000, clock_skew_ms: 2_000, ..Policy::default() }
}

impl Installation {
    /// One with swift cadences.
    pub async fn new(kind: Kind, options: Options) -> Self {
        Self::with_policy(kind, options, swift_policy()).await
    }

    /// One whose controller has this policy.
    ///
    /// # Panics
    /// The database, or the platform, does not come about.
    pub async fn with_policy(kind: Kind, options: Options, policy: Policy) -> Self {
        Self::by_clock(kind, options, policy, Clock::System).await
    }

    /// The same, whose own store goes by this clock. Processes on it go by the machine's.
    ///
    /// # Panics
    /// The database, or the platform, does not come about.
    pub async fn by_clock(kind: Kind, options: Options, policy: Policy, clock: Clock) -> Self {
        let database = Database::fresh(kind).await;
        let store = database.store(clock, 8).await;
        let platform = Platform::start(options).await;
        let operator = Actor::operator();
        let new = NewController {
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
            organisation_id: platform.organisation(0).await,
            login_url: platform.url.clone(),
            api_url: platform.url.clone(),
            credential: Credential { client_id: "demo-client".to_owned(), client_secret: "demo-secret".into() },
            time_zone: "Europe/Berlin".to_owned(),
            region: Some("DE".to_owned()),
            policy,
        };
        let txn = store.db.begin().await.expect("a transaction begins");
        let controller = add(&txn, &store, &operator, new).await.expect("a controller can be added");
        let reach = [controller.id];
        let mut logins = Vec::new();
        for name in ["filer", "approver"] {
            let made = clients::create(&txn, &store, &operator, name, Scope::ALL, &reach, TOKEN_LIFE).await;
            let (client, secret) = made.expect("a client can be made");
            logins.push(Login { id: client.id.to_string(), secret: secret.expose_secret().to_owned() });
        }
        txn.commit().await.expect("the transaction commits");
        let [filer, approver] = logins.try_into().expect("two clients were made");
        Self { database, platform, store, controller, filer, approver }
    }

    /// A command of `program` on this installation. Nothing of our own environment reaches it but the path.
    pub fn command(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("DSR_DATA_DIR", self.database.folder.path())
            .env("DSR_DATABASE_URL", &self.database.url)
            .env("DSR_INSTALLATION_KEY", self.database.key_text())
            .env("DSR_API_RATE_PER_MINUTE", "1000000")
            .env("DSR_API_TOKEN_RATE_PER_MINUTE", "1000000")
            .env("DSR_API_WEBHOOK_RATE_PER_MINUTE", "1000000")
            .stdin(Stdio::null());
        command
    }

    /// Files a request as the filer, the person's identity proven, past the API.
    ///
    /// # Panics
    /// An identifier is none, or the database fails.
    pub async fn file(&self, right: Right, identifiers: &[(IdentifierKind, &str)]) -> RequestId {
        let region = self.controller.region.as_deref();
        let normal = |(kind, value): &(IdentifierKind, &str)| normalise(*kind, value, region).expect("an identifier");
        let new = NewRequest {
            right: right.into(),
            regime: Regime::EU_GDPR,
            other_regimes: Vec::new(),
            region: None,
            channel: "email".to_owned(),
            received_at: self.store.now(),
            identifiers: identifiers.iter().map(normal).collect(),
            replacements: Vec::new(),
            identity_method: Some("officer_word".to_owned()),
            note: None,
            addressee: Default::default(),
        };
        let by = self.filer.client();
        let txn = self.store.db.begin().await.expect("a transaction begins");
        let filed = file(&txn, &self.store, &Actor::client(by, None), by, &self.controller, new).await;
        let id = filed.expect("the request can be filed").id;
        txn.commit().await.expect("the transaction commits");
        id
    }

    /// Approves every request that waits for it, as the approver. Says how many.
    ///
    /// # Panics
    /// A plan cannot be approved as it stands, or the database fails.
    pub async fn approve_what_waits(&self) -> usize {
        let client = self.approver.client();
        let by = Decider { actor: Actor::client(client, None), client: Some(client), reach: Reach::installation() };
        let waiting = Filter { status: Some(RequestStatus::Reviewing), ..Filter::default() };
        let found = page(self.store.db.read(), &by.reach, &waiting, None, 200).await.expect("requests can be listed");
        for request in &found {
            let txn = self.store.db.begin().await.expect("a transaction begins");
            let case = Case::open(&txn, &self.store, &by, request.id, None).await.expect("the request can be opened");
            case.approve(None).await.expect("the plan can be approved");
            txn.commit().await.expect("the transaction commits");
        }
        found.len()
    }
}
