//! Durable intake of webhooks: a signed call until its 202, against bare commits of the same database.
//!
//! The two take turns in short rounds, so that whatever else the machine does hits both.

use std::net::SocketAddr;
use std::time::Duration;

use entities::event::trail::Actor;
use entities::source::manage::{NewSource, add};
use entities::source::settings::Settings;
use jiff::Timestamp;
use sandbox::options::{Options, Population};
use secrecy::SecretString;
use serde_json::json;
use testbed::database::Kind;
use testbed::installation::Installation;
use uuid::Uuid;
use webhooks::keys::{SigningKey, Version};
use webhooks::sign::{MessageId, Signer};

use crate::Scale;
use crate::bare::committers;
use crate::load::{Caller, Line, Load, drive, message};
use crate::process::Service;
use crate::report::{Aim, Figure, Finding, name_of};
use crate::slow;

/// A call that is taken in costs a durable commit, a signature and a sealing; it may cost twice a bare commit.
const AIM: Aim = Aim::AtLeast(0.5);

/// A large body, as with a long thread of comments.
const LARGE: usize = 1 << 20;

/// A ticketing system that calls again and again, each time about another ticket.
pub struct System {
    line: Line,
    signer: Signer,
    /// What stands in each body besides the ticket's number.
    padding: String,
    called: u64,
}

impl Caller for System {
    async fn call(&mut self) -> anyhow::Result<()> {
        self.called += 1;
        let body = format!(
            r#"{{"ticket":{{"id":"{}","type":"access","email":"person@example.net","thread":"{}"}}}}"#,
            Uuid::now_v7(),
            self.padding
        );
        let id = MessageId::new(&format!("msg_{}", Uuid::now_v7().simple()))?;
        #[expect(clippy::disallowed_methods, reason = "a sender signs by its own clock")]
        let signed = self.signer.headers(&id, Timestamp::now(), body.as_bytes());
        let signed: String = signed.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let headers = format!("{signed}Content-Type: application/json\r\n");
        self.line.expect(202, &message("POST", "/webhooks/bench", &headers, &body)).await?;
        Ok(())
    }
}

/// Measures it.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let options = Options { population: Population::Empty, ..Options::default() };
    let installation = Installation::new(kind, options).await;
    let key = SigningKey::generate(Version::V1);
    let secret = key.secret();
    add_source(&installation, &key).await?;
    let service = Service::start(&installation).await?;
    let mut found = Vec::new();
    for (what, padding, concurrency) in [
        ("of 200 bytes", 0, 1),
        ("of 200 bytes", 0, 16),
        ("of 1 MiB", LARGE - 1_000, 1),
        ("of 1 MiB", LARGE - 1_000, 16),
    ] {
        let mut systems = systems(service.address, &secret, padding, concurrency).await?;
        let mut committers = committers(kind, &installation.database.url, concurrency).await?;
        let (mut intake, mut bare) = (Load::default(), Load::default());
        let (rounds, time) = (scale.pick(6, 2), Duration::from_millis(scale.pick(2_000, 500)));
        // The first round warms up whatever there is to warm up, and does not count.
        for round in 0..=rounds {
            let (again, called) = drive(systems, time).await?;
            let (once_more, committed) = drive(committers, time).await?;
            (systems, committers) = (again, once_more);
            if round > 0 {
                intake.add(called);
                bare.add(committed);
            }
        }
        let what = format!("signed calls {what}, {concurrency} at a time");
        let finding = Finding::alone("webhooks", name_of(kind), what, Figure::rate("POST to 202", &intake));
        let finding = finding.against(Figure::rate("bare commits", &bare));
        // A bare commit writes one row of 1.5 kB; beside a megabyte it is no measure.
        found.push(if padding == 0 { finding.aiming(AIM) } else { finding });
    }
    drop(service);
    let honest = async |address: SocketAddr, count: usize| systems(address, &secret, 0, count).await;
    found.extend(slow::measure(kind, scale, &installation, honest).await?);
    Ok(found)
}

async fn systems(
    address: SocketAddr,
    secret: &SecretString,
    padding: usize,
    count: usize,
) -> anyhow::Result<Vec<System>> {
    let mut systems = Vec::with_capacity(count);
    for _ in 0..count {
        let signer = Signer::new(SigningKey::parse(secret)?);
        systems.push(System { line: Line::open(address).await?, signer, padding: "x".repeat(padding), called: 0 });
    }
    Ok(systems)
}

async fn add_source(installation: &Installation, key: &SigningKey) -> anyhow::Result<()> {
    let new = NewSource {
        slug: "bench".to_owned(),
        controller: installation.controller.id,
        system: "standard".to_owned(),
        setup: json!({ "scheme": "standard_webhooks" }).to_string(),
        secret: key.secret(),
        settings: Settings { body_limit: 2 << 20, ..Settings::default() },
        mapping: json!({ "map": {} }).to_string(),
        credentials: None,
    };
    let txn = installation.store.db.begin().await?;
    add(&txn, &installation.store, &Actor::operator(), new).await?;
    txn.commit().await?;
    Ok(())
}
