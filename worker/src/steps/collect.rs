//! Fetches what a finished export yields: every part, hashed, sealed and stored, before the platform lets it expire
//! (contract §3.4: about seven days).

use std::time::Duration;

use entities::artifact::table::{self as artifact, ActiveModel as NewArtifact};
use entities::db::Txn;
use entities::error::StoreError;
use entities::id::ArtifactId;
use entities::job::queries::{advance, results};
use entities::job::status::{JobEvent, JobStatus};
use entities::job::table::{ActiveModel, Model as Job};
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use genesys::error::PlatformError;
use genesys::platform::Platform;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::context::Context;
use crate::files;
use crate::trouble::Trouble;

/// How often a finished export is looked at before it is believed that it yields nothing.
const LOOKS_FOR_RESULTS: u32 = 3;

/// What a run remembers for the next.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// How often there was nothing.
    looks: u32,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`]; parts that were stored stay stored.
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    let request = cx.lock_request(&txn, cx.request_id()?).await?;
    let job = cx.job(&txn).await?;
    if job.status != JobStatus::Collecting {
        return cx.finish(txn).await;
    }
    drop(txn);
    let controller = cx.controller().await?;
    let platform = cx.platform(&controller).await?;
    // The look that saw the job finished may have told where its results lie.
    let told = if cx.step.attempts <= 1 { results(&cx.key(request.id).await?, &job)? } else { Vec::new() };
    let fetched = match fetch(cx, &platform, &request, &job, told).await {
        // An address may have moved: it is asked for once more before anybody is told.
        Err(Trouble::Platform(error)) if is_lost(&error) => fetch(cx, &platform, &request, &job, Vec::new()).await,
        fetched => fetched,
    };
    match fetched {
        Ok(0) => nothing_yet(cx, &request, &job, controller.policy.poll_every()).await,
        Ok(parts) => done(cx, &request, &job, parts).await,
        Err(Trouble::Platform(error)) if is_lost(&error) => lost(cx, &request, &job, "results_gone").await,
        Err(other) => Err(other),
    }
}

/// A finished export without results: they may be a moment late, so it is looked at again. A search term may well find
/// nothing; a record that was found cannot, so there a person is asked.
async fn nothing_yet(cx: &Context<'_>, request: &Request, job: &Job, wait: Duration) -> Result<(), Trouble> {
    let memory: Memory =
        cx.step.state.as_deref().and_then(|state| serde_json::from_str(state).ok()).unwrap_or_default();
    let looks = memory.looks + 1;
    if looks < LOOKS_FOR_RESULTS {
        let txn = cx.begin().await?;
        return cx.again(txn, cx.now() + wait, serde_json::to_string(&Memory { looks }).ok()).await;
    }
    if job.identifier_id.is_some() {
        done(cx, request, job, 0).await
    } else {
        lost(cx, request, job, "no_results").await
    }
}

/// Results that are gone stay gone: only a new export helps.
fn is_lost(error: &PlatformError) -> bool {
    matches!(error, PlatformError::NotFound { .. } | PlatformError::Gone { .. } | PlatformError::ForeignResults(_))
}

async fn fetch(
    cx: &Context<'_>,
    platform: &Platform,
    request: &Request,
    job: &Job,
    told: Vec<String>,
) -> Result<usize, Trouble> {
    let id = job.platform_id.as_deref().ok_or(StoreError::Corrupt("a finished job has no platform id"))?;
    let results = if told.is_empty() {
        platform.request(id).await?.results().into_iter().map(str::to_owned).collect()
    } else {
        told
    };
    let stored = artifact::Entity::find().filter(artifact::COLUMN.job_id.eq(job.id)).all(cx.store.db.read()).await?;
    let known: Vec<String> = stored.iter().map(|row| row.location.clone()).collect();
    files::sweep(&cx.config.artifacts, &request.id.to_string(), &job.id.to_string(), &known)?;
    for (url, part) in results.iter().zip(1i64..) {
        if stored.iter().all(|row| row.part != part) {
            let download = platform.download(url).await?;
            keep(cx, request, job, part, download).await?;
        }
    }
    Ok(results.len())
}

async fn keep(
    cx: &Context<'_>,
    request: &Request,
    job: &Job,
    part: i64,
    download: genesys::calls::downloads::Download,
) -> Result<(), Trouble> {
    let id = ArtifactId::new();
    let location = format!("{}/{}-{part}-{}.sealed", request.id, job.id, id.0.simple());
    let key = cx.key(request.id).await?;
    let limit = cx.config.artifact_limit;
    let root = &cx.config.artifacts;
    let stored = files::store(root, &location, key, format!("artifact/{id}"), limit, download).await?;
    let txn = cx.begin().await?;
    let row = NewArtifact {
        id: Set(id),
        request_id: Set(request.id),
        job_id: Set(job.id),
        part: Set(part),
        location: Set(location),
        sha256: Set(stored.summary.sha256.clone()),
        bytes: Set(i64::try_from(stored.summary.bytes).unwrap_or(i64::MAX)),
        media_type: Set(stored.media_type.to_owned()),
        created_at: Set(cx.now()),
        handed_over_at: Set(None),
    };
    artifact::Entity::insert(row).exec_without_returning(&*txn).await?;
    let data = json!({ "artifact": id, "job": job.id, "part": part, "sha256": stored.summary.sha256,
                       "bytes": stored.summary.bytes });
    cx.record(&txn, request, "artifact.stored", data).await?;
    Ok(txn.commit().await?)
}

async fn done(cx: &Context<'_>, request: &Request, job: &Job, parts: usize) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    let change = ActiveModel { completed_at: Set(Some(cx.now())), ..Default::default() };
    advance(&*txn, job, JobEvent::Finished, cx.now(), change).await?;
    cx.record(&txn, request, "job.collected", json!({ "job": job.id, "parts": parts })).await?;
    queue::add(&*txn, cx.now(), [NewStep::of(request, StepKind::Close, cx.now())]).await?;
    cx.finish(txn).await
}

/// There are no results to be had any more, and a person says what now.
async fn lost(cx: &Context<'_>, request: &Request, job: &Job, code: &str) -> Result<(), Trouble> {
    let txn: Txn = cx.begin().await?;
    let change = ActiveModel { error_code: Set(Some(code.to_owned())), ..Default::default() };
    advance(&*txn, job, JobEvent::Failed, cx.now(), change).await?;
    cx.record(&txn, request, "job.failed", json!({ "job": job.id, "code": code })).await?;
    let detail = json!({ "job": job.id, "code": code });
    ask(&txn, cx.now(), &cx.actor, request, QuestionCode::JobFailed, &job.id.to_string(), detail).await?;
    cx.finish(txn).await
}
