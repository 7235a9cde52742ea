//! Reads among a hundred thousand stored requests, against `/healthz`, which costs the HTTP and nothing else.
//!
//! One caller, one call at a time, the kinds of read in turn, so that all of them meet the same machine.

use std::time::Instant;

use anyhow::{Context, ensure};
use entities::db::Db;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sandbox::options::{Options, Population};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use testbed::database::Kind;
use testbed::installation::Installation;

use crate::Scale;
use crate::load::{Line, Load, message};
use crate::process::Service;
use crate::report::{Figure, Finding, name_of};
use crate::stored::{Mix, Stored, store};

/// Puts a question, each time about another request.
type Ask = Box<dyn Fn(&mut StdRng) -> Vec<u8>>;

/// One kind of read: what it is, how it is put, and how long it took each time.
struct Read {
    what: &'static str,
    ask: Ask,
    load: Load,
}

/// Measures it.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let options = Options { population: Population::Empty, ..Options::default() };
    let installation = Installation::new(kind, options).await;
    let begun = Instant::now();
    let count = scale.pick(100_000, 5_000);
    let stored = store(&installation, Mix::Years, count).await?;
    settle(kind, &installation.database.url).await?;
    eprintln!("{}: {count} requests stored in {:.0} s", name_of(kind), begun.elapsed().as_secs_f64());
    let service = Service::start(&installation).await?;
    let authorization = service.authorization(&installation.filer).await?;
    let mut line = Line::open(service.address).await?;
    let cursors = cursors(&mut line, &authorization, stored.ids.len()).await?;
    let mut reads = reads(&authorization, stored, cursors);
    let mut random = StdRng::seed_from_u64(1);
    let rounds = scale.pick(3_000, 300);
    for round in 0..rounds + rounds / 10 {
        for read in &mut reads {
            let message = (read.ask)(&mut random);
            let begun = Instant::now();
            line.expect(200, &message).await?;
            // The first rounds fill caches and prepare statements.
            if round >= rounds / 10 {
                read.load.note(begun.elapsed());
            }
        }
    }
    let floor = Figure::latency("/healthz p50", &reads[0].load);
    let figure = |read: &Read| {
        let measured = Figure::latency("p50", &read.load);
        Finding::alone("reads", name_of(kind), format!("{}, {count} stored", read.what), measured)
            .against(floor.clone())
    };
    Ok(reads[1..].iter().map(figure).collect())
}

/// What PostgreSQL does by itself within minutes: statistics, and the visibility map.
pub async fn settle(kind: Kind, url: &str) -> anyhow::Result<()> {
    if kind == Kind::Postgres {
        Db::connect(url, 1).await?.write().execute_unprepared("VACUUM ANALYZE").await?;
    }
    Ok(())
}

/// The cursors of all pages of the list, the first one leading to the second page.
async fn cursors(line: &mut Line, authorization: &str, requests: usize) -> anyhow::Result<Vec<String>> {
    let mut cursors: Vec<String> = Vec::new();
    loop {
        let after = cursors.last().map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let ask = message("GET", &format!("/api/v1/requests?limit=200{after}"), authorization, "");
        let page: Value = serde_json::from_slice(&line.expect(200, &ask).await?.body)?;
        match page["next"].as_str() {
            Some(next) => cursors.push(next.to_owned()),
            None => {
                let seen = cursors.len() * 200 + page["items"].as_array().context("no items")?.len();
                ensure!(seen == requests, "the list shows {seen} of {requests} requests");
                return Ok(cursors);
            }
        }
    }
}

fn reads(authorization: &str, stored: Stored, cursors: Vec<String>) -> Vec<Read> {
    let read = |what, ask: Ask| Read { what, ask, load: Load::default() };
    let get = {
        let authorization = authorization.to_owned();
        move |path: &str| message("GET", path, &authorization, "")
    };
    let (by_id, deep, by_status, first) = (get.clone(), get.clone(), get.clone(), get);
    let posting = format!("{authorization}Content-Type: application/json\r\n");
    let Stored { ids, mailboxes } = stored;
    vec![
        read("the HTTP floor", Box::new(|_| message("GET", "/healthz", "", ""))),
        read(
            "one request by id",
            Box::new(move |random| by_id(&format!("/api/v1/requests/{}", ids[random.random_range(0..ids.len())]))),
        ),
        read("first page of 50", Box::new(move |_| first("/api/v1/requests"))),
        read(
            "a page of 50 in the older half",
            Box::new(move |random| {
                let cursor = &cursors[random.random_range(cursors.len() / 2..cursors.len())];
                deep(&format!("/api/v1/requests?cursor={cursor}"))
            }),
        ),
        read("first page of 50 in review", Box::new(move |_| by_status("/api/v1/requests?status=reviewing"))),
        read(
            "search by mailbox",
            Box::new(move |random| {
                let mailbox = &mailboxes[random.random_range(0..mailboxes.len())];
                let body = format!(r#"{{"identifier":{{"kind":"email","value":"{mailbox}"}}}}"#);
                message("POST", "/api/v1/requests/search", &posting, &body)
            }),
        ),
    ]
}
