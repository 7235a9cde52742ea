//! Moving a request on: proof of identity, approval, hold and release.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::{RequestsApprove, RequestsDecide, RequestsOperate};
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, LONGEST_REASON, Nothing, Reason};
use crate::fields::Faults;
use crate::problem::{Problem, described};
use crate::schema;
use crate::words::IDENTITY_METHODS;

/// How identity was proven.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// The method.
    #[schema(schema_with = schema::identity_method)]
    method: String,
    /// What was looked at; stored sealed.
    #[schema(max_length = 1000)]
    note: Option<String>,
}

impl Verification {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let method = faults.one_of("method", "unknown_method", &self.method, IDENTITY_METHODS);
        let note = self.note.as_deref().and_then(|given| faults.text("note", given, LONGEST_REASON));
        faults.finish(method.map(|method| Decision::Verify(method.to_owned(), note)))
    }
}

/// The person is who they say they are; the search for their data begins.
#[utoipa::path(post, path = "/api/v1/requests/{id}/verify", tag = "decisions", operation_id = "verifyRequest",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Verification, responses(Decided, described::Deciding))]
pub async fn verify(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Verification::read).await
}

/// Which plan is approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The `digest` of the plan that was looked at, as `GET …/plan` gave it.
    #[schema(min_length = 1, max_length = 64)]
    plan: String,
}

impl Approval {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let plan = faults.text("plan", &self.plan, LONGEST_DIGEST);
        faults.finish(plan.map(Decision::Approve))
    }
}

/// The length of a plan's digest.
const LONGEST_DIGEST: usize = 64;

/// The plan that one looked at may run. If it has become another meanwhile, nothing happens: 409 `plan_changed`. An erasure or
/// a rectification is approved by another client than the one that filed it.
#[utoipa::path(post, path = "/api/v1/requests/{id}/approve", tag = "decisions", operation_id = "approveRequest",
    security(("client_credentials" = ["requests:approve"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Approval, responses(Decided, described::Deciding))]
pub async fn approve(
    app: Data<App>,
    by: Caller<RequestsApprove>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Approval::read).await
}

/// Stops everything further on the platform until it is released. The clock runs on.
#[utoipa::path(post, path = "/api/v1/requests/{id}/hold", tag = "decisions", operation_id = "holdRequest",
    security(("client_credentials" = ["requests:operate"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn hold(
    app: Data<App>,
    by: Caller<RequestsOperate>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |given: Reason| given.read().map(Decision::Hold)).await
}

/// Lets the work go on where it stood.
#[utoipa::path(post, path = "/api/v1/requests/{id}/release", tag = "decisions", operation_id = "releaseRequest",
    security(("client_credentials" = ["requests:operate"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn release(
    app: Data<App>,
    by: Caller<RequestsOperate>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::Release)).await
}
