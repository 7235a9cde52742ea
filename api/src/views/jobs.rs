//! `GET /api/v1/requests/{id}/jobs`: the platform requests, and how far each is.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::job::queries;
use entities::job::status::{JobKind, JobOrigin, JobStatus};
use entities::time::At;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::problem::{Problem, described};
use crate::query::Query;
use crate::reveal::{Look, RevealQuery};
use crate::schema;

/// One platform request, tracked to its end.
#[derive(Serialize, ToSchema)]
#[schema(as = Job)]
struct JobView {
    /// Its id.
    id: Uuid,
    /// What the platform is asked to do.
    #[schema(schema_with = schema::job_kind)]
    kind: JobKind,
    /// The kind of its subject: of a record, or of a search term.
    subject_kind: String,
    /// Its subject, masked unless revealed; null once it has been erased.
    subject: Option<String>,
    /// Why there is a job.
    #[schema(schema_with = schema::job_origin)]
    origin: JobOrigin,
    /// The job it came from.
    parent: Option<Uuid>,
    /// The candidate it is for.
    candidate: Option<Uuid>,
    /// The search term it is for.
    identifier: Option<Uuid>,
    /// The merge set it belongs to.
    merge_set: Option<Uuid>,
    /// Where it stands.
    #[schema(schema_with = schema::job_status)]
    status: JobStatus,
    /// How often the platform was asked.
    attempt: i64,
    /// When the intent to ask was last written down.
    #[schema(schema_with = schema::maybe_instant)]
    intent_at: Option<At>,
    /// The platform's id of it.
    platform_id: Option<String>,
    /// The platform's word on it, verbatim.
    platform_status: Option<String>,
    /// When the platform says it was created.
    #[schema(schema_with = schema::maybe_instant)]
    platform_created_at: Option<At>,
    /// The platform's correlation id of the call that made it.
    correlation_id: Option<String>,
    /// Why it failed.
    error_code: Option<String>,
    /// When the platform took it.
    #[schema(schema_with = schema::maybe_instant)]
    submitted_at: Option<At>,
    /// When it is looked at next.
    #[schema(schema_with = schema::maybe_instant)]
    next_poll_at: Option<At>,
    /// When it ended.
    #[schema(schema_with = schema::maybe_instant)]
    completed_at: Option<At>,
    /// When it was planned.
    #[schema(schema_with = schema::instant)]
    created_at: At,
    /// When it was last changed.
    #[schema(schema_with = schema::instant)]
    updated_at: At,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Jobs)]
struct Jobs {
    /// Oldest first.
    items: Vec<JobView>,
}

/// The platform requests, and how far each is.
#[utoipa::path(get, path = "/api/v1/requests/{id}/jobs", tag = "findings", operation_id = "listJobs",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), RevealQuery),
    responses((status = 200, description = "The jobs", body = Jobs), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    reveal: Query<RevealQuery>,
) -> Result<HttpResponse, Problem> {
    let look = Look::at(&app, &by, &name, "jobs", reveal).await?;
    let mut items = Vec::new();
    for row in queries::of_request(app.store.db.read(), look.request.id).await? {
        let subject = match &look.key {
            Some(key) => Some(look.subject(&queries::subject(key, &row)?)),
            None => None,
        };
        items.push(JobView {
            id: row.id.0,
            kind: row.kind,
            subject_kind: row.subject_kind,
            subject,
            origin: row.origin,
            parent: row.parent_id.map(|id| id.0),
            candidate: row.candidate_id.map(|id| id.0),
            identifier: row.identifier_id.map(|id| id.0),
            merge_set: row.merge_set_id.map(|id| id.0),
            status: row.status,
            attempt: row.attempt,
            intent_at: row.intent_at,
            platform_id: row.platform_id,
            platform_status: row.platform_status,
            platform_created_at: row.platform_created_at,
            correlation_id: row.correlation_id,
            error_code: row.error_code,
            submitted_at: row.submitted_at,
            next_poll_at: row.next_poll_at,
            completed_at: row.completed_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        });
    }
    Ok(HttpResponse::Ok().json(Jobs { items }))
}
