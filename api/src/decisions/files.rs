//! Files of an export that people let the person fetch, or take back.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::id::ArtifactId;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsDecide;
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, Nothing};
use crate::named;
use crate::problem::{Problem, described};

/// The file that a path names.
///
/// # Errors
/// It is no id.
pub fn artifact_id(text: &str) -> Result<ArtifactId, Problem> {
    named::id(text).map(ArtifactId).ok_or_else(|| Problem::not_found("artifact"))
}

/// Lets the person fetch a file on their status page. Look into it first: what is another's in it goes with it.
#[utoipa::path(post, path = "/api/v1/requests/{id}/artifacts/{artifact}/hand-over", tag = "decisions",
    operation_id = "handOverArtifact", security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("artifact" = uuid::Uuid, Path, description = "The artifact's id"),
           DecisionHeaders, DecisionQuery),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn hand_over(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, file) = names.into_inner();
    let file = artifact_id(&file)?;
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::HandOver(file))).await
}

/// Takes a file back: the person can fetch it no more. What they have fetched before they keep.
#[utoipa::path(post, path = "/api/v1/requests/{id}/artifacts/{artifact}/take-back", tag = "decisions",
    operation_id = "takeBackArtifact", security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("artifact" = uuid::Uuid, Path, description = "The artifact's id"),
           DecisionHeaders, DecisionQuery),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn take_back(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, file) = names.into_inner();
    let file = artifact_id(&file)?;
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::TakeBack(file))).await
}
