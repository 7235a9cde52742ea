//! What the platform says of open jobs, and what follows from it.

use std::collections::BTreeMap;

use entities::client::reach::Reach;
use entities::db::Txn;
use entities::error::StoreError;
use entities::event::trail::{self, Entry};
use entities::id::JobId;
use entities::job::queries::{advance, seal_results};
use entities::job::status::{JobEvent, JobKind, JobStatus};
use entities::job::table::{ActiveModel, Column, Entity, Model as Job};
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request;
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use genesys::error::PlatformError;
use genesys::model::request::{PlatformRequest, RequestStatus};
use genesys::platform::Platform;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::context::Context;
use crate::trouble::Trouble;

/// What the platform says of a job.
pub enum Seen {
    /// Still at it. A word we do not know means the same: the platform's set of words grows without notice (contract §3.7).
    Running(RequestStatus),
    /// Done, and where its results lie, if that was told along with it.
    Completed(Vec<String>),
    /// Failed, with our code for it and the platform's word.
    Failed(&'static str, Option<&'static str>),
}

/// Looks at a job: by its row of the list, or where there is none by reading it singly.
///
/// # Errors
/// See [`Trouble`].
pub async fn look(platform: &Platform, job: &Job, listed: Option<&PlatformRequest>) -> Result<Seen, Trouble> {
    let id = job.platform_id.as_deref().ok_or(StoreError::Corrupt("an open job has no platform id"))?;
    let (status, results) = match listed {
        // List rows do not carry the addresses of results; the single read does (contract §3.3).
        Some(row) => (row.status.clone(), Vec::new()),
        None => match platform.request(id).await {
            Ok(request) => (request.status.clone(), request.results().into_iter().map(str::to_owned).collect()),
            Err(PlatformError::NotFound { .. } | PlatformError::Gone { .. }) => return Ok(Seen::Failed("gone", None)),
            Err(error) => return Err(error.into()),
        },
    };
    Ok(match status {
        RequestStatus::Completed => Seen::Completed(results),
        RequestStatus::Error => Seen::Failed("platform_error", Some("ERROR")),
        running => Seen::Running(running),
    })
}

/// Writes down what was seen of many jobs: each end by itself, so that one that cannot be written does not hold up the
/// others, and all that still run together, because a round over hundreds of them must not cost hundreds of commits.
///
/// # Errors
/// See [`Trouble`].
pub async fn write(cx: &Context<'_>, seen: &[(&Job, Seen)]) -> Result<(), Trouble> {
    let mut running: BTreeMap<&str, Vec<JobId>> = BTreeMap::new();
    for (job, seen) in seen {
        match seen {
            Seen::Running(status) => running.entry(status.as_str()).or_default().push(job.id),
            Seen::Completed(results) => {
                let results_sealed = sealed(cx, job, results).await?;
                let txn = cx.begin_about(job.request_id).await?;
                complete(cx, &txn, job, results_sealed).await?;
                txn.commit().await?;
            }
            Seen::Failed(code, status) => {
                let txn = cx.begin_about(job.request_id).await?;
                fail(cx, &txn, job, code, *status).await?;
                txn.commit().await?;
            }
        }
    }
    if !running.is_empty() {
        keep_looking(cx, running).await?;
    }
    Ok(())
}

/// Where the results lie, for the step that collects them: told once, it need not be asked again.
async fn sealed(cx: &Context<'_>, job: &Job, results: &[String]) -> Result<Option<Vec<u8>>, Trouble> {
    if job.kind != JobKind::Export || results.is_empty() {
        return Ok(None);
    }
    Ok(Some(seal_results(&cx.key(job.request_id).await?, job.id, results)?))
}

async fn complete(cx: &Context<'_>, txn: &Txn, job: &Job, results_sealed: Option<Vec<u8>>) -> Result<(), Trouble> {
    let request = request_of(txn, job).await?;
    let now = cx.now();
    let seen = ActiveModel { platform_status: Set(Some("COMPLETED".to_owned())), ..Default::default() };
    if job.kind == JobKind::Export {
        let ready = ActiveModel { results_sealed: Set(results_sealed), ..seen };
        advance(&**txn, job, JobEvent::ResultsReady, now, ready).await?;
        queue::add(&**txn, now, [NewStep::of(&request, StepKind::Collect, now).with_job(job.id)]).await?;
    } else {
        let done = ActiveModel { completed_at: Set(Some(now)), ..seen };
        advance(&**txn, job, JobEvent::Finished, now, done).await?;
        queue::add(&**txn, now, [NewStep::of(&request, StepKind::Close, now)]).await?;
    }
    let entry = Entry::of(&request, "job.completed", json!({ "job": job.id, "platform_id": job.platform_id }));
    Ok(trail::record(&**txn, now, &cx.actor, [entry]).await?)
}

async fn fail(cx: &Context<'_>, txn: &Txn, job: &Job, code: &str, status: Option<&str>) -> Result<(), Trouble> {
    let request = request_of(txn, job).await?;
    let now = cx.now();
    let change = ActiveModel {
        platform_status: Set(status.map(str::to_owned).or(job.platform_status.clone())),
        error_code: Set(Some(code.to_owned())),
        ..Default::default()
    };
    advance(&**txn, job, JobEvent::Failed, now, change).await?;
    let entry = Entry::of(&request, "job.failed", json!({ "job": job.id, "code": code }));
    trail::record(&**txn, now, &cx.actor, [entry]).await?;
    let detail = json!({ "job": job.id, "code": code });
    ask(txn, now, &cx.actor, &request, QuestionCode::JobFailed, &job.id.to_string(), detail).await?;
    Ok(())
}

async fn keep_looking(cx: &Context<'_>, running: BTreeMap<&str, Vec<JobId>>) -> Result<(), Trouble> {
    let next = cx.now() + cx.controller().await?.policy.poll_every();
    let txn = cx.begin().await?;
    for (status, jobs) in running {
        for some in jobs.chunks(500) {
            Entity::update_many()
                .col_expr(Column::PlatformStatus, status.to_owned().into())
                .col_expr(Column::NextPollAt, next.into())
                .filter(Column::Id.is_in(some.iter().copied()))
                .filter(Column::Status.eq(JobStatus::Open))
                .exec(&*txn)
                .await?;
        }
    }
    Ok(txn.commit().await?)
}

async fn request_of(txn: &Txn, job: &Job) -> Result<Request, Trouble> {
    let found = request::queries::lock(txn, &Reach::installation(), job.request_id).await?;
    found.ok_or_else(|| StoreError::Corrupt("a job's request is missing").into())
}
