//! `GET /api/v1/requests/{id}/tasks`: what officers are to do, and did.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::task::queries;
use entities::task::table::TaskKind;
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

/// One task.
#[derive(Serialize, ToSchema)]
#[schema(as = Task)]
struct TaskView {
    /// Its id.
    id: Uuid,
    /// What kind of thing is to be done.
    #[schema(schema_with = schema::task_kind)]
    kind: TaskKind,
    /// What exactly; null unless it is revealed.
    words: Option<String>,
    /// The officer who is to do it; null if anybody may.
    assignee: Option<Uuid>,
    /// The last day for it, in the controller's time zone.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<String>,
    /// Who set it.
    set_by: Uuid,
    /// When.
    #[schema(schema_with = schema::instant)]
    set_at: At,
    /// When it was done; null while it is open.
    #[schema(schema_with = schema::maybe_instant)]
    done_at: Option<At>,
    /// Who did it, or said that it is done.
    done_by: Option<Uuid>,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Tasks)]
struct Tasks {
    /// In the order they were set.
    items: Vec<TaskView>,
}

/// What officers are to do about a request, and did. The words may name the person: they are shown for a purpose, which is
/// recorded.
#[utoipa::path(get, path = "/api/v1/requests/{id}/tasks", tag = "work", operation_id = "listTasks",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), RevealQuery),
    responses((status = 200, description = "The tasks", body = Tasks), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    query: Query<RevealQuery>,
) -> Result<HttpResponse, Problem> {
    let look = Look::at(&app, &by, &name, "tasks", query).await?;
    let key = look.clear_key()?;
    let mut items = Vec::new();
    for row in queries::of_request(app.store.db.read(), look.request.id).await? {
        items.push(TaskView {
            id: row.id.0,
            kind: row.kind,
            words: key.map(|key| queries::words(key, &row)).transpose()?,
            assignee: row.assignee.map(|officer| officer.0),
            until: row.until,
            set_by: row.set_by.0,
            set_at: row.set_at,
            done_at: row.done_at,
            done_by: row.done_by.map(|officer| officer.0),
        });
    }
    Ok(HttpResponse::Ok().json(Tasks { items }))
}
