//! A server of its own for every story: a database in a folder that goes away with it, two controllers, clients by scope.

use std::net::SocketAddr;
use std::time::Duration;

use api::serve::{Config, serve};
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::controller::policy::Policy;
use entities::controller::queries::{Credential, NewController};
use entities::controller::table::Model as Controller;
use entities::db::Db;
use entities::event::trail::Actor;
use entities::id::{ClientId, RequestId};
use entities::request::status::RequestEvent;
use entities::store::Store;
use entities::time::Clock;
use entities::{candidate, client, controller, identifier, request};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use resolution::record::Record;
use sea_orm::ActiveValue::Set;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;
use testbed::database::{Database, Kind};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Everything a story needs.
pub struct World {
    pub store: Store,
    pub acme: Controller,
    pub beta: Controller,
    pub address: SocketAddr,
    pub folder: TempDir,
    pub http: reqwest::Client,
    pub stop: CancellationToken,
    pub server: JoinHandle<std::io::Result<()>>,
    /// What goes with the world, where it is no file of the folder.
    _database: Option<Database>,
}

/// A client with a token.
pub struct Client {
    pub id: ClientId,
    pub secret: String,
    pub token: String,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(Kind::Sqlite, change).await
    }

    /// One on either kind of database, for what differs between them.
    pub async fn start_on(kind: Kind, change: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().unwrap();
        let (store, database) = match kind {
            Kind::Sqlite => {
                let db = Db::connect(&format!("sqlite://{}/dsr.db", folder.path().display()), 4).await.unwrap();
                migrations::migrate(db.write()).await.unwrap();
                (Store::open(db, vault::keyring::Keyring::generate(), Clock::System).await.unwrap(), None)
            }
            Kind::Postgres => {
                let database = Database::fresh(kind).await;
                (database.store(Clock::System, 4).await, Some(database))
            }
        };
        let acme = add(&store, "acme", "IE").await;
        let beta = add(&store, "beta", "US").await;
        let mut config = Config {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: 1,
            artifacts: folder.path().join("artifacts"),
            ..Config::default()
        };
        change(&mut config);
        let (ready, address) = oneshot::channel();
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve(store.clone(), config, ready, stop.clone()));
        let address = address.await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { store, acme, beta, address, folder, http, stop, server, _database: database }
    }

    /// A client of these scopes that reaches these controllers.
    pub async fn client(&self, scopes: &[Scope], controllers: &[&Controller]) -> Client {
        let ids: Vec<_> = controllers.iter().map(|controller| controller.id).collect();
        let txn = self.store.db.begin().await.unwrap();
        let life = Duration::from_secs(3600);
        let by = Actor::operator();
        let (row, secret) = client::queries::create(&txn, &self.store, &by, "test", scopes, &ids, life).await.unwrap();
        let (token, _) = client::queries::issue_token(&txn, self.store.now(), &row).await.unwrap();
        txn.commit().await.unwrap();
        Client { id: row.id, secret: secret.expose_secret().to_owned(), token: token.expose_secret().to_owned() }
    }

    /// One that may do everything with `acme`.
    pub async fn officer(&self) -> Client {
        self.client(Scope::ALL, &[&self.acme]).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn call(&self, by: &Client, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(&by.token)
    }

    pub async fn get(&self, by: &Client, path: &str) -> Answer {
        Answer::of(self.call(by, Method::GET, path)).await
    }

    pub async fn post(&self, by: &Client, path: &str, body: Value) -> Answer {
        Answer::of(self.call(by, Method::POST, path).json(&body)).await
    }

    /// Files a request, and says its id.
    pub async fn file(&self, by: &Client, body: Value) -> String {
        let answer = self.post(by, "/api/v1/requests", body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["id"].as_str().unwrap().to_owned()
    }
}

impl World {
    /// Lets a request be resolved as the worker does it: its first identifier found these records.
    pub async fn resolve(&self, id: &str, records: Vec<Record>) {
        let id = RequestId(id.parse().unwrap());
        let reach = Reach::installation();
        let (store, now) = (&self.store, self.store.now());
        let txn = store.db.begin().await.unwrap();
        let row = request::queries::lock(&txn, &reach, id).await.unwrap().unwrap();
        let key = request::keys::of(&*txn, &store.safe, id).await.unwrap();
        let terms = identifier::queries::of_request(&*txn, id).await.unwrap();
        for record in &records {
            let of = (row.controller_id, id);
            candidate::queries::found(&txn, &store.safe, &key, of, terms[0].id, record, now).await.unwrap();
        }
        let status = row.status.transition(RequestEvent::Resolved).unwrap();
        let change = request::table::ActiveModel { status: Set(status), ..Default::default() };
        request::decide::write(&txn, now, &row, change).await.unwrap();
        txn.commit().await.unwrap();
    }
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub async fn of(call: RequestBuilder) -> Self {
        Self::read(call.send().await.unwrap()).await
    }

    pub async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// It is a problem of this status and code, in the form that problems have.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.body["type"], format!("/problems/{code}"));
        assert_eq!(self.body["status"], status);
        assert!(self.body["title"].is_string() && self.body["detail"].is_string());
    }
}

/// A body that files an access.
pub fn access() -> Value {
    json!({
        "controller": "acme", "right": "access", "regime": "eu_gdpr", "channel": "email",
        "identifiers": [{ "kind": "email", "value": "ada@example.com" }],
        "identity": { "method": "officer_word" },
    })
}

/// The same with some fields changed; null takes one away.
pub fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
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
        time_zone: "Europe/Dublin".to_owned(),
        region: Some(region.to_owned()),
        policy: Policy::default(),
    };
    let row = controller::queries::add(&txn, store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    row
}
