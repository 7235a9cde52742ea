//! Places one job on the platform, once.
//!
//! The platform has no idempotency key. So the intent commits before the call; a call whose answer is lost leaves the job in
//! `submitting`, and before it is ever sent again the platform's list is searched for it, not before the list may be trusted
//! to show it (contract §3.2).

use entities::db::Txn;
use entities::job::queries::{advance, held, subject};
use entities::job::status::{JobEvent, JobStatus};
use entities::job::table::{ActiveModel, Model as Job};
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request::file::Replacement;
use entities::request::status::RequestStatus;
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use entities::store::StoreError;
use entities::time::At;
use genesys::error::PlatformError;
use genesys::model::request::{NewRequest, PlatformRequest, Replacement as PlatformReplacement};
use genesys::platform::Platform;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use vault::data_key::DataKey;

use crate::context::Context;
use crate::translate::{request_kind, search_type, subject_ref};
use crate::trouble::Trouble;

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let controller = cx.controller().await?;
    let platform = cx.platform(&controller).await?;
    let key = cx.key(cx.request_id()?).await?;
    let txn = cx.begin().await?;
    let request = cx.lock_request(&txn, cx.request_id()?).await?;
    let job = cx.job(&txn).await?;
    match job.status {
        // Stopped after this step was claimed. It stays in the queue, which does not hand it out until work may go on.
        JobStatus::Planned if request.on_hold || cx.is_paused(&txn).await? => cx.again(txn, cx.now(), None).await,
        // The gate: no call is made that the trail does not show as approved.
        JobStatus::Planned if request.status == RequestStatus::Executing => {
            let job = intend(cx, &txn, &request, &job).await?;
            txn.commit().await?;
            place(cx, &platform, &key, &request, &job).await
        }
        JobStatus::Submitting => {
            drop(txn);
            find(cx, &platform, &key, &request, &job).await
        }
        _ => cx.finish(txn).await,
    }
}

async fn intend(cx: &Context<'_>, txn: &Txn, request: &Request, job: &Job) -> Result<Job, Trouble> {
    let change = ActiveModel { attempt: Set(job.attempt + 1), intent_at: Set(Some(cx.now())), ..Default::default() };
    let job = advance(&**txn, job, JobEvent::Intended, cx.now(), change).await?;
    let data = json!({ "job": job.id, "kind": job.kind, "subject_kind": job.subject_kind, "origin": job.origin,
                       "attempt": job.attempt, "plan": request.plan_digest });
    cx.record(txn, request, "job.intended", data).await?;
    Ok(job)
}

async fn place(
    cx: &Context<'_>,
    platform: &Platform,
    key: &DataKey,
    request: &Request,
    job: &Job,
) -> Result<(), Trouble> {
    let error = match platform.submit(&new_request(key, request, job)?).await {
        Ok(submitted) => {
            let correlation = submitted.correlation_id.map(|id| id.to_string());
            return accepted(cx, request, job, &submitted.request, "job.accepted", correlation).await;
        }
        Err(error) => error,
    };
    let txn = cx.begin().await?;
    if error.may_have_happened() {
        let data = json!({ "job": job.id, "attempt": job.attempt, "correlation": error.correlation_id() });
        cx.record(&txn, request, "job.answer_lost", data).await?;
        return cx.again(txn, cx.now(), None).await;
    }
    match error {
        PlatformError::Rejected { .. }
        | PlatformError::TooLarge { .. }
        | PlatformError::NotFound { .. }
        | PlatformError::Gone { .. } => {
            let code = match &error {
                PlatformError::Rejected { status, code, .. } => format!("{status} {}", code.as_deref().unwrap_or("")),
                other => other.to_string(),
            };
            failed(cx, &txn, request, job, code.trim_end()).await?;
            cx.finish(txn).await
        }
        other => {
            // Certainly not done: the job goes back, so that the next run need not search for it.
            advance(&*txn, job, JobEvent::Unsent, cx.now(), ActiveModel::default()).await?;
            txn.commit().await?;
            Err(other.into())
        }
    }
}

fn new_request(key: &DataKey, request: &Request, job: &Job) -> Result<NewRequest, Trouble> {
    use entities::job::status::JobKind;
    let subject = subject_ref(&subject(key, job)?).ok_or(StoreError::Corrupt("a job's subject cannot be asked for"))?;
    let new = match job.kind {
        JobKind::Export => NewRequest::export(subject),
        JobKind::Delete => NewRequest::delete(subject),
        JobKind::Update => NewRequest::update(subject, replacements(key, request)?),
    };
    new.map_err(|_| StoreError::Corrupt("a job cannot be put as a platform request").into())
}

fn replacements(key: &DataKey, request: &Request) -> Result<Vec<PlatformReplacement>, Trouble> {
    let stored: Vec<Replacement> = entities::request::file::replacements(key, request)?;
    let translate = |it: Replacement| {
        Some(PlatformReplacement {
            search_type: search_type(it.kind)?,
            existing_value: it.existing,
            updated_value: it.updated,
        })
    };
    let all: Option<Vec<_>> = stored.into_iter().map(translate).collect();
    all.ok_or_else(|| StoreError::Corrupt("a replacement's kind cannot be asked for").into())
}

/// Writes down that the platform has the job, and has it tracked.
async fn accepted(
    cx: &Context<'_>,
    request: &Request,
    job: &Job,
    on_platform: &PlatformRequest,
    event: &'static str,
    correlation: Option<String>,
) -> Result<(), Trouble> {
    let policy = cx.controller().await?.policy;
    let next_poll = cx.now() + policy.poll_every();
    let txn = cx.begin().await?;
    let change = ActiveModel {
        platform_id: Set(Some(on_platform.id.clone())),
        platform_status: Set(Some(on_platform.status.as_str().to_owned())),
        platform_created_at: Set(on_platform.created_date.map(At::from)),
        correlation_id: Set(correlation.clone()),
        submitted_at: Set(Some(cx.now())),
        next_poll_at: Set(Some(next_poll)),
        ..Default::default()
    };
    advance(&*txn, job, JobEvent::Accepted, cx.now(), change).await?;
    let data = json!({ "job": job.id, "platform_id": on_platform.id, "correlation": correlation });
    cx.record(&txn, request, event, data).await?;
    let track = NewStep::shared(request.controller_id, StepKind::Track, next_poll, request.cautious_at);
    queue::add(&*txn, cx.now(), [track]).await?;
    cx.finish(txn).await
}

async fn failed(cx: &Context<'_>, txn: &Txn, request: &Request, job: &Job, code: &str) -> Result<(), Trouble> {
    let change = ActiveModel { error_code: Set(Some(code.to_owned())), ..Default::default() };
    advance(&**txn, job, JobEvent::Failed, cx.now(), change).await?;
    cx.record(txn, request, "job.rejected", json!({ "job": job.id, "code": code })).await?;
    let detail = json!({ "job": job.id, "code": code });
    ask(txn, cx.now(), &cx.actor, request, QuestionCode::JobFailed, &job.id.to_string(), detail).await?;
    Ok(())
}

/// Looks for a job that the platform may or may not have heard of: adopts it, waits for the list to catch up, or sends anew.
async fn find(
    cx: &Context<'_>,
    platform: &Platform,
    key: &DataKey,
    request: &Request,
    job: &Job,
) -> Result<(), Trouble> {
    let policy = cx.controller().await?.policy;
    let intent_at = job.intent_at.unwrap_or(job.created_at);
    let looked_at = cx.now();
    if let Some(row) = on_list(cx, platform, key, job, intent_at - policy.clock_skew(), policy.page_size).await? {
        return accepted(cx, request, job, &row, "job.adopted", None).await;
    }
    let listed_by = intent_at + policy.list_lag();
    let txn = cx.begin().await?;
    if looked_at < listed_by {
        return cx.again(txn, listed_by, None).await;
    }
    advance(&*txn, job, JobEvent::Unsent, cx.now(), ActiveModel::default()).await?;
    cx.record(&txn, request, "job.not_on_platform", json!({ "job": job.id, "attempt": job.attempt })).await?;
    cx.again(txn, cx.now(), None).await
}

/// A platform request of this kind, about this subject, made since `since`, that no other job holds. The order of the list is
/// not documented, so all of it is read.
async fn on_list(
    cx: &Context<'_>,
    platform: &Platform,
    key: &DataKey,
    job: &Job,
    since: At,
    page_size: u32,
) -> Result<Option<PlatformRequest>, Trouble> {
    let kind = request_kind(job.kind);
    let wanted = subject_ref(&subject(key, job)?);
    let mut fitting = Vec::new();
    for number in 1.. {
        let page = platform.requests(number, page_size).await?;
        let followed = page.is_followed(number);
        fitting.extend(page.items.into_iter().filter(|row| {
            row.kind == kind
                && row.created_date.is_none_or(|at| At::from(at) >= since)
                && row.subject_refs().iter().any(|listed| wanted.as_ref().is_some_and(|wanted| wanted.matches(listed)))
        }));
        if !followed {
            break;
        }
    }
    let ids: Vec<_> = fitting.iter().map(|row| row.id.as_str()).collect();
    let held = held(cx.store.db.read(), job.controller_id, &ids).await?;
    fitting.retain(|row| !held.contains(&row.id));
    // The earliest: a later one would be a copy that the platform or somebody else made.
    Ok(fitting.into_iter().min_by_key(|row| row.created_date))
}
