//! Taking a decision: one transaction with its idempotency key, at the version the decider saw, answered with the request.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use entities::db::Txn;
use entities::id::{CandidateId, IdentifierId, JobId};
use entities::identifier::table::Choice;
use entities::request::decide::{Case, NotDecided, Refusal};
use entities::request::table::Model;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::openapi::{Content, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::Needs;
use crate::etag::IfMatch;
use crate::fields::Faults;
use crate::idempotency::{Call, once};
use crate::json::Unread;
use crate::named::Named;
use crate::problem::Problem;
use crate::request_view::RequestView;

/// What is decided.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The person is who they say they are, by this method.
    Verify(String),
    /// The plan with this digest may run.
    Approve(String),
    /// The request is refused.
    Refuse {
        /// Why.
        refusal: Refusal,
        /// The article that allows it.
        basis: Option<String>,
        /// In somebody's own words.
        reason: String,
    },
    /// The person withdrew it.
    Withdraw(String),
    /// It is stopped for now.
    Hold(String),
    /// It goes on.
    Release,
    /// What was found is forgotten, and searched for again.
    ResolveAnew(String),
    /// What an erasure left behind is accepted.
    AcceptRemainder(String),
    /// What was set aside runs again.
    RetrySteps,
    /// A failed job is tried again.
    RetryJob(JobId),
    /// A failed job is given up.
    AbandonJob(JobId, String),
    /// A candidate is meant or not.
    Candidate(CandidateId, Choice, String),
    /// A search term may be acted on or not.
    Term(IdentifierId, Choice, String),
}

impl Decision {
    async fn take(&self, case: Case<'_>) -> Result<Model, NotDecided> {
        match self {
            Self::Verify(method) => case.verify(method).await,
            Self::Approve(plan) => case.approve(Some(plan)).await,
            Self::Refuse { refusal, basis, reason } => case.refuse(*refusal, basis.as_deref(), reason).await,
            Self::Withdraw(reason) => case.withdraw(reason).await,
            Self::Hold(reason) => case.hold(reason).await,
            Self::Release => case.release().await,
            Self::ResolveAnew(reason) => case.resolve_anew(reason).await,
            Self::AcceptRemainder(reason) => case.accept_remainder(reason).await,
            Self::RetrySteps => case.retry_steps().await,
            Self::RetryJob(job) => case.retry_job(*job).await,
            Self::AbandonJob(job, reason) => case.abandon_job(*job, reason).await,
            Self::Candidate(candidate, choice, reason) => case.choose_candidate(*candidate, *choice, reason).await,
            Self::Term(identifier, choice, reason) => case.choose_term(*identifier, *choice, reason).await,
        }
    }
}

/// The part of a call that every decision has: its key, the version it expects, its body.
pub struct Asked {
    call: Call,
    req: HttpRequest,
    body: Unread,
}

impl FromRequest for Asked {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self { call: Call::of(req), req: req.clone(), body: Unread::of(req, payload) }))
    }
}

impl Asked {
    /// Reads the body as `T`, makes a decision of it, and takes that about the request of this name.
    ///
    /// # Errors
    /// The call is malformed, the body is not understood, the request is not within reach, or the rules say no.
    pub async fn decide<T: DeserializeOwned, S: Needs>(
        self,
        app: &App,
        by: &Caller<S>,
        name: &str,
        decision: impl FnOnce(T) -> Result<Decision, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let expected = IfMatch::of(&self.req)?;
        let name = Named::parse(name)?;
        let (body, raw) = self.body.json::<T>().await?;
        let decision = decision(body)?;
        let id = name.id(app.store.db.read(), &by.reach).await?;
        let decider = by.decider();
        once(app, by.client, &self.call, &raw, async |txn: &Txn| {
            let case = Case::open(txn, &app.store, &decider, id, None).await?;
            if !expected.allows(case.request().version) {
                return Err(Problem::stale(case.request().version));
            }
            let request = decision.take(case).await?;
            RequestView::of(app, &**txn, request).await?.answer(200, None)
        })
        .await
    }
}

/// A body without fields.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A body that gives a reason. Reasons are stored sealed under the request's key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why, in one's own words.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 1000;

impl Reason {
    /// The reason.
    ///
    /// # Errors
    /// It is empty, too long, or not text.
    pub fn read(self) -> Result<String, Problem> {
        let mut faults = Faults::default();
        let reason = faults.text("reason", &self.reason, LONGEST_REASON);
        faults.finish(reason)
    }
}

/// The headers that every decision takes, for the API's description.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes headers that are read one by one")]
pub struct DecisionHeaders {
    /// The version one decides about, in quotes; 412 if the request has changed since.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
    /// 1 to 255 visible ASCII characters.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}

/// The answer of every decision, for the API's description.
pub struct Decided;

impl IntoResponses for Decided {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let content = Content::new(Some(Ref::from_schema_name("Request")));
        let answer = ResponseBuilder::new()
            .description("The request as it is now; `ETag` is its new version")
            .header("ETag", HeaderBuilder::new().build())
            .content("application/json", content);
        BTreeMap::from([("200".to_owned(), answer.build().into())])
    }
}
