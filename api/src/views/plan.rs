//! `GET /api/v1/requests/{id}/plan`: what would be done, before anything is.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::request::file::{Replacement, replacements};
use entities::request::planning::{self, Findings};
use entities::request::status::RequestStatus;
use resolution::plan::{Blast, Plan};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::problem::{Problem, codes, described};
use crate::query::Query;
use crate::reveal::{Look, RevealQuery};
use crate::schema;

/// What would be done.
#[derive(Serialize, ToSchema)]
#[schema(as = Plan)]
struct PlanView {
    /// The platform requests that would be made.
    jobs: Vec<PlannedView>,
    /// What is left out, and why.
    left_out: Vec<LeftOutView>,
    /// What a person must decide first.
    undecided: Vec<UndecidedView>,
    /// What is odd about the merge sets; each with its `kind`.
    #[schema(value_type = Vec<Object>)]
    contradictions: Vec<serde_json::Value>,
    /// What a rectification would replace.
    replacements: Vec<ReplacementView>,
    /// How far it reaches.
    blast: BlastView,
    /// What an approval binds itself to. If the plan changes, so does this.
    digest: String,
    /// Whether a person must decide something before it can be approved.
    needs_person: bool,
}

/// One platform request that would be made.
#[derive(Serialize, ToSchema)]
#[schema(as = PlannedJob)]
struct PlannedView {
    /// `user`, `external_contact`, `dialer_contact`, `journey_customer` or `term`.
    subject_kind: &'static str,
    /// What it is about, masked unless revealed.
    subject: String,
    /// The candidate that stands for it.
    candidate: Option<Uuid>,
    /// The identifier, if it is about a search term.
    identifier: Option<Uuid>,
    /// The merge set, if its subject heads one.
    merge_set: Option<Uuid>,
    /// How many external contacts it is expected to cover.
    covers: usize,
}

/// Something that the plan does not act on.
#[derive(Serialize, ToSchema)]
#[schema(as = LeftOut)]
struct LeftOutView {
    /// What kind of thing.
    subject_kind: &'static str,
    /// What it is, masked unless revealed.
    subject: String,
    /// The candidate, if it is one.
    candidate: Option<Uuid>,
    /// The identifier, if it is one.
    identifier: Option<Uuid>,
    /// Why.
    reason: &'static str,
}

/// A candidate that a person must decide on.
#[derive(Serialize, ToSchema)]
#[schema(as = Undecided)]
struct UndecidedView {
    /// What kind of thing.
    subject_kind: &'static str,
    /// What it is, masked unless revealed.
    subject: String,
    /// The candidate.
    candidate: Uuid,
    /// What makes it a question.
    reason: &'static str,
}

/// What a rectification would replace.
#[derive(Serialize, ToSchema)]
#[schema(as = Replacement)]
struct ReplacementView {
    /// The kind of both values.
    #[schema(schema_with = schema::identifier_kind)]
    kind: &'static str,
    /// What is wrong, masked unless revealed.
    existing: String,
    /// What is right, masked unless revealed.
    updated: String,
}

/// How far a plan reaches.
#[derive(Serialize, ToSchema)]
#[schema(as = Blast)]
struct BlastView {
    /// How many people it touches, at least.
    people: usize,
    /// How many of the records found it covers.
    records: usize,
    /// How many search terms it acts on.
    terms: usize,
    /// How many contacts are in the merge sets it acts on.
    merge_set_members: usize,
}

/// What would be done, before anything is. It is drawn anew for every look; an approval binds itself to its digest.
#[utoipa::path(get, path = "/api/v1/requests/{id}/plan", tag = "findings", operation_id = "getPlan",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), RevealQuery),
    responses((status = 200, description = "The plan", body = PlanView),
              (status = 409, description = "`not_resolved`: not every identifier has been searched for yet",
               body = crate::problem::ProblemBody, content_type = "application/problem+json"),
              described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    reveal: Query<RevealQuery>,
) -> Result<HttpResponse, Problem> {
    let look = Look::at(&app, &by, &name, "plan", reveal).await?;
    use RequestStatus as S;
    if matches!(look.request.status, S::Received | S::Verifying | S::Resolving) {
        let detail = "the plan is drawn once every identifier has been searched for";
        return Err(Problem::new(codes::NOT_RESOLVED, detail));
    }
    let key = look.opened()?;
    let findings = Findings::load(app.store.db.read(), key, &look.request).await?;
    let replacements = replacements(key, &look.request)?;
    let plan = findings.plan()?;
    let digest = planning::digest(&app.store.safe, &look.request, &plan)?;
    Ok(HttpResponse::Ok().json(PlanView::of(&look, &findings, &plan, replacements, digest)?))
}

impl PlanView {
    fn of(
        look: &Look,
        findings: &Findings,
        plan: &Plan,
        replacements: Vec<Replacement>,
        digest: String,
    ) -> Result<Self, Problem> {
        let candidate = |at: usize| findings.candidates[at].id.0;
        let identifier = |at: usize| findings.identifiers[at].id.0;
        let jobs = plan.jobs.iter().map(|job| PlannedView {
            subject_kind: job.subject.kind_str(),
            subject: look.subject(&job.subject),
            candidate: job.candidate.map(candidate),
            identifier: job.term.map(identifier),
            merge_set: job.merge_set.map(|at| findings.merge_set_ids[at].0),
            covers: job.covers.len(),
        });
        let left_out = plan.left_out.iter().map(|left| LeftOutView {
            subject_kind: left.subject.kind_str(),
            subject: look.subject(&left.subject),
            candidate: left.candidate.map(candidate),
            identifier: left.term.map(identifier),
            reason: left.reason.as_str(),
        });
        let undecided = plan.undecided.iter().map(|open| UndecidedView {
            subject_kind: open.subject.kind_str(),
            subject: look.subject(&open.subject),
            candidate: candidate(open.candidate),
            reason: open.reason.as_str(),
        });
        let replacements = replacements.into_iter().map(|one| ReplacementView {
            kind: one.kind.as_str(),
            existing: look.identifier(one.kind, &one.existing),
            updated: look.identifier(one.kind, &one.updated),
        });
        let contradictions = plan.contradictions.iter().map(serde_json::to_value).collect::<Result<_, _>>();
        let Blast { people, records, terms, merge_set_members } = plan.blast;
        Ok(Self {
            jobs: jobs.collect(),
            left_out: left_out.collect(),
            undecided: undecided.collect(),
            contradictions: contradictions.map_err(Problem::internal)?,
            replacements: replacements.collect(),
            blast: BlastView { people, records, terms, merge_set_members },
            digest,
            needs_person: plan.needs_person(),
        })
    }
}
