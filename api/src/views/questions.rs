//! `GET /api/v1/requests/{id}/questions`: what waits for a person, and what did.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::question::queries;
use entities::question::table::QuestionCode;
use entities::time::At;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::named::Named;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};
use crate::schema;

/// One question.
#[derive(Serialize, ToSchema)]
#[schema(as = Question)]
struct QuestionView {
    /// Its id.
    id: Uuid,
    /// What is asked.
    #[schema(schema_with = schema::question_code)]
    code: QuestionCode,
    /// What it is about: the id of a job, or the request's.
    about: String,
    /// What one needs to know to answer.
    #[schema(value_type = Object)]
    detail: Value,
    /// When it came up.
    #[schema(schema_with = schema::instant)]
    opened_at: At,
    /// When it was answered; null while it is open.
    #[schema(schema_with = schema::maybe_instant)]
    answered_at: Option<At>,
    /// Who or what answered it.
    answered_by: Option<String>,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Questions)]
struct Questions {
    /// Oldest first.
    items: Vec<QuestionView>,
}

/// What waits for a person, and what did.
#[utoipa::path(get, path = "/api/v1/requests/{id}/questions", tag = "findings", operation_id = "listQuestions",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference")),
    responses((status = 200, description = "The questions", body = Questions), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let conn = app.store.db.read();
    let request = Named::parse(&name)?.find(conn, &by.reach).await?;
    let mut items = Vec::new();
    for row in queries::of_request(conn, request.id).await? {
        items.push(QuestionView {
            id: row.id.0,
            code: row.code,
            about: row.about,
            detail: serde_json::from_str(&row.detail).map_err(Problem::internal)?,
            opened_at: row.opened_at,
            answered_at: row.answered_at,
            answered_by: row.answered_by,
        });
    }
    Ok(HttpResponse::Ok().json(Questions { items }))
}
