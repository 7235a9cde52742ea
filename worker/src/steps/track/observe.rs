//! What the platform says of one open job, and what follows from it. Each job's news commits by itself: one that cannot be
//! written does not hold up the others.

use entities::client::reach::Reach;
use entities::db::Txn;
use entities::event::trail::{self, Entry};
use entities::job::queries::advance;
use entities::job::status::{JobEvent, JobKind};
use entities::job::table::{ActiveModel, Column, Entity, Model as Job};
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request;
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use entities::store::StoreError;
use genesys::error::PlatformError;
use genesys::model::request::{PlatformRequest, RequestStatus};
use genesys::platform::Platform;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::context::Context;
use crate::trouble::Trouble;

/// Looks at a job: by its row of the list, or where there is none by reading it singly.
///
/// # Errors
/// See [`Trouble`].
pub async fn observe(
    cx: &Context<'_>,
    platform: &Platform,
    job: &Job,
    listed: Option<&PlatformRequest>,
) -> Result<(), Trouble> {
    let id = job.platform_id.as_deref().ok_or(StoreError::Corrupt("an open job has no platform id"))?;
    let status = match listed {
        Some(row) => row.status.clone(),
        None => match platform.request(id).await {
            Ok(request) => request.status,
            Err(PlatformError::NotFound { .. } | PlatformError::Gone { .. }) => {
                let txn = cx.begin().await?;
                fail(cx, &txn, job, "gone", None).await?;
                return Ok(txn.commit().await?);
            }
            Err(error) => return Err(error.into()),
        },
    };
    let txn = cx.begin().await?;
    match status {
        RequestStatus::Completed => complete(cx, &txn, job).await?,
        RequestStatus::Error => fail(cx, &txn, job, "platform_error", Some("ERROR")).await?,
        running => keep_looking(cx, &txn, job, &running).await?,
    }
    Ok(txn.commit().await?)
}

async fn complete(cx: &Context<'_>, txn: &Txn, job: &Job) -> Result<(), Trouble> {
    let request = request_of(txn, job).await?;
    let now = cx.now();
    let seen = ActiveModel { platform_status: Set(Some("COMPLETED".to_owned())), ..Default::default() };
    if job.kind == JobKind::Export {
        advance(&**txn, job, JobEvent::ResultsReady, now, seen).await?;
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

/// A word we do not know means that the platform is still at it: its set of words grows without notice (contract §3.7).
async fn keep_looking(cx: &Context<'_>, txn: &Txn, job: &Job, status: &RequestStatus) -> Result<(), Trouble> {
    let next = cx.now() + cx.controller().await?.policy.poll_every();
    Entity::update_many()
        .col_expr(Column::PlatformStatus, status.as_str().to_owned().into())
        .col_expr(Column::NextPollAt, next.into())
        .filter(Column::Id.eq(job.id))
        .filter(Column::Status.eq(job.status))
        .exec(&**txn)
        .await?;
    Ok(())
}

async fn request_of(txn: &Txn, job: &Job) -> Result<Request, Trouble> {
    let found = request::queries::lock(txn, &Reach::installation(), job.request_id).await?;
    found.ok_or_else(|| StoreError::Corrupt("a job's request is missing").into())
}
