//! The fixture: an installation with one source, API and worker in this process, the stand-ins of the ticketing systems, and the
//! platform with one person on it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use entities::client::reach::Reach;
use entities::controller::policy::Policy;
use entities::delivery::queries::of_source;
use entities::delivery::table::Model as Delivery;
use entities::event::trail::Actor;
use entities::id::RequestId;
use entities::request::decide::{Case, Decider};
use entities::request::status::RequestStatus;
use entities::request::table::Model as Request;
use entities::source::again;
use entities::source::manage::{Change, NewSource, add, change};
use entities::source::queries::by_slug;
use entities::source::settings::{LinkSettings, Settings, WriteBack};
use entities::source::table::Model as Source;
use entities::step::kind::StepKind;
use entities::step::table as step;
use entities::store::Store;
use entities::ticket::queries::{Filter, page};
use entities::ticket::table::Model as Ticket;
use entities::time::{At, Clock};
use entities::{event, identifier, request};
use jiff::Timestamp;
use sandbox::options::Population;
use sandbox::ticketing::server::{self, Running};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::installation::{Installation, swift_policy};
use testbed::platform::swift;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::sign::Call;
use super::systems::{System, standard_call};

/// Where senders think that we are: somewhere behind a proxy.
const PUBLIC: &str = "https://dsr.acme.example";
/// When a story begins: five minutes after its ticket was made.
const START: &str = "2026-03-02T09:20:00Z";
/// When the stand-ins' tickets were made.
pub const RECEIVED: &str = "2026-03-02T09:14:55Z";
/// How often lists are read.
pub const HOUR: Duration = Duration::from_secs(3600);
/// How long a story may wait for something before it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct World {
    pub kind: Kind,
    pub system: &'static System,
    pub installation: Installation,
    pub store: Store,
    desks: Running,
    http: reqwest::Client,
    address: SocketAddr,
    stop: CancellationToken,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl World {
    pub async fn start(kind: Kind, system: &'static System) -> Self {
        Self::with(kind, system, |_| {}).await
    }

    /// One whose source has other settings.
    pub async fn with(kind: Kind, system: &'static System, differ: impl FnOnce(&mut Settings)) -> Self {
        Self::under(swift_policy(), kind, system, differ).await
    }

    /// One whose controller goes by another policy.
    pub async fn under(
        policy: Policy,
        kind: Kind,
        system: &'static System,
        differ: impl FnOnce(&mut Settings),
    ) -> Self {
        let clock = Clock::driven(START.parse::<Timestamp>().unwrap().into());
        let policy = Policy { divisions: vec!["Home".to_owned()], ..policy };
        let installation = Installation::by_clock(kind, swift(Population::Empty), policy, clock).await;
        let zoe = json!({ "name": "Zoë Łukasiewicz", "emails": ["zoe.l@example.com"], "phones": ["+48601234567"] });
        installation.platform.turn("people", &json!({ "contacts": [zoe] })).await;
        let store = installation.store.clone().reached_at(PUBLIC);
        let desks = server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let stop = CancellationToken::new();
        let address = serve(&installation, &store, &stop).await;
        // Nothing is kept open: the stand-ins drop connections, and would drop one that is used again just then.
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).pool_max_idle_per_host(0);
        let http = http.build().unwrap();
        let world = Self { kind, system, installation, store, desks, http, address, stop };
        world.add_source(differ).await;
        world.run();
        // What is listed before anything was changed is nothing, and asks nothing later.
        world
            .until("the first list", async || {
                world
                    .steps(StepKind::Reconcile)
                    .await
                    .iter()
                    .all(|step| step.run_at.since(world.store.now()) > HOUR / 2)
            })
            .await;
        world
    }

    /// Another worker beside the one there is.
    pub fn work_beside(&self) {
        tokio::spawn(worker::runner::run(self.store.clone(), self.worker(), self.stop.clone()));
    }

    fn worker(&self) -> worker::config::Config {
        worker::config::Config {
            idle_poll: Duration::from_millis(10),
            retry_after: Duration::from_millis(50),
            chain_every: Duration::from_millis(50),
            artifacts: self.installation.database.folder.path().join("artifacts"),
            allowed: "127.0.0.1".parse().unwrap(),
            plain_http: true,
            // A jump of the clock takes no step away from who runs it.
            lease: Duration::from_secs(7 * 24 * 3600),
            ..worker::config::Config::default()
        }
    }

    /// A worker, and a clock that goes on as the machine's does, but for the jumps of the story.
    fn run(&self) {
        self.work_beside();
        let (clock, stop) = (self.store.clock.clone(), self.stop.clone());
        tokio::spawn(async move {
            let mut last = Instant::now();
            while !stop.is_cancelled() {
                tokio::time::sleep(Duration::from_millis(5)).await;
                let now = Instant::now();
                clock.advance(now - last);
                last = now;
            }
        });
    }

    async fn add_source(&self, differ: impl FnOnce(&mut Settings)) {
        let link = LinkSettings {
            base: format!("{}/{}/", self.desks.url, self.system.kind),
            actor: None,
            options: self.system.options(),
        };
        let write_back = WriteBack { field: Some(self.system.field.0.to_owned()), ..WriteBack::default() };
        let mut settings =
            Settings { vouches: true, link: self.system.answers().then_some(link), write_back, ..Settings::default() };
        differ(&mut settings);
        let new = NewSource {
            slug: self.system.slug.to_owned(),
            controller: self.installation.controller.id,
            system: self.system.kind.to_owned(),
            setup: (self.system.setup)().to_string(),
            secret: self.system.secret.into(),
            settings,
            mapping: self.system.mapping(),
            credentials: self.system.credentials().map(Into::into),
        };
        let txn = self.store.db.begin().await.unwrap();
        add(&txn, &self.store, &Actor::operator(), new).await.unwrap();
        txn.commit().await.unwrap();
    }

    pub async fn source(&self) -> Source {
        by_slug(self.store.db.read(), self.system.slug).await.unwrap().unwrap()
    }

    pub async fn change_source(&self, new: Change) {
        let row = self.source().await;
        let txn = self.store.db.begin().await.unwrap();
        change(&txn, &self.store, &Actor::operator(), &row, new).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// As `dsr source retry` does.
    pub async fn retry(&self) {
        let ticket = self.ticket().await.unwrap();
        let txn = self.store.db.begin().await.unwrap();
        again::look(&txn, &self.store, &Actor::operator(), &ticket).await.unwrap();
        txn.commit().await.unwrap();
    }
}

async fn serve(installation: &Installation, store: &Store, stop: &CancellationToken) -> SocketAddr {
    let config = api::serve::Config {
        bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        workers: 1,
        artifacts: installation.database.folder.path().join("artifacts"),
        ..api::serve::Config::default()
    };
    let (ready, address) = oneshot::channel();
    tokio::spawn(api::serve::serve(store.clone(), config, ready, stop.clone()));
    address.await.unwrap()
}

/// What the system does.
impl World {
    /// Content type and body of what it would send about the ticket as it stands.
    pub async fn call(&self) -> (String, String) {
        let json = |body: String| ("application/json".to_owned(), body);
        match self.system.slug {
            "standard" => json(standard_call("zoe.l@example.com", "erasure", "2026-03-02T09:14:55Z")),
            "salesforce-apex" => {
                let ticket = self.desk().await;
                let mut case = ticket["native"].clone();
                let changed = Timestamp::from_millisecond(ticket["updated_ms"].as_i64().unwrap()).unwrap();
                case["Id"] = json!(self.system.ticket);
                case["LastModifiedById"] = json!(self.system.actor);
                case["SystemModstamp"] = json!(changed.to_string());
                json(json!({ "case": case }).to_string())
            }
            _ => {
                let ticket = encoded(self.system.ticket);
                let call = self.look(&format!("calls/{}/{ticket}", self.system.kind)).await;
                let text = |name: &str| call[name].as_str().unwrap().to_owned();
                (text("content_type"), text("body"))
            }
        }
    }

    /// Sends this, signed with the secret of now. The status.
    pub async fn send(&self, call: &(String, String)) -> u16 {
        self.send_by(self.system.secret, "delivery-1", call).await
    }

    /// Sends this under an id and signed with a secret. The status.
    pub async fn send_by(&self, secret: &str, id: &str, (content_type, body): &(String, String)) -> u16 {
        let in_the_address = self.system.slug == "salesforce";
        let path = match in_the_address {
            true => format!("/webhooks/{}/{secret}", self.system.slug),
            false => format!("/webhooks/{}", self.system.slug),
        };
        let url = format!("{PUBLIC}{path}");
        let call = Call { url: &url, secret, now: self.store.now(), body, id };
        let send = self.http.post(format!("http://{}{path}", self.address)).header("Content-Type", content_type);
        let signed = (self.system.sign)(&call).into_iter().fold(send, |send, (name, value)| send.header(name, value));
        let answer = signed.body(body.clone()).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        if in_the_address && status == 200 {
            assert!(text.contains("<Ack>true</Ack>"), "{text}");
            return 202;
        }
        status
    }

    /// Sends what the system would, and sees it accepted.
    pub async fn tell(&self) {
        assert_eq!(self.send(&self.call().await).await, 202, "{}", self.name());
    }

    /// The ticket as the stand-in has it.
    pub async fn desk(&self) -> Value {
        self.look(&format!("tickets/{}", self.system.kind)).await[self.system.ticket].clone()
    }

    /// What the ticket's field shows.
    pub async fn field(&self) -> Value {
        self.desk().await["native"].pointer(self.system.field.1).cloned().unwrap_or_default()
    }

    /// What it should show for a word.
    pub fn shown(&self, word: &str) -> Value {
        let family = if self.system.kind == "github" { self.system.field.0 } else { "" };
        json!(format!("{family}{word}"))
    }

    /// Everything that was written to the system: what, its value, and whether the requester sees it.
    pub async fn written(&self) -> Vec<(String, String, bool)> {
        let writes = self.look("writes").await;
        let own = writes.as_array().unwrap().iter().filter(|it| it["system"] == self.system.kind);
        let row = |it: &Value| (it["what"].as_str().unwrap().to_owned(), it["value"].to_string(), it["public"] == true);
        own.map(row).collect()
    }

    /// The comments among that.
    pub async fn comments(&self) -> Vec<String> {
        self.written().await.into_iter().filter(|(what, ..)| what == "comment").map(|(_, text, _)| text).collect()
    }

    pub async fn calls(&self) -> u64 {
        self.look("counters").await[self.system.kind].as_u64().unwrap()
    }

    pub async fn put(&self, change: &Value) {
        self.put_at(self.system.ticket, change).await;
    }

    /// The same for another ticket, which is made if there is none.
    pub async fn put_at(&self, ticket: &str, change: &Value) {
        let url = self.url(&format!("tickets/{}/{}", self.system.kind, encoded(ticket)));
        let answer = self.http.put(url).json(change).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{change}");
    }

    /// Somebody writes another text in place of one wherever it stands in the ticket, at this instant.
    pub async fn rewrite(&self, from: &str, to: &str, updated: &str) {
        let native = self.desk().await["native"].to_string();
        assert!(native.contains(from), "{}: {native}", self.name());
        let native: Value = serde_json::from_str(&native.replace(from, to)).unwrap();
        self.put(&json!({ "native": native, "updated": updated })).await;
    }

    /// Somebody changes the ticket by hand, at this instant.
    pub async fn edit(&self, updated: &str, change: impl FnOnce(&mut Value)) {
        let mut native = self.desk().await["native"].clone();
        change(&mut native);
        self.put(&json!({ "native": native, "updated": updated })).await;
    }

    pub async fn fault(&self, name: &str, calls: &str, more: Value) {
        let mut fault = json!({ "name": name, "system": self.system.kind, "calls": calls, "times": 1 });
        fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.http.post(self.url("faults")).json(&fault).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{fault}");
    }

    /// Whether every fault has happened.
    pub async fn faults_fired(&self) -> bool {
        self.look("faults").await.as_array().unwrap().iter().all(|fault| fault["fired"] != 0)
    }

    pub async fn heal(&self) {
        assert_eq!(self.http.delete(self.url("faults")).send().await.unwrap().status(), 200);
    }

    async fn look(&self, path: &str) -> Value {
        self.http.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("{}/sandbox/{path}", self.desks.url)
    }
}

fn encoded(ticket: &str) -> String {
    ticket.replace('/', "%2F").replace('#', "%23")
}

/// What we have of it.
impl World {
    /// For messages.
    pub fn name(&self) -> String {
        format!("{} on {:?}", self.system.slug, self.kind)
    }

    pub async fn tickets(&self) -> Vec<Ticket> {
        page(self.store.db.read(), &Reach::installation(), Filter::default(), None, 100).await.unwrap()
    }

    /// Our row of the ticket.
    pub async fn ticket(&self) -> Option<Ticket> {
        self.tickets().await.into_iter().find(|it| it.external_id == self.system.ticket)
    }

    pub async fn deliveries(&self) -> Vec<Delivery> {
        let source = self.source().await;
        of_source(self.store.db.read(), &Reach::installation(), (source.id, None), None, 100).await.unwrap()
    }

    pub async fn request(&self, id: RequestId) -> Request {
        request::queries::by_id(self.store.db.read(), &Reach::installation(), id).await.unwrap().unwrap()
    }

    /// Whose data a request is about: kinds and values, in order.
    pub async fn identifiers(&self, id: RequestId) -> Vec<(String, String)> {
        let conn = self.store.db.read();
        let key = request::keys::of(conn, &self.store.safe, id).await.unwrap();
        let rows = identifier::queries::of_request(conn, id).await.unwrap();
        let mut all: Vec<_> =
            rows.iter().map(|row| (row.kind.clone(), identifier::queries::value(&key, row).unwrap())).collect();
        all.sort();
        all
    }

    /// How often something happened.
    pub async fn events(&self, kind: &str) -> usize {
        let of_kind = event::table::Entity::find().filter(event::table::Column::Kind.eq(kind));
        of_kind.all(self.store.db.read()).await.unwrap().len()
    }

    pub async fn steps(&self, kind: StepKind) -> Vec<step::Model> {
        step::Entity::find().filter(step::Column::Kind.eq(kind)).all(self.store.db.read()).await.unwrap()
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, is: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !is().await {
            if begun.elapsed() > PATIENCE {
                let steps: Vec<_> = step::Entity::find().all(self.store.db.read()).await.unwrap();
                let steps: Vec<_> = steps.iter().map(|it| (it.kind, it.run_at, it.last_error.clone())).collect();
                let written = self.written().await;
                panic!("{}: waited for {what}: {:?}\n{steps:?}\n{written:?}", self.name(), self.tickets().await);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the ticket's row is as `is` says.
    pub async fn until_ticket(&self, what: &str, is: impl Fn(&Ticket) -> bool) -> Ticket {
        self.until(what, async || self.ticket().await.as_ref().is_some_and(&is)).await;
        self.ticket().await.unwrap()
    }

    /// Waits until the ticket has its request. Where its system does not know whose it is, an officer has it proven.
    pub async fn until_filed(&self) -> RequestId {
        let id = self.until_requested().await;
        if self.request(id).await.status == RequestStatus::Verifying {
            let client = self.installation.approver.id.parse().unwrap();
            let by = Decider { actor: Actor::client(client, None), client: Some(client), reach: Reach::installation() };
            let txn = self.store.db.begin().await.unwrap();
            Case::open(&txn, &self.store, &by, id, None).await.unwrap().verify("document", None).await.unwrap();
            txn.commit().await.unwrap();
        }
        id
    }

    /// Waits until the ticket has its request, and leaves that as it is.
    pub async fn until_requested(&self) -> RequestId {
        self.until_ticket("a request", |it| it.request_id.is_some()).await.request_id.unwrap()
    }

    pub async fn until_status(&self, id: RequestId, status: RequestStatus) -> Request {
        self.until(status.as_str(), async || self.request(id).await.status == status).await;
        self.request(id).await
    }

    /// Has an officer approve what is planned, and waits for the end.
    pub async fn through(&self, id: RequestId) -> Request {
        self.until_status(id, RequestStatus::Reviewing).await;
        assert_eq!(self.installation.approve_what_waits().await, 1, "{}", self.name());
        self.until_status(id, RequestStatus::Closed).await
    }

    /// Waits until nothing about calls and tickets is left to be done, now or later.
    pub async fn until_quiet(&self) {
        let kinds = [StepKind::Ingest, StepKind::TakeUp, StepKind::WriteBack];
        let waiting = || step::Entity::find().filter(step::Column::Kind.is_in(kinds)).all(self.store.db.read());
        let unlinked = || event::chain::unlinked(self.store.db.read());
        let quiet = async || waiting().await.unwrap().is_empty() && unlinked().await.unwrap().is_empty();
        self.until("quiet", quiet).await;
        // What follows from the last link is there by now, if anything does.
        self.until("quiet", quiet).await;
    }

    /// Lets this much time pass at once.
    pub fn pass(&self, by: Duration) {
        self.store.clock.advance(by);
    }
}

/// An instant.
pub fn at(text: &str) -> At {
    text.parse::<Timestamp>().unwrap().into()
}
