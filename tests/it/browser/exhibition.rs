//! Requests as they lie about in an office, in every state, on a day that never ends: whoever looks at pages again finds the same.
//!
//! API and worker run in this process, by a clock that begins on a Monday morning, goes on while the work is done, and then stands.

use std::sync::Arc;
use std::time::Duration;

use api::app::Federation;
use egress::allow::Allowed;
use entities::controller::policy::{Letters, Policy, Statement, Writing};
use entities::id::ClientId;
use entities::letter::kind::{LetterKind, LetterState};
use entities::officer::mapping::{Admits, Rules};
use entities::officer::role::Role;
use entities::officer::table::Model as Officer;
use entities::request::decide::Case;
use entities::request::file::NewRequest;
use entities::request::right::Right;
use entities::request::status::RequestStatus as Status;
use entities::request::table::Model as Request;
use entities::time::Clock;
use entities::{artifact, candidate, identifier, job, letter};
use jiff::Timestamp;
use oidc::provider::Provider;
use oidc::settings::Settings;
use resolution::identifier::IdentifierKind as K;
use sandbox::options::{Options, Population};
use testbed::database::Kind;
use testbed::installation::{Installation, swift_policy};
use testbed::platform::swift;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use worker::mail::config::{MailConfig, Transport};

use super::house::House;
use super::surroundings::{Begun, Surroundings};

/// A Monday, twenty past ten in Berlin, when the ticket of the guides is five minutes old.
const START: &str = "2026-03-02T09:20:00Z";
/// When the clock stands still.
const END: &str = "2026-03-02T13:30:00Z";

/// What the pages of an officer's working day are looked at with.
pub struct Exhibition {
    pub installation: Installation,
    pub url: String,
    /// The officer who filed all of it.
    pub ada: Officer,
    /// An erasure that waits to be approved, with a merge set found.
    pub erasure: Request,
    /// Others: the word for what each shows, and the request.
    pub others: Vec<(&'static str, Request)>,
    /// What lies about beside requests.
    pub surroundings: Surroundings,
    _stop: DropGuard,
}

/// A controller whose letters are whole, by a policy for a platform that takes milliseconds.
pub fn policy() -> Policy {
    let words = |text: &str| vec![text.to_owned()];
    let statement = Statement {
        purposes: words("to answer calls and messages, and to keep to our contracts"),
        categories: words("names, addresses, telephone numbers, conversations and their recordings"),
        recipients: Some(words("the provider of our contact centre, who works on our orders")),
        storage: words("two years after the last contact"),
        source: words("you yourself, when you got in touch with us"),
        automated_decisions: Some(Vec::new()),
        transfers: Some(Vec::new()),
        recipients_told: Some(Vec::new()),
        ..Statement::default()
    };
    let writing = Writing {
        privacy_contact: Some("privacy@example.com".to_owned()),
        postal_address: words("1 Example Street, Example City"),
        statements: [("en".to_owned(), statement)].into(),
        ..Writing::default()
    };
    Policy { letters: Letters::Mail, writing, ..swift_policy() }
}

impl Exhibition {
    pub async fn open() -> Self {
        let start: Timestamp = START.parse().unwrap();
        let options = Options { start_at: Some(start), ..swift(Population::Samples) };
        let clock = Clock::driven(start.into());
        let mut installation = Installation::by_clock(Kind::Sqlite, options, policy(), clock).await;
        let stop = CancellationToken::new();
        let port = testbed::port::lasting();
        // By name, since passkeys are for names alone.
        let url = format!("http://localhost:{port}");
        installation.store = installation.store.clone().reached_at(&url);
        serve(&installation, port, &stop).await;
        let (ada, erasure, others, surroundings) = {
            let house = House { installation: &installation, url: url.clone() };
            let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer]).await;
            let ben = house.hire("ben.beyer@acme.example", "Ben Beyer", &[Role::Approver]).await;
            let (erasure, others, surroundings) = work(&house, &ada, &ben).await;
            (ada, erasure, others, surroundings)
        };
        let end: Timestamp = END.parse().unwrap();
        let store = &installation.store;
        store.clock.advance(entities::time::At::from(end).since(store.now()));
        Self { installation, url, ada, erasure, others, surroundings, _stop: stop.drop_guard() }
    }

    /// What goes into the gaps of addresses; what names more of an address than the gap comes first.
    pub async fn things(&self, officer: ClientId) -> Vec<(&'static str, String)> {
        let (db, id) = (self.installation.store.db.read(), self.erasure.id);
        let (failed, done) = (self.other("failed"), self.other("done"));
        let record = candidate::queries::of_request(db, id).await.unwrap()[0].id;
        let term = identifier::queries::of_request(db, id).await.unwrap()[0].id;
        let job = job::queries::of_request(db, failed.id).await.unwrap()[0].id;
        let file = artifact::queries::of_request(db, done.id).await.unwrap()[1].id;
        let letter = letter::queries::of_request(db, id).await.unwrap()[0].id;
        let client = &self.installation.filer.id;
        let Surroundings { source, subscriber, delivery, invitation, .. } = &self.surroundings;
        vec![
            ("candidates/{item}", format!("candidates/{record}")),
            ("identifiers/{item}", format!("identifiers/{term}")),
            ("{name}/answer", format!("{}/answer", self.other("plain").reference)),
            ("{name}/appeal", format!("{}/appeal", self.other("refused").reference)),
            ("{name}/extend-appeal", format!("{}/extend-appeal", self.other("appealed").reference)),
            ("{name}/decide-appeal", format!("{}/decide-appeal", self.other("appealed").reference)),
            ("{name}/jobs/{item}", format!("{}/jobs/{job}", failed.reference)),
            ("{name}/files/{item}", format!("{}/files/{file}", done.reference)),
            ("{letter}", letter.to_string()),
            ("{name}", self.erasure.reference.clone()),
            ("{controller}", self.installation.controller.slug.clone()),
            ("{part}", "policy".to_owned()),
            ("{language}/{text}", "en/acknowledgement".to_owned()),
            ("{client}/{act}", format!("{client}/revoke")),
            ("{officer}/{act}", format!("{officer}/disable")),
            ("{officer}", officer.to_string()),
            ("{client}", client.clone()),
            ("{kind}", "zendesk".to_owned()),
            ("{source}/{act}", format!("{}/pause", source.id)),
            ("{source}", source.id.to_string()),
            ("{subscriber}/{act}", format!("{}/rotate", subscriber.id)),
            ("{subscriber}", subscriber.id.to_string()),
            ("{delivery}", delivery.to_string()),
            ("{invitation}", invitation.id.to_string()),
        ]
    }

    /// The other of this word.
    pub fn other(&self, word: &str) -> &Request {
        &self.others.iter().find(|(it, _)| *it == word).unwrap().1
    }

    pub fn house(&self) -> House<'_> {
        House { installation: &self.installation, url: self.url.clone() }
    }
}

/// An organisation's own provider, as sign-in pages tell of it. Nobody calls it.
fn federation() -> Federation {
    let settings = Settings {
        issuer: "https://sign-in.acme.example".to_owned(),
        client_id: "dsr".to_owned(),
        client_secret: "the client's own secret".into(),
        scopes: vec!["openid".to_owned()],
        trust_email: false,
        groups_claim: "groups".to_owned(),
        second_factor_acr: Vec::new(),
        second_factor_amr: Vec::new(),
        max_age: None,
    };
    let rules = Rules { admits: Admits::Known, mapping: None };
    let provider = Provider::new(settings, &Allowed::default()).unwrap();
    Federation { provider, rules, name: Some("Acme".to_owned()) }
}

async fn serve(installation: &Installation, port: u16, stop: &CancellationToken) {
    let config = api::serve::Config {
        bind: ([127, 0, 0, 1], port).into(),
        workers: 2,
        rate_per_minute: 1_000_000,
        token_rate_per_minute: 1_000_000,
        artifacts: installation.database.folder.path().join("artifacts"),
        federation: Some(Arc::new(federation())),
        mount: console::routes::mount,
        ..api::serve::Config::default()
    };
    let (ready, told) = oneshot::channel();
    tokio::spawn(api::serve::serve(installation.store.clone(), config, ready, stop.clone()));
    told.await.unwrap();
}

/// Has requests filed, and worked on until each is where it shows what it is here for.
async fn work(
    house: &House<'_>,
    ada: &Officer,
    ben: &Officer,
) -> (Request, Vec<(&'static str, Request)>, Surroundings) {
    let store = &house.installation.store;
    let stop = CancellationToken::new();
    let folder = house.installation.database.folder.path();
    let config = worker::config::Config {
        idle_poll: Duration::from_millis(10),
        retry_after: Duration::from_millis(50),
        chain_every: Duration::from_millis(100),
        artifacts: folder.join("artifacts"),
        mail: MailConfig { transport: Transport::Files(folder.join("mail")), ..MailConfig::default() },
        allowed: "127.0.0.1".parse().unwrap(),
        plain_http: true,
        ..worker::config::Config::default()
    };
    let worker = tokio::spawn(worker::runner::run(store.clone(), config, stop.clone()));
    let (clock, over) = (store.clock.clone(), stop.clone());
    let ticking = tokio::spawn(async move {
        let mut last = Instant::now();
        while !over.is_cancelled() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let now = Instant::now();
            clock.advance(now - last);
            last = now;
        }
    });

    let begun = Begun::begin(house).await;
    let acme = &house.installation.controller;
    let word = Some("officer_word");
    let access = async |days, kind, value| house.file(ada.id, acme, days, Right::Access, &[(kind, value)], word).await;
    let maya = [(K::Email, "maya.okafor@example.com"), (K::Phone, "+13175550142"), (K::Name, "Maya Okafor")];
    let erasure = house.file(ada.id, acme, 12, Right::Erasure, &maya, word).await;
    let doubtful = access(21, K::Phone, "+13175550170").await;
    let named = access(8, K::Name, "Alex Kim").await;
    let done = access(16, K::Email, "tia.twoparts@example.com").await;
    let failed = access(29, K::Email, "erin.forever@example.com").await;
    let held = access(5, K::Email, "stan.storm@example.com").await;
    let plain = access(1, K::Email, "ada.access@example.com").await;
    let unproven = [(K::Email, "carla.calls@example.com")];
    let unproven = house.file(ada.id, acme, 34, Right::Access, &unproven, None).await;

    // In Colorado one appeals to the controller (C.R.S. § 6-1-1306(3)).
    let here = house.asked(acme, 19, Right::Access, &[(K::Name, "Grace Hopper")], word);
    let here = || NewRequest { regime: "us_co".parse().unwrap(), ..here.clone() };
    let refused = house.file_new(ada.id, acme, here()).await;
    let appealed = house.file_new(ada.id, acme, here()).await;
    let why = "Nobody of that name has ever called.";
    for request in [&refused, &appealed] {
        let refuse = async |case: Case<'_>| case.refuse("not_authenticated", None, why).await.map(drop).unwrap();
        house.decide(ben.id, request.id, refuse).await;
    }
    let words = Some("I call every week.");
    house.decide(ben.id, appealed.id, async |case| case.appeal(store.now(), words).await.map(drop).unwrap()).await;

    for request in [&erasure, &doubtful, &named, &done, &failed, &held, &plain] {
        house.until(request.id, |it| it.status == Status::Reviewing).await;
    }
    for request in [&done, &failed] {
        house.decide(ben.id, request.id, async |case| case.approve(None).await.map(drop).unwrap()).await;
    }
    let why = "The person rang and wants to add something first.";
    house.decide(ada.id, held.id, async |case| case.hold(why).await.map(drop).unwrap()).await;
    house.until(failed.id, |it| it.open_questions > 0).await;
    house.until(done.id, |it| it.status == Status::Answering).await;
    let files = artifact::queries::of_request(store.db.read(), done.id).await.unwrap();
    assert!(files.len() > 1, "one file is handed over, and another is not yet");
    house.decide(ada.id, done.id, async |case| case.hand_over(files[0].id).await.map(drop).unwrap()).await;
    let link = LetterKind::StatusLink;
    house.decide(ada.id, done.id, async |case| case.write_letter(link, Some(false)).await.map(drop).unwrap()).await;
    house.letter_about(done.id, link, LetterState::Sent).await;
    let surroundings = begun.finish(house, ada, &erasure, &plain).await;
    let found = candidate::queries::of_request(store.db.read(), erasure.id).await.unwrap();
    assert!(found.len() >= 4, "the merge set is found");
    stop.cancel();
    worker.await.unwrap().unwrap();
    ticking.await.unwrap();
    surroundings.settle(house).await;
    let others = [
        ("doubtful", doubtful),
        ("named", named),
        ("done", done),
        ("failed", failed),
        ("held", held),
        ("refused", refused),
        ("appealed", appealed),
        ("plain", plain),
        ("unproven", unproven),
    ];
    (erasure, others.into(), surroundings)
}
