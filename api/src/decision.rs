//! Taking a decision: one transaction with its idempotency key, at the version the decider saw, answered with the request.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse};
use entities::appeal::table::AppealDecision;
use entities::clock;
use entities::db::Txn;
use entities::extension::table::ExtensionReason;
use entities::id::{ArtifactId, CandidateId, ClientId, IdentifierId, JobId, LetterId, RequestId, TaskId};
use entities::identifier::table::Choice;
use entities::inquiry::table::InquiryKind;
use entities::letter::kind::{LetterKind, Means};
use entities::request::decide::{Case, Decider, Inquiring, NewTask, NotDecided, Withholding};
use entities::request::status::Outcome;
use entities::request::table::Model;
use entities::time::At;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{Content, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::{Needs, RequestsReveal};
use crate::etag::IfMatch;
use crate::fields::Faults;
use crate::idempotency::once;
use crate::named::Named;
use crate::problem::{Problem, codes};
use crate::query::{self, Query};
use crate::request_view::{RequestView, Warning};
use crate::reveal::{self, Purpose};
use crate::trial::{Stand, Trial, letters};

/// What is decided.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The person is who they say they are, by this method; what was looked at, if it is told.
    Verify(String, Option<String>),
    /// The plan with this digest may run.
    Approve(String),
    /// The request is refused.
    Refuse {
        /// On what ground.
        code: &'static str,
        /// The provision, where it is narrower than the ground's own.
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
    /// The person is asked something.
    Ask(Inquiring),
    /// The person's answer, or the fee, arrived; now, if no instant is named.
    Answer(InquiryKind, Option<At>, Option<String>),
    /// More time is taken, for a reason, told in words; up to a day, if one is named.
    Extend(ExtensionReason, String, Option<Date>),
    /// The notice of the extension was sent, by these means.
    Announce(Option<At>, String),
    /// The acknowledgement was sent.
    Acknowledge(Option<At>),
    /// What people do is done, but for what is withheld.
    Complete(Option<Outcome>, Option<Withholding>, String),
    /// The person appealed, in these words.
    Appeal(Option<At>, Option<String>),
    /// The notice was sent that the appeal's decision takes longer, for this reason; now, if no instant is named.
    ExtendAppeal(Option<At>, String),
    /// The appeal is decided.
    DecideAppeal(AppealDecision, String),
    /// The clocks are computed anew.
    Recompute(String),
    /// A letter is written that could not be before, and held back or not.
    WriteLetter(LetterKind, Option<bool>),
    /// A letter that waits to be sent is held back.
    HoldLetter(LetterId),
    /// Passages of a letter that is held back say this.
    EditLetter(LetterId, BTreeMap<usize, String>),
    /// A letter that was held back is sent.
    SendLetter(LetterId),
    /// A new link to prove an identity by is sent.
    SendIdentityLink,
    /// A letter was sent by other means; now, if no instant is named.
    RecordLetter(LetterKind, Option<At>, Means),
    /// Letters go to this address from now on, or to the one there is; it is vouched for or not.
    SetAddress(Option<String>, bool),
    /// A letter that failed is tried again.
    RetryLetter(LetterId),
    /// A letter that failed goes to another address, which is vouched for or not.
    ResendLetter(LetterId, String, bool),
    /// Something is noted.
    Note(String),
    /// Something is to be done.
    AddTask(NewTask),
    /// A task is done.
    FinishTask(TaskId),
    /// An officer has the request from now on, or nobody.
    Assign(Option<ClientId>),
    /// The person may fetch a file.
    HandOver(ArtifactId),
    /// They may not any more.
    TakeBack(ArtifactId),
}

impl Decision {
    async fn take(&self, case: Case<'_>) -> Result<Model, NotDecided> {
        let now = case.now();
        match self {
            Self::Verify(method, note) => case.verify(method, note.as_deref()).await,
            Self::Approve(plan) => case.approve(Some(plan)).await,
            Self::Refuse { code, basis, reason } => case.refuse(code, basis.as_deref(), reason).await,
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
            Self::Ask(asking) => case.ask(asking.clone()).await,
            Self::Answer(kind, at, words) => case.answer_inquiry(*kind, at.unwrap_or(now), words.as_deref()).await,
            Self::Extend(code, reason, until) => case.extend(*code, reason, *until).await,
            Self::Announce(at, means) => case.announce(at.unwrap_or(now), means).await,
            Self::Acknowledge(at) => case.acknowledge(at.unwrap_or(now)).await,
            Self::Complete(outcome, withheld, note) => case.complete(*outcome, withheld.clone(), note).await,
            Self::Appeal(at, words) => case.appeal(at.unwrap_or(now), words.as_deref()).await,
            Self::ExtendAppeal(at, reason) => case.extend_appeal(at.unwrap_or(now), reason).await,
            Self::DecideAppeal(decision, reasons) => case.decide_appeal(*decision, reasons).await,
            Self::Recompute(reason) => case.recompute(reason).await,
            Self::WriteLetter(kind, held) => case.write_letter(*kind, *held).await,
            Self::HoldLetter(letter) => case.hold_letter(*letter).await,
            Self::EditLetter(letter, passages) => case.edit_letter(*letter, passages).await,
            Self::SendLetter(letter) => case.send_letter(*letter).await,
            Self::SendIdentityLink => case.send_identity_link().await,
            Self::RecordLetter(kind, at, means) => case.record_letter(*kind, at.unwrap_or(now), *means).await,
            Self::SetAddress(address, vouched) => case.set_address(address.as_deref(), *vouched).await,
            Self::RetryLetter(letter) => case.retry_letter(*letter).await,
            Self::ResendLetter(letter, address, vouched) => case.resend_letter(*letter, address, *vouched).await,
            Self::Note(words) => case.note(words).await,
            Self::AddTask(task) => case.add_task(task.clone()).await,
            Self::FinishTask(task) => case.finish_task(*task).await,
            Self::Assign(officer) => case.assign(*officer).await,
            Self::HandOver(file) => case.hand_over(*file).await,
            Self::TakeBack(file) => case.take_back(*file).await,
        }
    }

    /// What a trial takes besides, to show the dates: an extension moves them only with its notice, so that is taken as sent.
    fn then(&self) -> Option<Self> {
        match self {
            Self::Extend(..) => Some(Self::Announce(None, "trial".to_owned())),
            _ => None,
        }
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
        let trial = DecisionQuery::trial(&self.req)?;
        if let Some(Trying { reveal: Some(_) }) = &trial {
            by.also::<RequestsReveal>()?;
        }
        let name = Named::parse(name)?;
        let (body, raw) = self.body.beside_query().json::<T>().await?;
        let decision = decision(body)?;
        let id = name.id(app.store.db.read(), &by.reach).await?;
        let decider = by.decider();
        if let Some(trying) = trial {
            return Ok(HttpResponse::Ok().json(try_out(app, by, &trying, id, &expected, &decision).await?));
        }
        once(app, by.client, &self.call, &raw, async |txn: &Txn| {
            let (request, warnings) = take(app, txn, &decider, id, &expected, &decision).await?;
            RequestView::of(app, &**txn, request).await?.with_warnings(warnings).answer(200, None)
        })
        .await
    }
}

/// Takes the decision in a transaction that the caller commits. Says the request as it is then, and what is in danger.
///
/// # Errors
/// The request is not within reach, is at another version than expected, or the rules say no.
pub async fn take(
    app: &App,
    txn: &Txn,
    by: &Decider,
    id: RequestId,
    expected: &IfMatch,
    decision: &Decision,
) -> Result<(Model, Vec<Warning>), Problem> {
    let case = Case::open(txn, &app.store, by, id, None).await?;
    if !expected.allows(case.request().version) {
        return Err(Problem::stale(case.request().version));
    }
    let warnings = warnings(&case, decision).await?;
    Ok((decision.take(case).await?, warnings))
}

/// Takes the decision, looks at what came of it, and takes it back. An idempotency key is left alone.
///
/// Letters that would be written name the person, so what they say is shown for a purpose only, and the look is recorded.
///
/// # Errors
/// See [`take`].
pub async fn try_out<S: Needs>(
    app: &App,
    by: &Caller<S>,
    trying: &Trying,
    id: RequestId,
    expected: &IfMatch,
    decision: &Decision,
) -> Result<Trial, Problem> {
    let decider = &by.decider();
    let txn = app.store.db.begin().await?;
    let case = Case::open(&txn, &app.store, decider, id, None).await?;
    if !expected.allows(case.request().version) {
        return Err(Problem::stale(case.request().version));
    }
    let before = Stand::of(&txn, id).await?;
    let row = case.request().clone();
    let warnings = warnings(&case, decision).await?;
    let mut request = decision.take(case).await?;
    if let Some(then) = decision.then() {
        request = then.take(Case::open(&txn, &app.store, decider, id, None).await?).await?;
    }
    let after = Stand::of(&txn, id).await?;
    let letters = letters(app, &txn, &before, &after, trying.reveal.is_some()).await?;
    let request = RequestView::of(app, &*txn, request).await?.with_warnings(warnings);
    txn.rollback().await?;
    if let Some(purpose) = &trying.reveal {
        reveal::record(app, by, &row, "trial", purpose).await?;
    }
    Ok(Trial::of(request, &before.clocks, &after.clocks, letters))
}

/// What a decision leaves in danger, for whoever takes it.
async fn warnings(case: &Case<'_>, decision: &Decision) -> Result<Vec<Warning>, Problem> {
    let Decision::Refuse { .. } = decision else { return Ok(Vec::new()) };
    let late = case.late_to_refuse().await?;
    let warning = |it: clock::table::Model| {
        let detail = format!("the last day to refuse under {} was {}", it.regime, it.computed()?.statutory);
        Ok(Warning { code: "refusal_late", detail })
    };
    late.into_iter().map(warning).collect()
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

/// The parameters that every decision takes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DecisionQuery {
    /// Whether to show only what would come of it, new dates included, and to change nothing.
    #[param(value_type = Option<bool>)]
    dry_run: Option<String>,
    /// What for: a dry run shows what its letters would say. Needs the scope `requests:reveal`, and is recorded.
    #[param(min_length = 1, max_length = 80, pattern = "^[a-z0-9_-]+$")]
    reveal: Option<String>,
}

/// A decision is only tried out.
#[derive(Debug)]
pub struct Trying {
    /// For what its letters are shown. Whoever states a purpose must hold the scope to reveal.
    pub reveal: Option<Purpose>,
}

impl DecisionQuery {
    fn trial(req: &HttpRequest) -> Result<Option<Trying>, Problem> {
        let given = Query::<Self>::of_call(req).get()?;
        let is_trial = query::word::<bool>("dry_run", given.dry_run.as_deref(), ["true", "false"])?;
        let reveal = given.reveal.map(|given| Purpose::read("reveal", &given)).transpose()?;
        match (is_trial.unwrap_or_default(), reveal) {
            (true, reveal) => Ok(Some(Trying { reveal })),
            (false, None) => Ok(None),
            (false, Some(_)) => {
                let detail = "`reveal` goes with `dry_run=true`: a decision that is taken shows nothing";
                Err(Problem::new(codes::INVALID_PARAMETER, detail).at("reveal"))
            }
        }
    }
}

/// The answer of every decision, for the API's description.
pub struct Decided;

impl IntoResponses for Decided {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let either = OneOfBuilder::new().item(Ref::from_schema_name("Request")).item(Ref::from_schema_name("Trial"));
        let content = Content::new(Some(either));
        let answer = ResponseBuilder::new()
            .description(
                "The request as it is now; `ETag` is its new version. When dry_run is true: what would come of it",
            )
            .header("ETag", HeaderBuilder::new().build())
            .content("application/json", content);
        BTreeMap::from([("200".to_owned(), answer.build().into())])
    }
}
