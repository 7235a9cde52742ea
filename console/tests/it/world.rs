//! A server of its own for every story: a database that goes away with it, two controllers, officers by role.

use std::net::SocketAddr;
use std::path::PathBuf;

use api::serve::{Config, serve};
use entities::client::reach::Reach;
use entities::controller::policy::Policy;
use entities::controller::queries::{Credential, NewController};
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::id::{ClientId, ControllerId, RequestId};
use entities::officer::manage::{self, NewOfficer};
use entities::officer::password;
use entities::officer::role::{Role, Where};
use entities::officer::session::{self, Visitor};
use entities::officer::table::Model as Officer;
use entities::request::decide::Decider;
use entities::request::file::{NewRequest, file};
use entities::request::right::Right;
use entities::store::Store;
use entities::time::{At, Clock};
use entities::{controller, request};
use law::regime::Regime;
use letters::language::Language;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use secrecy::{ExposeSecret, SecretString};
use testbed::database::{Database, Kind};
use tokio::sync::oneshot;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::browser::Browser;

/// Everything a story needs.
pub struct World {
    pub store: Store,
    pub acme: Controller,
    pub beta: Controller,
    pub address: SocketAddr,
    _database: Database,
    _stop: DropGuard,
}

pub const PASSWORD: &str = "four lorries of parsnips";

impl World {
    pub async fn on(kind: Kind) -> Self {
        let now: jiff::Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let config = Config { bind: SocketAddr::from(([127, 0, 0, 1], 0)), ..Config::default() };
        Self::reached_at(Some("http://dsr.example.com"), kind, Clock::manual(now.into()), config).await
    }

    /// One that people reach at this address, with settings of its own.
    pub async fn reached_at(public_url: Option<&str>, kind: Kind, clock: Clock, config: Config) -> Self {
        let database = Database::fresh(kind).await;
        let mut store = database.store(clock, 8).await;
        if let Some(url) = public_url {
            store = store.reached_at(url);
        }
        let acme = add(&store, "acme", "DE").await;
        let beta = add(&store, "beta", "US").await;
        let config = Config {
            workers: 1,
            artifacts: database.folder.path().join("artifacts"),
            rate_per_minute: 100_000,
            token_rate_per_minute: 100_000,
            mount: console::routes::mount,
            ..config
        };
        let (ready, told) = oneshot::channel();
        let stop = CancellationToken::new();
        tokio::spawn(serve(store.clone(), config, ready, stop.clone()));
        let address = told.await.unwrap();
        Self { store, acme, beta, address, _database: database, _stop: stop.drop_guard() }
    }

    /// Where the server keeps files.
    pub fn artifacts(&self) -> PathBuf {
        self._database.folder.path().join("artifacts")
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// Somebody with these roles, who has no second factor yet.
    pub async fn hire(&self, login: &str, name: &str, roles: &[(Where, Role)]) -> Officer {
        let by = Decider { actor: Actor::operator(), client: None, reach: Reach::installation() };
        let new = NewOfficer {
            login: login.to_owned(),
            name: name.to_owned(),
            language: Language::English,
            roles: roles.to_vec(),
        };
        let txn = self.store.db.begin().await.unwrap();
        let row = manage::add(&txn, &self.store, &by, new).await.unwrap();
        txn.commit().await.unwrap();
        row
    }

    pub async fn set_password(&self, officer: &Officer) {
        let by = Decider { actor: Actor::operator(), client: None, reach: Reach::installation() };
        let hashed = password::hash(&SecretString::from(PASSWORD)).await.unwrap();
        let txn = self.store.db.begin().await.unwrap();
        manage::set_password(&txn, &self.store, &by, officer.id, hashed).await.unwrap();
        txn.commit().await.unwrap();
    }

    pub async fn by_login(&self, login: &str) -> Option<Officer> {
        entities::officer::queries::by_login(self.store.db.read(), login).await.unwrap()
    }

    /// A session of this officer's, signed in altogether: what its cookie holds.
    pub async fn session(&self, officer: &Officer) -> String {
        self.open_session(officer, true).await
    }

    /// One of whoever has given the password alone.
    pub async fn half_a_session(&self, officer: &Officer) -> String {
        self.open_session(officer, false).await
    }

    async fn open_session(&self, officer: &Officer, is_full: bool) -> String {
        let txn = self.store.db.begin().await.unwrap();
        let now = self.store.now();
        let opened = session::open(&txn, now, officer, &Visitor::default(), is_full).await.unwrap();
        txn.commit().await.unwrap();
        opened.token.expose_secret().to_owned()
    }

    /// A browser in which this officer has signed in altogether.
    pub async fn signed_in(&self, officer: &Officer) -> Browser {
        let mut browser = self.browser();
        browser.cookies.insert("dsr".to_owned(), self.session(officer).await);
        browser
    }

    /// An officer of `acme`, signed in.
    pub async fn officer(&self) -> (Officer, Browser) {
        let row = self.hire("ada@example.com", "Ada Adler", &[(Where::At(self.acme.id), Role::Officer)]).await;
        let browser = self.signed_in(&row).await;
        (row, browser)
    }

    /// Somebody with this role there, signed in.
    pub async fn with_role(&self, login: &str, place: Where, role: Role) -> (Officer, Browser) {
        let row = self.hire(login, "Rosa Roth", &[(place, role)]).await;
        let browser = self.signed_in(&row).await;
        (row, browser)
    }

    /// Somebody who may do everything everywhere, signed in.
    pub async fn everything(&self) -> (Officer, Browser) {
        let roles: Vec<_> = Role::ALL.iter().map(|role| (Where::Everywhere, *role)).collect();
        let row = self.hire("all@example.com", "Alma Arndt", &roles).await;
        let browser = self.signed_in(&row).await;
        (row, browser)
    }

    /// Files an access of somebody by these identifiers, received `days` ago.
    pub async fn file(&self, by: ClientId, at: &Controller, days: u64, name: &str) -> request::table::Model {
        self.file_with(by, at, days, Right::Access, &[(IdentifierKind::Name, name)], None).await
    }

    pub async fn file_with(
        &self,
        by: ClientId,
        at: &Controller,
        days: u64,
        right: Right,
        identifiers: &[(IdentifierKind, &str)],
        note: Option<&str>,
    ) -> request::table::Model {
        let new = self.request_of(at, days, right, identifiers);
        let new = NewRequest { note: note.map(str::to_owned), ..new };
        self.file_new(by, at, new).await
    }

    /// What is filed for somebody by these identifiers, under the GDPR and with their identity proven.
    pub fn request_of(
        &self,
        at: &Controller,
        days: u64,
        right: Right,
        identifiers: &[(IdentifierKind, &str)],
    ) -> NewRequest {
        let normal = |(kind, value): &(IdentifierKind, &str)| normalise(*kind, value, at.region.as_deref()).unwrap();
        let received: At = self.store.now() - std::time::Duration::from_secs(days * 86_400);
        NewRequest {
            right,
            regime: Regime::EU_GDPR,
            other_regimes: Vec::new(),
            region: None,
            channel: "email".to_owned(),
            received_at: received,
            identifiers: identifiers.iter().map(normal).collect(),
            replacements: Vec::new(),
            identity_method: Some("officer_word".to_owned()),
            note: None,
            addressee: Default::default(),
        }
    }

    pub async fn file_new(&self, by: ClientId, at: &Controller, new: NewRequest) -> request::table::Model {
        let txn = self.store.db.begin().await.unwrap();
        let row = file(&txn, &self.store, &Actor::client(by, None), by, at, new).await.unwrap();
        txn.commit().await.unwrap();
        row
    }

    pub async fn request(&self, id: RequestId) -> request::table::Model {
        request::queries::by_id(self.store.db.read(), &Reach::installation(), id).await.unwrap().unwrap()
    }

    /// The kinds of a request's events, oldest first.
    pub async fn events(&self, id: RequestId) -> Vec<String> {
        let reach = Reach::installation();
        let rows = entities::event::queries::of_request(self.store.db.read(), &reach, id, None, 1000).await.unwrap();
        rows.into_iter().map(|row| row.kind).collect()
    }

    /// What the events of a kind at a controller say, oldest first.
    pub async fn told(&self, controller: ControllerId, kind: &str) -> Vec<String> {
        use entities::event::table::{COLUMN, Column, Entity};
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
        let rows = Entity::find().filter(COLUMN.controller_id.eq(controller)).filter(COLUMN.kind.eq(kind));
        let rows = rows.order_by_asc(Column::Id).all(self.store.db.read()).await.unwrap();
        rows.into_iter().map(|row| row.data).collect()
    }
}

async fn add(store: &Store, slug: &str, region: &str) -> Controller {
    let txn = store.db.begin().await.unwrap();
    let new = NewController {
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        organisation_id: uuid::Uuid::now_v7().to_string(),
        login_url: "https://login.example.com".to_owned(),
        api_url: "https://api.example.com".to_owned(),
        credential: Credential { client_id: "id".to_owned(), client_secret: "secret".to_owned().into() },
        time_zone: "Europe/Berlin".to_owned(),
        region: Some(region.to_owned()),
        policy: Policy::default(),
    };
    let row = controller::queries::add(&txn, store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    row
}
