//! The officers' pages among a hundred thousand stored requests, against `/healthz`, which costs the HTTP and nothing else.
//!
//! One officer of all controllers looks, who may do everything there; then every other page in turn, of which the slowest is named.
//! Statements are counted by PostgreSQL, where each one of a page that reads is a transaction of its own.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use entities::db::Db;
use entities::id::ClientId;
use entities::officer::manage::{NewOfficer, add};
use entities::officer::role::{Role, Where};
use entities::officer::session::{Visitor, open};
use entities::request::decide::Decider;
use letters::language::Language;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;
use testbed::database::Kind;
use testbed::installation::Installation;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::form_urlencoded::Serializer;

use crate::Scale;
use crate::installed::installed;
use crate::load::{Line, message};
use crate::process::Service;
use crate::report::{Aim, Figure, Finding, name_of};
use crate::stored::{Mix, Stored};
use crate::things::Things;
use crate::turns::{Turn, take};
use crate::walk;

const PART: &str = "pages";
/// What a page may take at most, for nineteen of twenty calls, in milliseconds.
const LIMIT_MS: f64 = 50.0;
/// What the first load may weigh, in kilobytes.
const HEAVIEST_KB: f64 = 100.0;
/// How the slowest of all pages are named, the slowest first.
const SLOWEST: [&str; 3] = ["slowest", "second slowest", "third slowest"];
/// How far into the list is gone.
const PAGES_IN: usize = 20;

/// Measures it.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let (installation, stored, count) = installed(kind, scale, Mix::Years).await?;
    let (officer, cookie) = sign_in(&installation).await?;
    let service = Service::start(&installation).await?;
    let mut line = Line::open(service.address).await?;
    let one = format!("/console/requests/{}", stored.ids.last().context("nothing is stored")?);
    let mut pages = pages(&mut line, &cookie, &installation, stored).await?;
    let mut random = StdRng::seed_from_u64(1);
    take(&mut line, &mut pages, &mut random, scale.pick(400, 40)).await?;
    let floor = Figure::latency("/healthz p50", &pages[0].load);
    let mut found = Vec::new();
    let mut counted = match kind {
        Kind::Postgres => Some(Statements::begin(&installation, &mut line).await?),
        Kind::Sqlite => None,
    };
    for page in &pages[1..] {
        let p95 = Figure::plain("p95", page.load.percentile_ms(95), "ms");
        let limit = Figure::plain("at most", LIMIT_MS, "ms");
        let what = |sort| format!("{}{sort}, {count} stored", page.what);
        let finding = |sort, figure| Finding::alone(PART, name_of(kind), what(sort), figure);
        found.push(finding("", p95).against(limit).aiming(Aim::AtMost(1.0)));
        found.push(finding("", Figure::latency("p50", &page.load)).against(floor.clone()));
        if let Some(counted) = &mut counted {
            let statements = counted.of(&mut line, page, &mut random).await?;
            found.push(finding(": statements", Figure::plain("on average", statements, "")));
        }
    }
    let things = Things::gather(&installation, officer).await?;
    let mut others = walk::turns(&mut line, &installation, &things, &cookie).await?;
    take(&mut line, &mut others, &mut random, scale.pick(100, 10)).await?;
    others.sort_by(|a, b| b.load.percentile_ms(95).total_cmp(&a.load.percentile_ms(95)));
    for (page, nth) in others.iter().zip(SLOWEST) {
        let what = format!("of {} pages in turn the {nth}: {}", others.len(), page.what);
        let p95 = Figure::plain("p95", page.load.percentile_ms(95), "ms");
        let finding = Finding::alone(PART, name_of(kind), what, p95);
        found.push(finding.against(Figure::plain("at most", LIMIT_MS, "ms")).aiming(Aim::AtMost(1.0)));
    }
    let mut weights = Vec::new();
    for (what, path) in [("the overview", "/console"), ("the queue", "/console/requests"), ("one request", &one)] {
        let call = message("GET", path, &cookie, "");
        weights.push((what.to_owned(), weight(&mut line, service.address, &call).await?));
    }
    let mut heaviest = (String::new(), 0.0);
    for page in &others {
        let weight = weight(&mut line, service.address, &(page.ask)(&mut random)).await?;
        if weight > heaviest.1 {
            heaviest = (format!("of {} pages the heaviest: {}", others.len(), page.what), weight);
        }
    }
    weights.push(heaviest);
    for (what, weight) in weights {
        let heaviest = Figure::plain("at most", HEAVIEST_KB, "kB");
        let what = format!("first load as sent: {what}, style, scripts, icons");
        let finding = Finding::alone(PART, name_of(kind), what, Figure::plain("all together", weight, "kB"));
        found.push(finding.against(heaviest).aiming(Aim::AtMost(1.0)));
    }
    Ok(found)
}

/// An officer everywhere who has signed in altogether; the line that says so with each call.
async fn sign_in(installation: &Installation) -> anyhow::Result<(ClientId, String)> {
    let store = &installation.store;
    let new = NewOfficer {
        login: "officer@example.com".to_owned(),
        name: "Officer".to_owned(),
        language: Language::English,
        roles: Role::ALL.iter().map(|role| (Where::Everywhere, *role)).collect(),
    };
    let txn = store.db.begin().await?;
    let officer = add(&txn, store, &Decider::operator(), new).await?;
    let opened = open(&txn, store.now(), &officer, &Visitor::default(), true).await?;
    txn.commit().await?;
    Ok((officer.id, format!("Cookie: dsr={}\r\n", opened.token.expose_secret())))
}

async fn pages(
    line: &mut Line,
    cookie: &str,
    installation: &Installation,
    stored: Stored,
) -> anyhow::Result<Vec<Turn>> {
    let get = |path: &str| message("GET", path, cookie, "");
    let always_sent = |what: &'static str, call: Vec<u8>| Turn::of(what, Box::new(move |_| call.clone()));
    let always = |what, path: &str| always_sent(what, get(path));
    let queue = text(line, &get("/console/requests")).await?;
    let deep = deep(line, cookie, &queue).await?;
    let form = posting(cookie, &queue)?;
    let Stored { ids, mailboxes } = stored;
    let (searching, revealed) = (form.clone(), ids.clone());
    let filled = [
        ("controller", installation.controller.slug.as_str()),
        ("right", "access"),
        ("channel", "letter"),
        ("regime", "eu_gdpr"),
        ("received_on", &day(installation, 3)),
        ("kind", "email"),
        ("value", mailboxes.last().context("nothing is stored")?),
        ("go", "check"),
    ];
    let check = sent_form(&form, "/console/requests/new", &filled);
    let chosen: Vec<_> = queue.split("name=\"about\" value=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
    ensure!(chosen.len() == 50, "a page of the list has {} requests", chosen.len());
    let chosen: Vec<_> = chosen.into_iter().map(|reference| ("about", reference)).collect();
    let together = |what: &'static str, act: &str| {
        always_sent(what, sent_form(&form, &format!("/console/together/{act}"), &chosen))
    };
    let held_together = together("fifty put on hold together, the preview", "hold");
    let extended_together = together("more time for fifty together, the preview", "extend");
    let (looked_into, of_history) = (form.clone(), ids.clone());
    let letters = ids
        .iter()
        .rev()
        .map(|id| sent_form(&form, &format!("/console/requests/{id}/letters/preview"), &[("kind", "acknowledgement")]));
    let letter = first_shown(line, letters).await?;
    let (of_one, cookie_of_one) = (ids.clone(), cookie.to_owned());
    let (held, cookie_of_hold) = (ids, cookie.to_owned());
    Ok(vec![
        Turn::floor(),
        always("overview", "/console"),
        always("queue", "/console/requests"),
        Turn::of("queue, twenty pages in", Box::new(move |random| deep[random.random_range(0..deep.len())].clone())),
        always("queue of what is late", "/console/requests?signal=overdue"),
        always("queue of what is due in a week", "/console/requests?signal=week"),
        always("queue with questions", "/console/requests?signal=attention"),
        always("queue on hold", "/console/requests?signal=on_hold"),
        always("queue in review, erasures", "/console/requests?status=reviewing&right=erasure"),
        always("queue of a law that has none", "/console/requests?regime=us_ca_ccpa"),
        always("queue received within 30 days", &format!("/console/requests?received_from={}", day(installation, 30))),
        always("closed requests", "/console/requests?status=closed"),
        Turn::of(
            "search by mailbox",
            Box::new(move |random| {
                let mailbox = &mailboxes[random.random_range(0..mailboxes.len())];
                sent_form(&searching, "/console/requests/search", &[("kind", "email"), ("value", mailbox)])
            }),
        ),
        always_sent("filing a request, the page to check", check),
        held_together,
        extended_together,
        always_sent("a letter before it is written", letter),
        Turn::of(
            "a history in the clear",
            Box::new(move |random| {
                let path = format!(
                    "/console/requests/{}/history/reveal",
                    of_history[random.random_range(0..of_history.len())]
                );
                sent_form(&looked_into, &path, &[("purpose", "bench")])
            }),
        ),
        Turn::of(
            "one request in the clear",
            Box::new(move |random| {
                let id = revealed[random.random_range(0..revealed.len())];
                sent_form(&form, &format!("/console/requests/{id}/reveal"), &[("purpose", "bench")])
            }),
        ),
        Turn::of(
            "one request",
            Box::new(move |random| {
                let id = of_one[random.random_range(0..of_one.len())];
                message("GET", &format!("/console/requests/{id}"), &cookie_of_one, "")
            }),
        ),
        Turn::of(
            "putting one on hold, the form",
            Box::new(move |random| {
                let id = held[random.random_range(0..held.len())];
                message("GET", &format!("/console/requests/{id}/hold"), &cookie_of_hold, "")
            }),
        ),
        always("filing a request, the form", "/console/requests/new"),
        always("saved views", "/console/views"),
        always("one's account", "/console/account"),
    ])
}

/// The first of these calls that a page answers.
async fn first_shown(line: &mut Line, calls: impl Iterator<Item = Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    for call in calls {
        if line.call(&call).await?.status == 200 {
            return Ok(call);
        }
    }
    anyhow::bail!("no page answers")
}

/// The day that lies so many days back.
fn day(installation: &Installation, days: u64) -> String {
    let then = installation.store.now() - Duration::from_secs(days * 86_400);
    then.timestamp().strftime("%Y-%m-%d").to_string()
}

async fn text(line: &mut Line, message: &[u8]) -> anyhow::Result<String> {
    Ok(String::from_utf8(line.expect(200, message).await?.body)?)
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// Calls for the pages of the list that follow one another, from the second on.
async fn deep(line: &mut Line, cookie: &str, first: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut page = first.to_owned();
    let mut calls = Vec::new();
    while calls.len() < PAGES_IN {
        let Some(link) = page.split("<a class=\"button\" href=\"").find(|part| part.contains("rel=\"next\"")) else {
            break;
        };
        let address = link.split('"').next().unwrap_or_default().replace("&#38;", "&");
        let call = message("GET", &address, cookie, "");
        page = text(line, &call).await?;
        calls.push(call);
    }
    ensure!(!calls.is_empty(), "the list has one page alone");
    Ok(calls)
}

/// What every form of a page carries, and the headers it is sent with.
fn posting(cookie: &str, page: &str) -> anyhow::Result<(String, String)> {
    let token = between(page, "name=\"form_token\" value=\"", "\"").context("a page without a form")?;
    let mut fields = Serializer::new(String::new());
    fields.append_pair("form_token", token).append_pair("form_key", "bench");
    let headers = format!(
        "{cookie}Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    Ok((fields.finish(), headers))
}

/// A form that is sent with these fields.
fn sent_form(form: &(String, String), path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let (carried, headers) = form;
    message("POST", path, headers, &Serializer::new(carried.clone()).extend_pairs(fields).finish())
}

/// How many statements a page takes: transactions that PostgreSQL counts, less those that counting takes.
struct Statements {
    db: Db,
    counting: i64,
    counted: i64,
}

impl Statements {
    async fn begin(installation: &Installation, line: &mut Line) -> anyhow::Result<Self> {
        let db = Db::connect(&installation.database.url, 1).await?;
        let before = committed(&db, line).await?;
        let counted = committed(&db, line).await?;
        Ok(Self { counting: counted - before, counted, db })
    }

    async fn of(&mut self, line: &mut Line, page: &Turn, random: &mut StdRng) -> anyhow::Result<f64> {
        const TIMES: usize = 50;
        for _ in 0..TIMES {
            line.expect(200, &(page.ask)(random)).await?;
        }
        let before = std::mem::replace(&mut self.counted, committed(&self.db, line).await?);
        Ok((self.counted - before - self.counting).max(0) as f64 / TIMES as f64)
    }
}

/// The transactions that have been committed in this database.
///
/// A connection tells how many were its own with the first that ends a second after it last told, so each is used once more
/// then, for one statement: the service's connections take turns.
async fn committed(db: &Db, line: &mut Line) -> anyhow::Result<i64> {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let connections = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()";
    for _ in 0..number(db, connections).await? {
        line.expect(200, &message("GET", "/readyz", "", "")).await?;
    }
    number(db, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()").await
}

/// What the database answers.
async fn number(db: &Db, sql: &str) -> anyhow::Result<i64> {
    let row = db.read().query_one_raw(Statement::from_string(db.backend(), sql)).await?;
    Ok(row.context("PostgreSQL does not count")?.try_get_by_index(0)?)
}

/// What a browser loads that has never been here, in kilobytes: the page of this call, and once each of what it names, as sent.
async fn weight(line: &mut Line, address: SocketAddr, call: &[u8]) -> anyhow::Result<f64> {
    let page = text(line, call).await?;
    let named = page.split('"').filter(|text| text.starts_with("/console/assets/"));
    let named: BTreeSet<_> = named.map(|name| name.split('#').next().unwrap_or_default()).collect();
    ensure!(!named.is_empty(), "the page names no files");
    let mut bytes = sent(address, call).await?;
    for path in named {
        bytes += sent(address, &message("GET", path, "", "")).await?;
    }
    Ok(bytes as f64 / 1_000.0)
}

/// How many bytes the body of an answer has as it is sent, compressed if it is. By HTTP/1.0, whose answers end with the connection.
async fn sent(address: SocketAddr, call: &[u8]) -> anyhow::Result<usize> {
    let mut stream = TcpStream::connect(address).await?;
    let call = String::from_utf8(call.to_vec())?.replacen("HTTP/1.1\r\n", "HTTP/1.0\r\nAccept-Encoding: gzip\r\n", 1);
    stream.write_all(call.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    ensure!(answer.get(9..12) == Some(b"200"), "{} is not there", call.lines().next().unwrap_or_default());
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").context("an answer without an end")?;
    Ok(answer.len() - end - 4)
}
