//! The whole pipeline: access requests from the queue to their packed answer, by workers that nothing holds up.
//!
//! The platform is a sandbox without a limit that ends every job at once, and the policy releases what is in no doubt: what
//! remains is the service's own work. On the way each request is searched for, collapsed, planned, placed as two platform
//! jobs, tracked, collected (two sealed files) and closed: some twenty durable commits.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use entities::controller::policy::{Policy, Review};
use entities::event::table as event;
use entities::request::status::RequestStatus;
use entities::request::table as request;
use entities::time::At;
use sandbox::options::{Options, Population, Settings};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use testbed::database::Kind;
use testbed::installation::Installation;

use crate::Scale;
use crate::intake::filers;
use crate::load::{Caller, Load};
use crate::process::{Process, Service};
use crate::report::{Figure, Finding, name_of};

/// How many file at a time.
const FILERS: usize = 16;
/// How long all requests may take to close.
const PATIENCE: Duration = Duration::from_secs(600);

fn platform(people: u32) -> Options {
    let settings =
        Settings { rate_per_minute: u32::MAX, export_takes: Duration::from_millis(1), ..Settings::default() };
    Options { population: Population::Bulk { people }, settings, ..Options::default() }
}

fn policy() -> Policy {
    Policy { review: Review::AccessUnlessDoubtful, poll_ms: 500, ..Policy::default() }
}

/// Measures it, with one worker, and where workers can share a database with two.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let workers: &[usize] = if kind == Kind::Postgres { &[1, 2] } else { &[1] };
    let mut found = Vec::new();
    for &workers in workers {
        found.push(one(kind, workers, scale.pick(1_000, 60)).await?);
    }
    Ok(found)
}

async fn one(kind: Kind, workers: usize, requests: usize) -> anyhow::Result<Finding> {
    let installation = Installation::with_policy(kind, platform(requests as u32), policy()).await;
    let intake = file(&installation, requests).await?;
    let mut running = Vec::new();
    for _ in 0..workers {
        running.push(Process::worker(&installation)?);
    }
    let begun = Instant::now();
    while closed(&installation).await? < requests as u64 {
        running.iter_mut().try_for_each(Process::is_up)?;
        ensure!(begun.elapsed() < PATIENCE, "{} of {requests} are closed", closed(&installation).await?);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let rate = requests as f64 / span(&installation).await?.as_secs_f64();
    let name = name_of(kind);
    let plural = if workers == 1 { "worker" } else { "workers" };
    let what = format!("{requests} access requests to the end, {workers} {plural}");
    let finding = Finding::alone("pipeline", name, what, Figure::plain("requests closed", rate, "/s"));
    Ok(finding.against(Figure::rate("taken in", &intake)))
}

/// Files the requests through the API, as fast as it takes them.
async fn file(installation: &Installation, requests: usize) -> anyhow::Result<Load> {
    let service = Service::start(installation).await?;
    let filers = filers(&service, installation, FILERS).await?;
    let begun = Instant::now();
    let mut running = Vec::new();
    for (number, filer) in filers.into_iter().enumerate() {
        // Their people are numbered through, so that the platform knows each.
        let (from, to) = (number * requests / FILERS, (number + 1) * requests / FILERS);
        running.push(tokio::spawn(async move {
            let mut filer = filer.starting_at(from as u64 + 1);
            let mut calls = Vec::new();
            for _ in from..to {
                let begun = Instant::now();
                filer.call().await?;
                calls.push(begun.elapsed());
            }
            anyhow::Ok(calls)
        }));
    }
    let mut calls = Vec::new();
    for one in running {
        calls.extend(one.await??);
    }
    Ok(Load::of(begun.elapsed(), calls))
}

async fn closed(installation: &Installation) -> anyhow::Result<u64> {
    let closed = request::Entity::find().filter(request::COLUMN.status.eq(RequestStatus::Closed));
    Ok(closed.count(installation.store.db.read()).await?)
}

/// From the first search to the last answer, as the trail tells it: starting and looking take no part in it.
async fn span(installation: &Installation) -> anyhow::Result<Duration> {
    let conn = installation.store.db.read();
    let at = |kind: &'static str| event::Entity::find().select_only().filter(event::COLUMN.kind.eq(kind));
    let first: Option<Option<At>> =
        at("identifier.searched").column_as(event::Column::At.min(), "at").into_tuple().one(conn).await?;
    let last: Option<Option<At>> =
        at("request.closed").column_as(event::Column::At.max(), "at").into_tuple().one(conn).await?;
    let first = first.flatten().context("nothing was searched for")?;
    Ok(last.flatten().context("nothing was closed")?.since(first))
}
