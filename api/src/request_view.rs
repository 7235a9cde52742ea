//! A request as the API shows it. It holds no personal data, so it may be kept with an idempotency key.

use entities::idempotency::queries::Answer;
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use entities::request::table::Model;
use entities::time::At;
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::problem::Problem;
use crate::schema;

/// One data subject request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Request)]
pub struct RequestView {
    /// Its id.
    id: Uuid,
    /// A short name that can be spoken on the telephone.
    #[schema(example = "K7PW-3MXD")]
    reference: String,
    /// The controller's short name.
    #[schema(example = "acme")]
    controller: String,
    /// What is asked for.
    #[schema(schema_with = schema::right)]
    right: Right,
    /// The law that the answer goes by.
    #[schema(schema_with = schema::regime)]
    regime: String,
    /// Further laws whose clocks run beside.
    #[schema(schema_with = schema::regimes)]
    other_regimes: Vec<String>,
    /// The ISO 3166 code of the place whose holidays count, if it is not the controller's.
    region: Option<String>,
    /// How it reached the controller.
    #[schema(schema_with = schema::channel)]
    channel: String,
    /// Where it stands.
    #[schema(schema_with = schema::status)]
    pub status: RequestStatus,
    /// How it ended.
    #[schema(schema_with = schema::outcome)]
    pub outcome: Option<Outcome>,
    /// Why it was refused.
    refusal: Option<RefusalView>,
    /// What the answer is narrowed to.
    #[schema(schema_with = schema::answer_form)]
    pub answer_form: Option<AnswerForm>,
    /// Filed to try something out: it is never carried out on the platform, and reports leave it out.
    test: bool,
    /// Stopped by a person: nothing further is done on the platform until it is released.
    on_hold: bool,
    /// How many questions wait for a person.
    open_questions: i64,
    /// The client that filed it.
    filed_by: Uuid,
    /// The officer who works on it; null if nobody has taken it.
    assignee: Option<Uuid>,
    /// How and when the person's identity was proven; null while it waits for that.
    identity: Option<IdentityView>,
    /// The approval of its plan.
    approval: Option<ApprovalView>,
    /// When it reached the controller: the clock starts here.
    #[schema(schema_with = schema::instant)]
    received_at: At,
    /// The last instant of the earliest cautious day among the duties to do what is asked. Work to this one.
    #[schema(schema_with = schema::instant)]
    respond_by: At,
    /// The last instant of the earliest statutory day among the same.
    #[schema(schema_with = schema::instant)]
    statutory_by: At,
    /// How many days are left until `respond_by` when this was answered: 0 on its last day, negative when it is over. Null
    /// once the request is closed.
    days_left: Option<i64>,
    /// Counts its changes; the entity tag is this number in quotes.
    version: i64,
    /// When it was filed.
    #[schema(schema_with = schema::instant)]
    created_at: At,
    /// When it was last changed.
    #[schema(schema_with = schema::instant)]
    updated_at: At,
    /// When it was closed.
    #[schema(schema_with = schema::maybe_instant)]
    closed_at: Option<At>,
    /// What the decision that was just taken leaves in danger.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Where to read on.
    links: Links,
}

/// Something that was done, and is in danger all the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Warning)]
pub struct Warning {
    /// A stable word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

/// Why a request was refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestRefusal)]
struct RefusalView {
    /// The reason.
    code: String,
    /// The article that allows it.
    basis: Option<String>,
}

/// How the person's identity was proven.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestIdentity)]
struct IdentityView {
    /// The method.
    #[schema(schema_with = schema::identity_method)]
    method: String,
    /// When.
    #[schema(schema_with = schema::maybe_instant)]
    verified_at: Option<At>,
}

/// Who let the plan run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestApproval)]
struct ApprovalView {
    /// What was approved: the digest that `GET …/plan` showed.
    plan: String,
    /// The client that approved it; null if the controller's policy released it.
    by: Option<Uuid>,
    /// When.
    #[schema(schema_with = schema::maybe_instant)]
    at: Option<At>,
}

/// Where to read on about a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestLinks)]
struct Links {
    /// The request itself.
    #[serde(rename = "self")]
    itself: String,
    /// What is known of the person.
    identifiers: String,
    /// The platform records that were found.
    candidates: String,
    /// What would be done.
    plan: String,
    /// What is being done.
    jobs: String,
    /// What happened.
    events: String,
    /// By when it must be answered, and why.
    clocks: String,
    /// What an access yielded.
    artifacts: String,
    /// What waits for a person.
    questions: String,
    /// What officers noted.
    notes: String,
    /// What officers are to do.
    tasks: String,
}

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

/// Where a request lies.
#[must_use]
pub fn location(request: &Model) -> String {
    format!("/api/v1/requests/{}", request.id)
}

impl RequestView {
    /// Shows a request.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of(app: &App, conn: &impl ConnectionTrait, request: Model) -> Result<Self, DbErr> {
        let controller = app.slugs.of(conn, request.controller_id).await?;
        Ok(Self::with_controller(request, controller, app.store.now()))
    }

    /// Shows a request whose controller's slug is known, at `now`.
    #[must_use]
    pub fn with_controller(request: Model, controller: String, now: At) -> Self {
        let itself = location(&request);
        let below = |name: &str| format!("{itself}/{name}");
        let links = Links {
            identifiers: below("identifiers"),
            candidates: below("candidates"),
            plan: below("plan"),
            jobs: below("jobs"),
            events: below("events"),
            clocks: below("clocks"),
            artifacts: below("artifacts"),
            questions: below("questions"),
            notes: below("notes"),
            tasks: below("tasks"),
            itself,
        };
        let (verified_at, approved_at, by) = (request.verified_at, request.approved_at, request.approved_by);
        Self {
            id: request.id.0,
            reference: request.reference,
            controller,
            right: request.right,
            regime: request.regime,
            // It was written from a list of words; were it anything else, the clocks would say so.
            other_regimes: serde_json::from_str(&request.other_regimes).unwrap_or_default(),
            region: request.region,
            channel: request.channel,
            status: request.status,
            outcome: request.outcome,
            refusal: request.refusal_code.map(|code| RefusalView { code, basis: request.refusal_basis }),
            answer_form: request.answer_form,
            test: request.is_test,
            on_hold: request.on_hold,
            open_questions: request.open_questions,
            filed_by: request.filed_by.0,
            assignee: request.assignee.map(|officer| officer.0),
            identity: request.identity_method.map(|method| IdentityView { method, verified_at }),
            approval: request.plan_digest.map(|plan| ApprovalView { plan, by: by.map(|id| id.0), at: approved_at }),
            received_at: request.received_at,
            respond_by: request.cautious_at,
            statutory_by: request.statutory_at,
            days_left: request.closed_at.is_none().then(|| (request.cautious_at.0 - now.0).div_euclid(DAY)),
            version: request.version,
            created_at: request.created_at,
            updated_at: request.updated_at,
            closed_at: request.closed_at,
            warnings: Vec::new(),
            links,
        }
    }

    /// The same with what is in danger.
    #[must_use]
    pub fn with_warnings(self, warnings: Vec<Warning>) -> Self {
        Self { warnings, ..self }
    }

    /// The answer of a call that changed a request.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn answer(&self, status: u16, location: Option<String>) -> Result<Answer, Problem> {
        let body = serde_json::to_string(self).map_err(Problem::internal)?;
        Ok(Answer { status, location, body })
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.version
    }
}
