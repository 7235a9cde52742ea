//! An installation before any process runs: a database, a platform, a controller, and clients with their secrets.

use std::time::Duration;

use entities::client::queries as clients;
use entities::client::scope::Scope;
use entities::controller;
use entities::controller::policy::Policy;
use entities::controller::queries::{Credential, NewController};
use entities::event::trail::Actor;
use entities::store::Store;
use entities::time::Clock;
use sandbox::options::Options;
use secrecy::ExposeSecret;
use testbed::database::{Database, Kind};
use testbed::platform::Platform;

/// What a client signs in with.
#[derive(Clone, Debug)]
pub struct Login {
    pub id: String,
    pub secret: String,
}

pub struct Installation {
    pub database: Database,
    pub platform: Platform,
    pub store: Store,
    pub filer: Login,
    pub approver: Login,
}

/// Cadences for a sandbox that needs milliseconds.
pub fn swift_policy() -> Policy {
    Policy { poll_ms: 60, list_lag_ms: 150, sibling_grace_ms: 2_000, clock_skew_ms: 2_000, ..Policy::default() }
}

impl Installation {
    pub async fn new(kind: Kind, options: Options) -> Self {
        Self::with_policy(kind, options, swift_policy()).await
    }

    pub async fn with_policy(kind: Kind, options: Options, policy: Policy) -> Self {
        let database = Database::fresh(kind).await;
        let store = database.store(Clock::System, 2).await;
        let platform = Platform::start(options).await;
        let operator = Actor::operator();
        let txn = store.db.begin().await.unwrap();
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
        let controller = controller::queries::add(&txn, &store, &operator, new).await.unwrap();
        let mut logins = Vec::new();
        for name in ["filer", "approver"] {
            let life = Duration::from_secs(3600);
            let made = clients::create(&txn, &store, &operator, name, Scope::ALL, &[controller.id], life).await;
            let (client, secret) = made.unwrap();
            logins.push(Login { id: client.id.to_string(), secret: secret.expose_secret().to_owned() });
        }
        txn.commit().await.unwrap();
        let approver = logins.pop().unwrap();
        let filer = logins.pop().unwrap();
        Self { database, platform, store, filer, approver }
    }
}
