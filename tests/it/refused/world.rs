//! An installation with two controllers, requests in every state that a call can meet, and callers of every kind.

use std::collections::HashMap;
use std::time::Duration;

use entities::client::queries as clients;
use entities::client::scope::Scope;
use entities::controller;
use entities::controller::policy::Policy;
use entities::controller::queries::{Credential, NewController};
use entities::event::trail::Actor;
use entities::id::{ClientId, ControllerId, RequestId};
use entities::request::table::key;
use entities::store::Store;
use sandbox::options::Population;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::installation::{Installation, Login, swift_policy};
use testbed::platform::swift;

use super::hooks;
use super::row::Row;
use super::server::Server;
use super::sources::{self, Known};
use super::subscribers::add_disabled;
use crate::service::Service;

pub struct World {
    pub kind: Kind,
    pub installation: Installation,
    /// The other controller.
    pub beta: ControllerId,
    pub server: Server,
    pub callers: Callers,
    pub requests: Requests,
}

/// Tokens, and clients that sign in.
pub struct Callers {
    pub filer: String,
    pub approver: String,
    /// Of the other controller, with every scope.
    pub stranger: String,
    pub expired: String,
    pub revoked: String,
    /// Of a client that has been revoked.
    pub fired: String,
    pub fired_login: Login,
    /// One that may only read.
    pub reader_login: Login,
    /// By the one scope that each lacks.
    pub lacking: HashMap<Scope, String>,
}

/// Ids of requests of `acme`, by what they are good for, and of things that belong to them.
pub struct Requests {
    /// Its person's identity is not proven.
    pub verifying: String,
    /// Nobody has searched for its identifiers.
    pub resolving: String,
    /// An access that waits for its approval; the person's user is in a foreign division.
    pub reviewing: String,
    pub set_aside: String,
    /// An identifier of it that is no search term.
    pub user_id: String,
    /// Five people have its name.
    pub undecided: String,
    /// An erasure that waits for its approval by another than the filer.
    pub erasure: String,
    /// Waits for its approval, and is on hold.
    pub held: String,
    /// An erasure whose job the platform refuses.
    pub executing: String,
    /// The person is being asked something, and an extension waits for its notice.
    pub asked: String,
    /// Its first period is over.
    pub late: String,
    /// Of a law without extensions.
    pub quebec: String,
    /// Of two laws, of which one alone narrows an answer to categories.
    pub two_laws: String,
    /// An opt-out, which takes no proof of identity.
    pub opt_out: String,
    /// Refused under a law without appeals to the controller.
    pub refused: String,
    /// Refused, and appealed against.
    pub appealed: String,
    /// Fulfilled, with an export.
    pub closed: String,
    pub reference: String,
    /// A job of it, which completed.
    pub job: String,
    pub artifact: String,
    /// Closed, and its key destroyed.
    pub erased: String,
    /// A letter and a task about the one in which the person is being asked something.
    pub letter: String,
    pub task: String,
    /// No request, but a subscriber of theirs, which is disabled, and a message to it.
    pub subscriber: String,
    pub delivery: String,
    /// No request either, but a source of theirs.
    pub source: Known,
}

impl World {
    pub async fn start(kind: Kind) -> Self {
        let policy = Policy { divisions: vec!["Home".to_owned()], ..swift_policy() };
        let installation = Installation::with_policy(kind, swift(Population::Samples), policy).await;
        let beta = add_controller(&installation).await;
        let mut requests = file_all(&installation).await;
        destroy_key(&installation.store, &requests.erased).await;
        (requests.subscriber, requests.delivery) = add_disabled(&installation).await;
        hooks::add_sources(&installation).await;
        requests.source = sources::add_waiting(&installation, installation.controller.id, "waiting").await;
        let server = Server::start(&installation, "refusing", &[]).await;
        let callers = Callers::make(&installation, &server, beta).await;
        let late = filing("access", json!([{ "kind": "email", "value": "late@example.org" }]));
        let late = server.post(&callers.filer, "/api/v1/requests", "Idempotency-Key: taken\r\n", &late).await;
        requests.resolving = late.body()["id"].as_str().unwrap_or_else(|| panic!("{}", late.text)).to_owned();
        Self { kind, installation, beta, server, callers, requests }
    }

    /// A call by the filer.
    pub fn call(&self, name: impl Into<String>, method: &str, path: impl Into<String>) -> Row {
        Row::new(name, method, path).by(&self.callers.filer)
    }

    pub fn get(&self, name: impl Into<String>, path: impl Into<String>) -> Row {
        self.call(name, "GET", path)
    }

    pub fn post(&self, name: impl Into<String>, path: impl Into<String>, body: &Value) -> Row {
        self.call(name, "POST", path).json(body)
    }

    /// `POST /api/v1/requests` with this body.
    pub fn filing(&self, name: impl Into<String>, body: impl Into<Vec<u8>>) -> Row {
        self.call(name, "POST", "/api/v1/requests").text(body)
    }

    /// A decision about one of the requests.
    pub fn decide(&self, name: impl Into<String>, request: &str, verb: &str, body: &Value) -> Row {
        self.post(name, format!("/api/v1/requests/{request}/{verb}"), body)
    }
}

/// A body that files a request.
pub fn filing(right: &str, identifiers: Value) -> Value {
    json!({ "controller": "acme", "right": right, "regime": "eu_gdpr", "channel": "email",
            "identifiers": identifiers, "identity": { "method": "officer_word" } })
}

/// One that files an access, complete and in order but for what a row changes; null takes a field away.
pub fn access_but(changes: Value) -> Value {
    let mut body = filing("access", json!([{ "kind": "email", "value": "zzyzx@example.com" }]));
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

impl Callers {
    async fn make(installation: &Installation, server: &Server, beta: ControllerId) -> Self {
        let store = &installation.store;
        let acme = installation.controller.id;
        let mut lacking = HashMap::new();
        for scope in Scope::ALL {
            let others: Vec<_> = Scope::ALL.iter().copied().filter(|other| other != scope).collect();
            let login = make_client(store, &others, acme).await;
            lacking.insert(*scope, server.token(&login).await);
        }
        let fired_login = make_client(store, Scope::ALL, acme).await;
        let fired = server.token(&fired_login).await;
        let filer: ClientId = installation.filer.id.parse().unwrap();
        let txn = store.db.begin().await.unwrap();
        clients::revoke(&txn, store, &Actor::operator(), fired_login.id.parse().unwrap()).await.unwrap();
        let rows = clients::all(&*txn).await.unwrap();
        let row = rows.iter().find(|row| row.id == filer).unwrap();
        let long_ago = store.now() - Duration::from_secs(3 * 3600);
        let (expired, _) = clients::issue_token(&txn, long_ago, row).await.unwrap();
        let (revoked, _) = clients::issue_token(&txn, store.now(), row).await.unwrap();
        assert!(clients::revoke_token(&txn, store.now(), filer, revoked.expose_secret()).await.unwrap());
        txn.commit().await.unwrap();
        Self {
            filer: server.token(&installation.filer).await,
            approver: server.token(&installation.approver).await,
            stranger: server.token(&make_client(store, Scope::ALL, beta).await).await,
            expired: expired.expose_secret().to_owned(),
            revoked: revoked.expose_secret().to_owned(),
            fired,
            fired_login,
            reader_login: make_client(store, &[Scope::RequestsRead], acme).await,
            lacking,
        }
    }
}

async fn make_client(store: &Store, scopes: &[Scope], controller: ControllerId) -> Login {
    let txn = store.db.begin().await.unwrap();
    let life = Duration::from_secs(3600);
    let made = clients::create(&txn, store, &Actor::operator(), "caller", scopes, &[controller], life).await;
    txn.commit().await.unwrap();
    let (client, secret) = made.unwrap();
    Login { id: client.id.to_string(), secret: secret.expose_secret().to_owned() }
}

async fn add_controller(installation: &Installation) -> ControllerId {
    let (store, platform) = (&installation.store, &installation.platform);
    let new = NewController {
        slug: "beta".to_owned(),
        name: "Beta".to_owned(),
        organisation_id: platform.organisation(1).await,
        login_url: platform.url.clone(),
        api_url: platform.url.clone(),
        credential: Credential { client_id: "other-client".to_owned(), client_secret: "other-secret".into() },
        time_zone: "Europe/Dublin".to_owned(),
        region: Some("IE".to_owned()),
        policy: swift_policy(),
    };
    let txn = store.db.begin().await.unwrap();
    let added = controller::queries::add(&txn, store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    added.id
}

/// No call destroys a key yet; its row says that it has been done.
async fn destroy_key(store: &Store, request: &str) {
    let request_id = Set(RequestId(request.parse().unwrap()));
    let gone =
        key::ActiveModel { request_id, wrapped: Set(None), destroyed_at: Set(Some(store.now())), ..Default::default() };
    key::Entity::update(gone).exec(store.db.write()).await.unwrap();
}

/// Has the whole service, worker and all, bring the requests to where they are wanted.
async fn file_all(installation: &Installation) -> Requests {
    let (filer, approver) = (&installation.filer, &installation.approver);
    let mut service = Service::start(installation, &[]).await;
    let mut file = async |key: &str, body: Value| {
        let (status, filed) = service.post(filer, "/api/v1/requests", key, &body).await;
        assert_eq!(status, 201, "{filed}");
        filed["id"].as_str().unwrap().to_owned()
    };
    let email = |value: &str| json!([{ "kind": "email", "value": value }]);
    let user = json!({ "kind": "user_id", "value": uuid::Uuid::now_v7() });
    let sam = json!([{ "kind": "email", "value": "sam.rivera@example.com" }, user]);
    let alex = json!([{ "kind": "name", "value": "Alex Kim" }]);
    let closed = file("closed", filing("access", email("ada.access@example.com"))).await;
    let executing = file("executing", filing("erasure", email("erin.forever@example.com"))).await;
    let reviewing = file("reviewing", filing("access", sam)).await;
    let undecided = file("undecided", filing("access", alex)).await;
    let erasure = file("erasure", filing("erasure", email("vic.various@example.com"))).await;
    let held = file("held", filing("access", email("pat.one@example.com"))).await;
    let mut unproven = filing("access", email("una.unproven@example.org"));
    unproven.as_object_mut().unwrap().remove("identity");
    let verifying = file("verifying", unproven.clone()).await;
    let unproven_but = |changes: Value| {
        let mut body = unproven.clone();
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    let asked = file("asked", unproven.clone()).await;
    let late = file("late", unproven_but(json!({ "received_at": "2026-01-02T08:00:00Z" }))).await;
    let quebec = file("quebec", unproven_but(json!({ "regime": "ca_qc" }))).await;
    let two_laws = file("two-laws", unproven_but(json!({ "other_regimes": ["us_ca_ccpa"] }))).await;
    let opt_out = file("opt-out", unproven_but(json!({ "regime": "us_ca_ccpa", "right": "opt_out" }))).await;
    let refused = file("refused", unproven.clone()).await;
    let appealed = file("appealed", unproven_but(json!({ "regime": "us_va" }))).await;
    let erased = file("erased", unproven).await;
    let path = |id: &str| format!("/api/v1/requests/{id}");
    for id in [&closed, &executing, &reviewing, &undecided, &erasure, &held] {
        service.until(filer, &path(id), "review", |it| it["status"] == "reviewing").await;
    }
    let reason = json!({ "reason": "as agreed" });
    for id in [&closed, &executing] {
        let (status, answer) = service.approve(approver, &path(id), id).await;
        assert_eq!(status, 200, "approve: {answer}");
    }
    let refusal = |code: &str| json!({ "code": code, "reason": "as agreed" });
    for (id, verb, body) in [
        (&held, "hold", reason.clone()),
        (&erased, "withdraw", reason),
        (&asked, "ask", json!({ "kind": "clarification", "words": "which years?" })),
        (&asked, "tasks", json!({ "kind": "check", "words": "as agreed" })),
        (&asked, "letters/record", json!({ "kind": "acknowledgement", "means": "post" })),
        (&asked, "extend", json!({ "code": "complexity", "reason": "as agreed" })),
        (&refused, "refuse", refusal("excessive")),
        (&appealed, "refuse", refusal("excessive")),
        (&appealed, "appeal", json!({})),
    ] {
        let key = format!("{verb} {id}").replace([' ', '/'], "-");
        let (status, answer) = service.post(approver, &format!("{}/{verb}", path(id)), &key, &body).await;
        assert_eq!(status, 200, "{verb}: {answer}");
    }
    let end = service.until(filer, &path(&closed), "the end", |it| it["status"] == "closed").await;
    service.until(filer, &path(&executing), "a failed job", |it| it["open_questions"] != 0).await;
    let mut first = async |id: &str, part: &str, is: fn(&Value) -> bool| {
        let (_, list) = service.get(filer, &format!("{}/{part}", path(id))).await;
        let found = list["items"].as_array().unwrap().iter().find(|item| is(item));
        found.unwrap_or_else(|| panic!("{list}"))["id"].as_str().unwrap().to_owned()
    };
    Requests {
        set_aside: first(&reviewing, "candidates", |item| item["set_aside"].is_string()).await,
        user_id: first(&reviewing, "identifiers", |item| item["kind"] == "user_id").await,
        job: first(&closed, "jobs", |item| item["status"] == "completed").await,
        letter: first(&asked, "letters", |item| item["means"] == "post").await,
        task: first(&asked, "tasks", |_| true).await,
        artifact: first(&closed, "artifacts", |_| true).await,
        reference: end["reference"].as_str().unwrap().to_owned(),
        resolving: String::new(),
        subscriber: String::new(),
        delivery: String::new(),
        source: Known::default(),
        verifying,
        reviewing,
        undecided,
        erasure,
        held,
        executing,
        asked,
        late,
        quebec,
        two_laws,
        opt_out,
        refused,
        appealed,
        closed,
        erased,
    }
}
