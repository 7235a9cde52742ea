//! Durable intake: `POST /api/v1/requests` until 201, against bare commits of the same database.
//!
//! The two take turns in short rounds, so that whatever else the machine does hits both.

use std::net::SocketAddr;
use std::time::Duration;

use sandbox::options::{Options, Population};
use testbed::database::Kind;
use testbed::installation::Installation;
use uuid::Uuid;

use crate::Scale;
use crate::bare::committers;
use crate::load::{Caller, Line, Load, drive, message};
use crate::process::Service;
use crate::report::{Aim, Figure, Finding, name_of};

/// A request that is taken in costs a durable commit and all that makes it safe; it may cost twice a bare commit.
const AIM: Aim = Aim::AtLeast(0.5);

/// Somebody who files one request after the other, each with a key of its own.
pub struct Filer {
    line: Line,
    headers: String,
    filed: u64,
    first: u64,
}

impl Filer {
    /// A filer whose people are numbered from `first`.
    pub async fn new(address: SocketAddr, authorization: &str, first: u64) -> anyhow::Result<Self> {
        let headers = format!("{authorization}Content-Type: application/json\r\n");
        Ok(Self { line: Line::open(address).await?, headers, filed: 0, first })
    }

    /// The same for other people.
    pub fn starting_at(self, first: u64) -> Self {
        Self { first, filed: 0, ..self }
    }
}

impl Caller for Filer {
    async fn call(&mut self) -> anyhow::Result<()> {
        let person = self.first + self.filed;
        self.filed += 1;
        let body = format!(
            r#"{{"controller":"acme","right":"access","regime":"eu_gdpr","channel":"email","identity":{{"method":"officer_word"}},"identifiers":[{{"kind":"email","value":"person-{person}@example.net"}}]}}"#
        );
        let headers = format!("{}Idempotency-Key: {}\r\n", self.headers, Uuid::now_v7());
        self.line.expect(201, &message("POST", "/api/v1/requests", &headers, &body)).await?;
        Ok(())
    }
}

/// So many filers, who stay out of each other's way.
pub async fn filers(service: &Service, installation: &Installation, count: usize) -> anyhow::Result<Vec<Filer>> {
    let authorization = service.authorization(&installation.filer).await?;
    let mut all = Vec::new();
    for number in 0..count {
        all.push(Filer::new(service.address, &authorization, 1 + number as u64 * 100_000_000).await?);
    }
    Ok(all)
}

/// Measures it.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let options = Options { population: Population::Empty, ..Options::default() };
    let installation = Installation::new(kind, options).await;
    let service = Service::start(&installation).await?;
    let mut found = Vec::new();
    for concurrency in [1, 16] {
        let mut filers = filers(&service, &installation, concurrency).await?;
        let mut committers = committers(kind, &installation.database.url, concurrency).await?;
        let (mut intake, mut bare) = (Load::default(), Load::default());
        let (rounds, time) = (scale.pick(6, 2), Duration::from_millis(scale.pick(2_000, 500)));
        // The first round warms up whatever there is to warm up, and does not count.
        for round in 0..=rounds {
            let (again, filed) = drive(filers, time).await?;
            let (once_more, committed) = drive(committers, time).await?;
            (filers, committers) = (again, once_more);
            if round > 0 {
                intake.add(filed);
                bare.add(committed);
            }
        }
        let what = format!("requests taken in, {concurrency} at a time");
        let finding = Finding::alone("intake", name_of(kind), what, Figure::rate("POST to 201", &intake));
        found.push(finding.against(Figure::rate("bare commits", &bare)).aiming(AIM));
    }
    Ok(found)
}
