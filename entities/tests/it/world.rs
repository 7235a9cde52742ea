//! The fixture: a database of its own for each test, a store over it, a controller, and people who decide.
//!
//! Every test runs on SQLite and on PostgreSQL 15 or newer. Where no server is named the test fails: a story that was told on
//! one database only has not been told.

use std::time::Duration;

use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::controller;
use entities::controller::queries::{Credential, NewController};
use entities::db::Txn;
use entities::event::trail::Actor;
use entities::id::{ClientId, ControllerId, RequestId};
use entities::request::decide::{Case, Decider, NotDecided};
use entities::request::file::{NewRequest, file};
use entities::request::table::Model as Request;
use entities::store::Store;
use entities::time::{At, Clock};
use law::regime::Regime;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use resolution::plan::Right;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use testbed::database::{Database, Kind};
use vault::keyring::Keyring;

/// What is known of the person that sample requests are about. No plain column may ever hold any of it.
pub const NAME: &str = "Ada Quillfeather";
pub const EMAIL: &str = "ada.quillfeather@example.com";
pub const PHONE: &str = "+13175550142";
/// What an officer writes about her.
pub const WORDS: &str = "Quillfeather called from her own line";

/// 2026-11-20T09:00:00Z.
pub const START: At = At(1_795_165_200_000_000);

/// Connections of one process, enough for those that stand in each other's way on purpose.
const CONNECTIONS: u32 = 8;

/// A database of its own, and what works on it.
pub struct World {
    pub store: Store,
    pub clock: Clock,
    pub controller: controller::table::Model,
    /// The client that files sample requests.
    pub filer: ClientId,
    database: Database,
}

impl World {
    /// A new world, whose clock stands at [`START`].
    pub async fn on(kind: Kind) -> Self {
        let database = Database::fresh(kind).await;
        let clock = Clock::manual(START);
        let store = database.store(clock.clone(), CONNECTIONS).await;
        let controller = add_controller(&store, "acme").await;
        let filer = add_client(&store, "intake", &[controller.id]).await;
        Self { store, clock, controller, filer, database }
    }

    /// A second process over the same database: connections of its own, the same keys, the same clock.
    pub async fn another_process(&self) -> Store {
        self.database.store(self.clock.clone(), CONNECTIONS).await
    }

    /// The same with another key file.
    pub async fn process_with(&self, keyring: Keyring) -> Store {
        self.database.store_with(keyring, self.clock.clone(), CONNECTIONS).await
    }

    /// The installation's keys.
    pub fn keyring(&self) -> &Keyring {
        self.database.keyring()
    }

    pub async fn begin(&self) -> Txn {
        self.store.db.begin().await.unwrap()
    }

    /// Writes to the database by hand, past all rules.
    pub async fn by_hand(&self, sql: &str) -> u64 {
        self.store.db.write().execute_unprepared(sql).await.unwrap().rows_affected()
    }

    pub fn now(&self) -> At {
        self.clock.now()
    }

    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Files a request for the person, of which all of her identifiers are known, and whose identity is proven.
    pub async fn file(&self, right: Right) -> Request {
        self.file_at(&self.controller, right, Some("post_ident"), START).await
    }

    /// Files a request at a controller, received at an instant.
    pub async fn file_at(
        &self,
        controller: &controller::table::Model,
        right: Right,
        identity_method: Option<&str>,
        received_at: At,
    ) -> Request {
        let identity_method = identity_method.map(str::to_owned);
        self.file_new(controller, NewRequest { identity_method, ..new_request(right.into(), received_at) }).await
    }

    pub async fn file_new(&self, controller: &controller::table::Model, new: NewRequest) -> Request {
        let txn = self.begin().await;
        let by = Actor::client(self.filer, Some("192.0.2.7".to_owned()));
        let request = file(&txn, &self.store, &by, self.filer, controller, new).await.unwrap();
        txn.commit().await.unwrap();
        request
    }

    /// Takes a decision, and commits it if it was taken.
    pub async fn decide(
        &self,
        by: &Decider,
        request: RequestId,
        decision: impl AsyncFnOnce(Case<'_>) -> Result<Request, NotDecided>,
    ) -> Result<Request, NotDecided> {
        let txn = self.begin().await;
        let case = Case::open(&txn, &self.store, by, request, None).await?;
        let decided = decision(case).await?;
        txn.commit().await.unwrap();
        Ok(decided)
    }

    /// Waits until some transaction on this database waits for another's lock.
    pub async fn wait_for_lock(&self) {
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted
                        AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())";
        for _ in 0..500 {
            let statement = Statement::from_string(DatabaseBackend::Postgres, waiting);
            let row = self.store.db.read().query_one_raw(statement).await.unwrap().unwrap();
            if row.try_get_by_index::<i64>(0).unwrap() > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("nobody waits for a lock");
    }

    /// Somebody who may decide for this world's controller: not the client that files.
    pub async fn officer(&self) -> Decider {
        let client = add_client(&self.store, "console", &[self.controller.id]).await;
        self.decider(client).await
    }

    pub async fn decider(&self, client: ClientId) -> Decider {
        Decider {
            actor: Actor::client(client, Some("192.0.2.8".to_owned())),
            client: Some(client),
            reach: Reach::of_client(self.store.db.read(), client).await.unwrap(),
        }
    }
}

/// A request of the person's under the law of the Union, unproven.
pub fn new_request(right: entities::request::right::Right, received_at: At) -> NewRequest {
    let identifiers = [(IdentifierKind::Name, NAME), (IdentifierKind::Email, EMAIL), (IdentifierKind::Phone, PHONE)];
    NewRequest {
        right,
        regime: Regime::EU_GDPR,
        other_regimes: Vec::new(),
        region: None,
        channel: "e_mail".to_owned(),
        received_at,
        identifiers: identifiers.iter().map(|(kind, raw)| normalise(*kind, raw, None).unwrap()).collect(),
        replacements: Vec::new(),
        identity_method: None,
        addressee: Default::default(),
        note: Some(WORDS.to_owned()),
    }
}

/// Adds a controller.
pub async fn add_controller(store: &Store, slug: &str) -> controller::table::Model {
    add_controller_in(store, slug, "Europe/Berlin", "US").await
}

/// Adds a controller in a place.
pub async fn add_controller_in(store: &Store, slug: &str, zone: &str, region: &str) -> controller::table::Model {
    let new = new_controller(slug, zone, region);
    let txn = store.db.begin().await.unwrap();
    let row = controller::queries::add(&txn, store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    row
}

/// What it takes to add one.
pub fn new_controller(slug: &str, zone: &str, region: &str) -> NewController {
    NewController {
        slug: slug.to_owned(),
        name: format!("{slug} Ltd"),
        organisation_id: format!("organisation-of-{slug}"),
        login_url: "https://login.example.com".to_owned(),
        api_url: "https://api.example.com".to_owned(),
        credential: Credential {
            client_id: format!("{slug}-platform-client"),
            client_secret: format!("{slug}-platform-secret").into(),
        },
        time_zone: zone.to_owned(),
        region: Some(region.to_owned()),
        policy: controller::policy::Policy::default(),
    }
}

/// Adds a client that reaches these controllers.
pub async fn add_client(store: &Store, name: &str, controllers: &[ControllerId]) -> ClientId {
    let txn = store.db.begin().await.unwrap();
    let life = Duration::from_secs(3600);
    let (client, _) =
        entities::client::queries::create(&txn, store, &Actor::operator(), name, Scope::ALL, controllers, life)
            .await
            .unwrap();
    txn.commit().await.unwrap();
    client.id
}
