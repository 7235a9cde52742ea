//! Reads among a hundred thousand stored requests, against `/healthz`, which costs the HTTP and nothing else.

use anyhow::{Context, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use testbed::database::Kind;

use crate::Scale;
use crate::installed::installed;
use crate::load::{Line, message};
use crate::process::Service;
use crate::report::{Figure, Finding, name_of};
use crate::stored::{Mix, Stored};
use crate::turns::{Turn, take};

/// Measures it.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let (installation, stored, count) = installed(kind, scale, Mix::Years).await?;
    let service = Service::start(&installation).await?;
    let authorization = service.authorization(&installation.filer).await?;
    let mut line = Line::open(service.address).await?;
    let cursors = cursors(&mut line, &authorization, stored.ids.len()).await?;
    let mut reads = reads(&authorization, stored, cursors);
    take(&mut line, &mut reads, &mut StdRng::seed_from_u64(1), scale.pick(3_000, 300)).await?;
    let floor = Figure::latency("/healthz p50", &reads[0].load);
    let figure = |read: &Turn| {
        let measured = Figure::latency("p50", &read.load);
        Finding::alone("reads", name_of(kind), format!("{}, {count} stored", read.what), measured)
            .against(floor.clone())
    };
    Ok(reads[1..].iter().map(figure).collect())
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

fn reads(authorization: &str, stored: Stored, cursors: Vec<String>) -> Vec<Turn> {
    let get = {
        let authorization = authorization.to_owned();
        move |path: &str| message("GET", path, &authorization, "")
    };
    let (by_id, deep, by_status, first) = (get.clone(), get.clone(), get.clone(), get);
    let posting = format!("{authorization}Content-Type: application/json\r\n");
    let Stored { ids, mailboxes } = stored;
    vec![
        Turn::floor(),
        Turn::of(
            "one request by id",
            Box::new(move |random| by_id(&format!("/api/v1/requests/{}", ids[random.random_range(0..ids.len())]))),
        ),
        Turn::of("first page of 50", Box::new(move |_| first("/api/v1/requests"))),
        Turn::of(
            "a page of 50 in the older half",
            Box::new(move |random| {
                let cursor = &cursors[random.random_range(cursors.len() / 2..cursors.len())];
                deep(&format!("/api/v1/requests?cursor={cursor}"))
            }),
        ),
        Turn::of("first page of 50 in review", Box::new(move |_| by_status("/api/v1/requests?status=reviewing"))),
        Turn::of(
            "search by mailbox",
            Box::new(move |random| {
                let mailbox = &mailboxes[random.random_range(0..mailboxes.len())];
                let body = format!(r#"{{"identifier":{{"kind":"email","value":"{mailbox}"}}}}"#);
                message("POST", "/api/v1/requests/search", &posting, &body)
            }),
        ),
    ]
}
