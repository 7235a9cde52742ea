//! Decisions that ask nothing: a button is all there is of them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::{RequestsDecide, RequestsOperate};
use api::decision::Decision;
use api::decisions::files::artifact_id;
use api::named;
use entities::id::JobId;

use crate::decide::decide;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::refused::Refused;

/// Lets the work go on where it stood.
///
/// # Errors
/// The request is not within reach, has changed since, or is not on hold.
pub async fn release(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    name: Path<String>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    decide(&app, &officer, &name, &form, Decision::Release, "released").await
}

/// Lets what was set aside run again.
///
/// # Errors
/// The request is not within reach, has changed since, or nothing is set aside.
pub async fn retry_steps(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    name: Path<String>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    decide(&app, &officer, &name, &form, Decision::RetrySteps, "steps-retried").await
}

/// Has a failed job tried again, as a new job in its place.
///
/// # Errors
/// The request is not within reach, has changed since, has no such job, or that one has not failed.
pub async fn retry_job(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    names: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (name, job) = names.into_inner();
    let job = named::id(&job).map(JobId).ok_or_else(Refused::not_found)?;
    decide(&app, &officer, &name, &form, Decision::RetryJob(job), "job-retried").await
}

/// Takes a file back that was handed over: the person can fetch it no more.
///
/// # Errors
/// The request is not within reach, has changed since, has no such file, or that one is not handed over.
pub async fn take_back(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    names: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (name, file) = names.into_inner();
    let file = artifact_id(&file)?;
    decide(&app, &officer, &name, &form, Decision::TakeBack(file), "file-taken-back").await
}
