//! Ending a request without doing what it asks.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::request::decide::REFUSAL_CODES;
use entities::request::status::Outcome;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsDecide;
use crate::decision::{Asked, Decided, Decision, DecisionHeaders, LONGEST_REASON, Reason};
use crate::fields::Faults;
use crate::problem::{Problem, described};
use crate::schema;

/// Why a request is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRefusal)]
pub struct Refusing {
    /// The reason.
    #[schema(schema_with = schema::refusal_code)]
    code: String,
    /// The article that allows it. Needed for a refusal proper, not for a duplicate, spam or unproven identity. It is kept
    /// with the evidence, so it must not name the person.
    #[schema(max_length = 200, example = "GDPR Art. 12(5)(b)")]
    basis: Option<String>,
    /// Why, in one's own words; stored sealed.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

const LONGEST_BASIS: usize = 200;

impl Refusing {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let codes: Vec<_> = REFUSAL_CODES.iter().map(|refusal| refusal.code).collect();
        let code = faults.one_of("code", "unknown_refusal_code", &self.code, &codes);
        let refusal = code.and_then(|code| REFUSAL_CODES.iter().copied().find(|refusal| refusal.code == code));
        let basis = self.basis.as_deref().and_then(|basis| faults.text("basis", basis, LONGEST_BASIS));
        if self.basis.is_none() && refusal.is_some_and(|refusal| refusal.outcome == Outcome::Refused) {
            faults.add("basis", "basis_needed", "a refusal names the article that allows it");
        }
        let reason = faults.text("reason", &self.reason, LONGEST_REASON);
        let read = || Some(Decision::Refuse { refusal: refusal?, basis, reason: reason? });
        faults.finish(read())
    }
}

/// Refuses the request, with the article that allows it.
#[utoipa::path(post, path = "/api/v1/requests/{id}/refuse", tag = "decisions", operation_id = "refuseRequest",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders),
    request_body = Refusing, responses(Decided, described::Deciding))]
pub async fn refuse(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Refusing::read).await
}

/// The person withdrew the request.
#[utoipa::path(post, path = "/api/v1/requests/{id}/withdraw", tag = "decisions", operation_id = "withdrawRequest",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn withdraw(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |given: Reason| given.read().map(Decision::Withdraw)).await
}

/// What an erasure left behind, according to the search, is accepted: the request ends as partially fulfilled.
#[utoipa::path(post, path = "/api/v1/requests/{id}/accept", tag = "decisions", operation_id = "acceptRemainder",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn accept(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |given: Reason| given.read().map(Decision::AcceptRemainder)).await
}
