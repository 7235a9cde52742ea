//! Ending a request without doing what it asks.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::request::decide::{REFUSAL_CODES, Withholding};
use entities::request::status::Outcome;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsDecide;
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, LONGEST_REASON, Reason};
use crate::fields::Faults;
use crate::problem::{Problem, described};
use crate::schema;
use crate::words::COMPLETED_AS;

/// Why a request is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRefusal)]
pub struct Refusing {
    /// The ground; which of them hold depends on the request's laws and right.
    #[schema(schema_with = schema::refusal_code)]
    code: String,
    /// The provision that allows it, where it is narrower than the ground's own. It is kept with the evidence, so it must
    /// not name the person.
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
        let codes: Vec<_> = REFUSAL_CODES.keys().copied().collect();
        let code = faults.one_of("code", "unknown_refusal_code", &self.code, &codes);
        let basis = self.basis.as_deref().and_then(|basis| faults.text("basis", basis, LONGEST_BASIS));
        let reason = faults.text("reason", &self.reason, LONGEST_REASON);
        let read = || Some(Decision::Refuse { code: code?, basis, reason: reason? });
        faults.finish(read())
    }
}

/// Work of people that is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// How it came out; `fulfilled`, if left away, or `partially_fulfilled` where the answer is narrowed.
    #[schema(schema_with = schema::completed_as)]
    outcome: Option<String>,
    /// What is not done; needed for `partially_fulfilled`, unless the answer is narrowed already.
    withheld: Option<Withheld>,
    /// What was done; stored sealed.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
}

/// A part of what was asked for that is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// The ground; which of them hold depends on the request's laws and right.
    #[schema(schema_with = schema::refusal_code)]
    code: String,
    /// The provision that allows it, where it is narrower than the ground's own. It must not name the person.
    #[schema(max_length = 200, example = "GDPR Art. 15(4)")]
    basis: Option<String>,
    /// What is withheld, in one line. The person is told; stored sealed.
    #[schema(min_length = 1, max_length = 200)]
    what: String,
    /// Why. The person is told; stored sealed.
    #[schema(min_length = 1, max_length = 800)]
    why: String,
}

const LONGEST_WHAT: usize = 200;
const LONGEST_WHY: usize = 800;

impl Withheld {
    fn read(&self, faults: &mut Faults) -> Option<Withholding> {
        let codes: Vec<_> = REFUSAL_CODES.keys().copied().collect();
        let code = faults.one_of("withheld.code", "unknown_refusal_code", &self.code, &codes);
        let basis = self.basis.as_deref().and_then(|basis| faults.text("withheld.basis", basis, LONGEST_BASIS));
        let what = faults.text("withheld.what", &self.what, LONGEST_WHAT);
        let what = what.filter(|what| {
            let is_a_line = !what.contains('\n');
            if !is_a_line {
                faults.add("withheld.what", "not_a_line", "must be one line");
            }
            is_a_line
        });
        let why = faults.text("withheld.why", &self.why, LONGEST_WHY);
        Some(Withholding { code: code?.to_owned(), basis, what: what?, why: why? })
    }
}

impl Completion {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let known = COMPLETED_AS.map(Outcome::as_str);
        let outcome = self.outcome.as_deref().and_then(|given| {
            let word = faults.one_of("outcome", "unknown_outcome", given, &known)?;
            COMPLETED_AS.into_iter().find(|outcome| outcome.as_str() == word)
        });
        let note = faults.text("note", &self.note, LONGEST_REASON);
        let withheld = self.withheld.as_ref().map(|it| it.read(&mut faults));
        faults.finish(note.map(|note| Decision::Complete(outcome, withheld.flatten(), note)))
    }
}

/// What people do about the request is done. It ends once the answer is out.
#[utoipa::path(post, path = "/api/v1/requests/{id}/complete", tag = "decisions", operation_id = "completeRequest",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Completion, responses(Decided, described::Deciding))]
pub async fn complete(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Completion::read).await
}

/// Refuses the request on a ground that its laws know. Where a law has it so, an access by somebody who could not be identified
/// is not ended but narrowed to an answer in categories.
#[utoipa::path(post, path = "/api/v1/requests/{id}/refuse", tag = "decisions", operation_id = "refuseRequest",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
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
           DecisionHeaders, DecisionQuery),
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
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn accept(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |given: Reason| given.read().map(Decision::AcceptRemainder)).await
}
