//! Places one job on the platform, once.
//!
//! The platform has no idempotency key. So everything that may take time comes first: the merge set is read again, a token
//! and a slot are waited for. Then, under the request's lock, the intent commits, and the call follows at once. A call whose
//! answer is lost leaves the job in `submitting`; `find` then looks for it before it is ever sent again (contract §3.2).

mod find;
mod merged;

use entities::db::Txn;
use entities::error::StoreError;
use entities::job::queries::{advance, subject};
use entities::job::status::{JobEvent, JobKind, JobStatus};
use entities::job::table::{ActiveModel, Model as Job};
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request::status::RequestStatus;
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use entities::time::At;
use genesys::calls::requests::Clearance;
use genesys::error::PlatformError;
use genesys::model::request::{NewRequest, PlatformRequest};
use genesys::platform::Platform;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use vault::data_key::DataKey;

use crate::context::Context;
use crate::translate::{replacements, subject_ref};
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
    if job.status == JobStatus::Submitting {
        drop(txn);
        return find::run(cx, &platform, &key, &request, &job).await;
    }
    if let Some(txn) = gate(cx, txn, &request, &job).await? {
        drop(txn); // Nothing is locked while we wait.
        if !merged::is_as_approved(cx, &platform, &key, &job).await? {
            return merged::stop(cx, &request, &job).await;
        }
        let clearance = platform.clear_to_submit().await?;
        return intend_and_place(cx, &platform, clearance, &key).await;
    }
    Ok(())
}

/// The gate: no call is made that the trail does not show as approved, and none while the request is held or its controller
/// paused. Gives the transaction back if the job may be placed; otherwise the step has been dealt with.
async fn gate(cx: &Context<'_>, txn: Txn, request: &Request, job: &Job) -> Result<Option<Txn>, Trouble> {
    match job.status {
        // Stopped after this step was claimed. It stays in the queue, which does not hand it out until work may go on.
        JobStatus::Planned if request.on_hold || cx.is_paused(&txn).await? => {
            cx.again(txn, cx.now(), None).await.map(|()| None)
        }
        JobStatus::Planned if request.status == RequestStatus::Executing => Ok(Some(txn)),
        _ => cx.finish(txn).await.map(|()| None),
    }
}

/// Passes the gate once more, writes the intent down and sends: between the commit and the call nothing waits.
async fn intend_and_place(
    cx: &Context<'_>,
    platform: &Platform,
    clearance: Clearance,
    key: &DataKey,
) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    let request = cx.lock_request(&txn, cx.request_id()?).await?;
    let job = cx.job(&txn).await?;
    let Some(txn) = gate(cx, txn, &request, &job).await? else { return Ok(()) };
    let new = new_request(key, &request, &job)?;
    let change = ActiveModel { attempt: Set(job.attempt + 1), intent_at: Set(Some(cx.now())), ..Default::default() };
    let job = advance(&*txn, &job, JobEvent::Intended, cx.now(), change).await?;
    let data = json!({ "job": job.id, "kind": job.kind, "subject_kind": job.subject_kind, "origin": job.origin,
                       "attempt": job.attempt, "plan": request.plan_digest });
    cx.record(&txn, &request, "job.intended", data).await?;
    txn.commit().await?;
    if cx.lease.left().is_none() {
        return Err(Trouble::LeaseLost);
    }
    match platform.place(clearance, &new).await {
        Ok(submitted) => {
            let correlation = submitted.correlation_id.map(|id| id.to_string());
            accepted(cx, &request, &job, &submitted.request, "job.accepted", correlation).await
        }
        Err(error) => not_accepted(cx, &request, &job, error).await,
    }
}

async fn not_accepted(cx: &Context<'_>, request: &Request, job: &Job, error: PlatformError) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    if error.may_have_happened() {
        let data = json!({ "job": job.id, "attempt": job.attempt, "correlation": error.correlation_id() });
        cx.record(&txn, request, "job.answer_lost", data).await?;
        return cx.again(txn, cx.now(), find::since(cx.now())).await;
    }
    let code = match &error {
        PlatformError::Rejected { status, code, .. } => format!("{status} {}", code.as_deref().unwrap_or("")),
        PlatformError::TooLarge { .. } | PlatformError::NotFound { .. } | PlatformError::Gone { .. } => {
            error.to_string()
        }
        _ => {
            // Certainly not done: the job goes back, so that the next run need not search for it.
            advance(&*txn, job, JobEvent::Unsent, cx.now(), ActiveModel::default()).await?;
            txn.commit().await?;
            let refused_token = matches!(error, PlatformError::WrongCredentials { .. });
            return Err(if refused_token { Trouble::TokenRefused } else { error.into() });
        }
    };
    failed(cx, &txn, request, job, QuestionCode::JobFailed, code.trim_end()).await?;
    cx.finish(txn).await
}

fn new_request(key: &DataKey, request: &Request, job: &Job) -> Result<NewRequest, Trouble> {
    let subject = subject_ref(&subject(key, job)?).ok_or(StoreError::Corrupt("a job's subject cannot be asked for"))?;
    let new = match job.kind {
        JobKind::Export => NewRequest::export(subject),
        JobKind::Delete => NewRequest::delete(subject),
        JobKind::Update => NewRequest::update(subject, replacements(key, request)?),
    };
    new.map_err(|_| StoreError::Corrupt("a job cannot be put as a platform request").into())
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

/// The job ends here, and a person says what now. The request is locked by the transaction already.
async fn failed(
    cx: &Context<'_>,
    txn: &Txn,
    request: &Request,
    job: &Job,
    question: QuestionCode,
    code: &str,
) -> Result<(), Trouble> {
    let change = ActiveModel { error_code: Set(Some(code.to_owned())), ..Default::default() };
    advance(&**txn, job, JobEvent::Failed, cx.now(), change).await?;
    cx.record(txn, request, "job.rejected", json!({ "job": job.id, "code": code })).await?;
    let detail = json!({ "job": job.id, "code": code });
    ask(txn, cx.now(), &cx.actor, request, question, &job.id.to_string(), detail).await?;
    Ok(())
}
