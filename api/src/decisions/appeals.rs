//! The person's appeal against how a request ended.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::appeal::table::AppealDecision;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsDecide;
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, LONGEST_REASON};
use crate::fields::Faults;
use crate::problem::{Problem, described};
use crate::schema;

const LONGEST_WORDS: usize = 4000;

/// An appeal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAppeal)]
pub struct Appealing {
    /// When it arrived; now, if left away. Not in the future.
    #[schema(schema_with = schema::maybe_instant)]
    received_at: Option<String>,
    /// What the person wrote; stored sealed.
    #[schema(max_length = 4000)]
    words: Option<String>,
}

impl Appealing {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let at = self.received_at.as_deref().and_then(|given| faults.instant("received_at", given));
        let words = self.words.as_deref().and_then(|given| faults.text("words", given, LONGEST_WORDS));
        faults.finish(Some(Decision::Appeal(at, words)))
    }
}

/// More time for the decision of an appeal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppealExtension)]
pub struct Extending {
    /// Why; stored sealed.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// When its notice was sent; now, if left away. Not in the future.
    #[schema(schema_with = schema::maybe_instant)]
    sent_at: Option<String>,
}

impl Extending {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let at = self.sent_at.as_deref().and_then(|given| faults.instant("sent_at", given));
        let reason = faults.text("reason", &self.reason, LONGEST_REASON);
        faults.finish(reason.map(|reason| Decision::ExtendAppeal(at, reason)))
    }
}

/// What became of an appeal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppealRuling)]
pub struct Ruling {
    /// The decision.
    #[schema(schema_with = schema::appeal_decision)]
    decision: String,
    /// Why; stored sealed.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

impl Ruling {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let known = AppealDecision::ALL.iter().map(|word| word.as_str());
        let decision = faults.word("decision", "unknown_decision", &self.decision, known);
        let reason = faults.text("reason", &self.reason, LONGEST_REASON);
        let read = || Some(Decision::DecideAppeal(decision?, reason?));
        faults.finish(read())
    }
}

/// The person appeals against how the request ended. The request stays closed; the appeal has a clock of its own.
#[utoipa::path(post, path = "/api/v1/requests/{id}/appeal", tag = "decisions", operation_id = "appealRequest",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Appealing, responses(Decided, described::Deciding))]
pub async fn appeal(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Appealing::read).await
}

/// The notice was sent that the decision of the appeal takes longer, and why: within the first period, once, and where the law
/// knows it. The service has no letter for it.
#[utoipa::path(post, path = "/api/v1/requests/{id}/extend-appeal", tag = "decisions", operation_id = "extendAppeal",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Extending, responses(Decided, described::Deciding))]
pub async fn extend(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Extending::read).await
}

/// Decides the appeal.
#[utoipa::path(post, path = "/api/v1/requests/{id}/decide-appeal", tag = "decisions", operation_id = "decideAppeal",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Ruling, responses(Decided, described::Deciding))]
pub async fn decide(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Ruling::read).await
}
