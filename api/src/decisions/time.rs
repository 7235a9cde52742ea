//! Time: notices that were sent, more time, and dates computed anew.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::extension::table::ExtensionReason;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::{RequestsDecide, RequestsOperate};
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, LONGEST_REASON, Reason};
use crate::fields::Faults;
use crate::problem::{Problem, described};
use crate::schema;
use crate::words::CHANNELS;

/// More time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewExtension)]
pub struct Extending {
    /// The reason.
    #[schema(schema_with = schema::extension_reason)]
    code: String,
    /// Why, in words for the person; stored sealed.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// The new last day, where the law sets no length of its own, or where less time will do.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<String>,
}

impl Extending {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let known = ExtensionReason::ALL.iter().map(|code| code.as_str());
        let code = faults.word("code", "unknown_reason", &self.code, known);
        let reason = faults.text("reason", &self.reason, LONGEST_REASON);
        let until = self.until.as_deref().and_then(|given| faults.day("until", given));
        let read = || Some(Decision::Extend(code?, reason?, until));
        faults.finish(read())
    }
}

/// A notice that was sent by other means than the service's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// When it was sent; now, if left away. Not in the future.
    #[schema(schema_with = schema::maybe_instant)]
    sent_at: Option<String>,
    /// How it was sent.
    #[schema(schema_with = schema::channel)]
    means: String,
}

impl Notice {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let at = self.sent_at.as_deref().and_then(|given| faults.instant("sent_at", given));
        let means = faults.one_of("means", "unknown_means", &self.means, CHANNELS);
        faults.finish(means.map(|means| Decision::Announce(at, means.to_owned())))
    }
}

/// An acknowledgement that was sent by other means than the service's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// When it was sent; now, if left away. Not in the future.
    #[schema(schema_with = schema::maybe_instant)]
    sent_at: Option<String>,
}

impl Acknowledgement {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let at = self.sent_at.as_deref().and_then(|given| faults.instant("sent_at", given));
        faults.finish(Some(Decision::Acknowledge(at)))
    }
}

/// The acknowledgement was sent to the person.
#[utoipa::path(post, path = "/api/v1/requests/{id}/acknowledge", tag = "decisions", operation_id = "acknowledgeRequest",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Acknowledgement, responses(Decided, described::Deciding))]
pub async fn acknowledge(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Acknowledgement::read).await
}

/// Decides to take more time. It lengthens nothing until its notice was sent, within the first period.
#[utoipa::path(post, path = "/api/v1/requests/{id}/extend", tag = "decisions", operation_id = "extendRequest",
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

/// The notice of the extension was sent. Sent too late it extends nothing, and a question says so.
#[utoipa::path(post, path = "/api/v1/requests/{id}/announce", tag = "decisions", operation_id = "announceExtension",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Notice, responses(Decided, described::Deciding))]
pub async fn announce(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Notice::read).await
}

/// Computes the clocks anew, by the law pack, calendar and policy in use: for this request, that signs for rules that have
/// changed, and answers `law_unsigned`. Try it out first. What was computed before stays in the history.
#[utoipa::path(post, path = "/api/v1/requests/{id}/recompute", tag = "decisions", operation_id = "recomputeClocks",
    security(("client_credentials" = ["requests:operate"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Reason, responses(Decided, described::Deciding))]
pub async fn recompute(
    app: Data<App>,
    by: Caller<RequestsOperate>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |given: Reason| given.read().map(Decision::Recompute)).await
}
