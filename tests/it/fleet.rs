//! Promises 2, 5 and 6: several workers on one PostgreSQL do each thing once, and together keep the platform's limit.
//!
//! The workers are processes, and one of them is killed every few seconds. The platform allows fewer calls than they could
//! make, so whoever does not keep the shared pace is told so by a 429.

use std::process::{Child, Stdio};
use std::time::Duration;

use entities::client::reach::Reach;
use entities::db::Db;
use entities::request::queries::{Filter, page};
use entities::request::status::RequestStatus;
use entities::step;
use entities::store::Store;
use rand::Rng;
use resolution::identifier::IdentifierKind;
use resolution::plan::Right;
use sandbox::options::{Options, Population, Settings};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;
use testbed::database::Kind;
use testbed::installation::{Installation, swift_policy};
use tokio::time::Instant;

use crate::ALONE;
use crate::service::dsr;

const REQUESTS: usize = 300;
const ALLOWED: u32 = 1_200;
const BETWEEN_KILLS: Duration = Duration::from_secs(7);
const PATIENCE: Duration = Duration::from_secs(300);

fn options() -> Options {
    let settings =
        Settings { rate_per_minute: ALLOWED, erasure_takes: Duration::from_millis(500), ..Settings::default() };
    Options { population: Population::Bulk { people: REQUESTS as u32 }, settings, ..Options::default() }
}

async fn drained_by(workers: usize) {
    let _alone = ALONE.lock().await;
    let policy = entities::controller::policy::Policy { poll_ms: 4_000, list_lag_ms: 1_000, ..swift_policy() };
    let installation = Installation::with_policy(Kind::Postgres, options(), policy).await;
    let store = &installation.store;
    file_all(&installation).await;
    let mut fleet: Vec<Child> = (0..workers).map(|_| worker(&installation)).collect();
    let begun = Instant::now();
    let mut killed = 0;
    let mut next_kill = begun + BETWEEN_KILLS;
    let mut waited_until = 0;
    while count(store, |status| status == RequestStatus::Closed).await < REQUESTS {
        assert!(begun.elapsed() < PATIENCE, "{} are closed", count(store, |s| s == RequestStatus::Closed).await);
        installation.approve_what_waits().await;
        if work_waits(&store.db).await {
            waited_until = installation.platform.show("counters").await["journal_seq"].as_u64().unwrap();
        }
        if Instant::now() >= next_kill {
            let unlucky = rand::rng().random_range(0..fleet.len());
            fleet[unlucky].kill().unwrap();
            fleet[unlucky].wait().unwrap();
            fleet[unlucky] = worker(&installation);
            killed += 1;
            next_kill = Instant::now() + BETWEEN_KILLS;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for mut worker in fleet {
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
    let counters = installation.platform.show("counters").await;
    let created = counters["created"].as_array().unwrap();
    assert_eq!(created.len(), 2 * REQUESTS, "a contact and a term for each");
    assert!(created.iter().all(|row| row["count"] == 1), "something was placed twice");
    assert_eq!(counters["limited"]["by_rate"], 0, "the platform had to stop us");
    let used = budget_used(&installation, waited_until).await;
    println!(
        "{workers} workers: {REQUESTS} requests in {:.0} s, {killed} killed, {:.1} % of the budget used while work waited",
        begun.elapsed().as_secs_f64(),
        used * 100.0
    );
    assert!(used >= 0.9, "{:.1} % of the budget was used", used * 100.0);
}

fn worker(installation: &Installation) -> Child {
    let log = installation.database.folder.path().join("workers.log");
    let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
    dsr(installation, &["work"]).env("DSR_WORKER_LEASE", "4s").stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

async fn file_all(installation: &Installation) {
    for number in 1..=REQUESTS {
        let email = format!("person-{number}@example.net");
        installation.file(Right::Erasure, &[(IdentifierKind::Email, &email)]).await;
    }
}

async fn count(store: &Store, is: impl Fn(RequestStatus) -> bool) -> usize {
    let all = Filter::default();
    let mut after = None;
    let mut found = 0;
    loop {
        let rows = page(store.db.read(), &Reach::installation(), &all, after, 200).await.unwrap();
        found += rows.iter().filter(|row| is(row.status)).count();
        match rows.last() {
            Some(last) => after = Some(last.id),
            None => return found,
        }
    }
}

/// Whether there is work that only waits for its turn: searches, fetches and submissions, which need no date to come.
async fn work_waits(db: &Db) -> bool {
    use step::kind::StepKind as K;
    let waiting = step::table::Entity::find()
        .filter(step::table::Column::Kind.is_in([K::Resolve, K::Collapse, K::Submit]))
        .count(db.read())
        .await;
    waiting.unwrap() > 16
}

/// What part of the calls that were allowed while work waited was made.
async fn budget_used(installation: &Installation, until_seq: u64) -> f64 {
    let journal = installation.platform.show("journal").await;
    let entries = journal["entries"].as_array().unwrap();
    let counted = |entry: &&Value| !matches!(entry["route"].as_str(), Some("token" | "storage"));
    let while_waiting = |entry: &&Value| entry["seq"].as_u64().unwrap() <= until_seq;
    let times: Vec<u64> =
        entries.iter().filter(counted).filter(while_waiting).map(|entry| entry["real_ms"].as_u64().unwrap()).collect();
    let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    let allowed = f64::from(ALLOWED) * (last - first) as f64 / 60_000.0;
    times.len() as f64 / allowed
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_drain_three_hundred_requests() {
    drained_by(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_drain_three_hundred_requests() {
    drained_by(4).await;
}
