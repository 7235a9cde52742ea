//! What a person says about work that failed: try it again, or accept that it failed.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::id::JobId;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsOperate;
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, Nothing, Reason};
use crate::named;
use crate::problem::{Problem, described};

fn job(text: &str) -> Result<JobId, Problem> {
    named::id(text).map(JobId).ok_or_else(|| Problem::not_found("job"))
}

/// Lets what was set aside run again, once what stopped it has been mended.
#[utoipa::path(post, path = "/api/v1/requests/{id}/retry", tag = "decisions", operation_id = "retryRequest",
    security(("client_credentials" = ["requests:operate"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn retry_steps(
    app: Data<App>,
    by: Caller<RequestsOperate>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::RetrySteps)).await
}

/// Has a failed job tried again, as a new job in its place.
#[utoipa::path(post, path = "/api/v1/requests/{id}/jobs/{job}/retry", tag = "decisions", operation_id = "retryJob",
    security(("client_credentials" = ["requests:operate"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("job" = uuid::Uuid, Path, description = "The job's id"),
           DecisionHeaders, DecisionQuery),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn retry_job(
    app: Data<App>,
    by: Caller<RequestsOperate>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, id) = names.into_inner();
    let id = job(&id)?;
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::RetryJob(id))).await
}

/// Accepts that a job failed: the request can end without it, and its answer says so.
#[utoipa::path(post, path = "/api/v1/requests/{id}/jobs/{job}/abandon", tag = "decisions", operation_id = "abandonJob",
    security(("client_credentials" = ["requests:operate"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("job" = uuid::Uuid, Path, description = "The job's id"),
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn abandon_job(
    app: Data<App>,
    by: Caller<RequestsOperate>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, id) = names.into_inner();
    let id = job(&id)?;
    asked.decide(&app, &by, &name, |given: Reason| Ok(Decision::AbandonJob(id, given.read()?))).await
}
