//! Saying of a candidate or a search term whether it is meant, and why.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::id::{CandidateId, IdentifierId};
use entities::identifier::table::Choice;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsDecide;
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, Reason};
use crate::named;
use crate::problem::{Problem, described};

fn candidate(text: &str) -> Result<CandidateId, Problem> {
    named::id(text).map(CandidateId).ok_or_else(|| Problem::not_found("candidate"))
}

fn identifier(text: &str) -> Result<IdentifierId, Problem> {
    named::id(text).map(IdentifierId).ok_or_else(|| Problem::not_found("identifier"))
}

/// The record is the person's: it is acted on.
#[utoipa::path(post, path = "/api/v1/requests/{id}/candidates/{candidate}/include", tag = "decisions", operation_id = "includeCandidate",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("candidate" = uuid::Uuid, Path, description = "The candidate's id"),
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn include_candidate(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, id) = names.into_inner();
    let id = candidate(&id)?;
    let choice = |given: Reason| Ok(Decision::Candidate(id, Choice::Included, given.read()?));
    asked.decide(&app, &by, &name, choice).await
}

/// The record is not the person's: it is not acted on.
#[utoipa::path(post, path = "/api/v1/requests/{id}/candidates/{candidate}/leave-out", tag = "decisions", operation_id = "leaveOutCandidate",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("candidate" = uuid::Uuid, Path, description = "The candidate's id"),
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn leave_out_candidate(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, id) = names.into_inner();
    let id = candidate(&id)?;
    let choice = |given: Reason| Ok(Decision::Candidate(id, Choice::LeftOut, given.read()?));
    asked.decide(&app, &by, &name, choice).await
}

/// The search term may be acted on, although it is fuzzy or reaches others.
#[utoipa::path(post, path = "/api/v1/requests/{id}/identifiers/{identifier}/include", tag = "decisions", operation_id = "includeIdentifier",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("identifier" = uuid::Uuid, Path, description = "The identifier's id"),
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn include_identifier(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, id) = names.into_inner();
    let id = identifier(&id)?;
    let choice = |given: Reason| Ok(Decision::Term(id, Choice::Included, given.read()?));
    asked.decide(&app, &by, &name, choice).await
}

/// The search term is not acted on.
#[utoipa::path(post, path = "/api/v1/requests/{id}/identifiers/{identifier}/leave-out", tag = "decisions", operation_id = "leaveOutIdentifier",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("identifier" = uuid::Uuid, Path, description = "The identifier's id"),
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn leave_out_identifier(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, id) = names.into_inner();
    let id = identifier(&id)?;
    let choice = |given: Reason| Ok(Decision::Term(id, Choice::LeftOut, given.read()?));
    asked.decide(&app, &by, &name, choice).await
}

/// What was found is forgotten, with what was chosen about it, and searched for again.
#[utoipa::path(post, path = "/api/v1/requests/{id}/resolve-anew", tag = "decisions", operation_id = "resolveAnew",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn resolve_anew(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |given: Reason| given.read().map(Decision::ResolveAnew)).await
}
