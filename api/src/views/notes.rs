//! `GET /api/v1/requests/{id}/notes`: what officers noted for each other.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::note::queries;
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

/// One note.
#[derive(Serialize, ToSchema)]
#[schema(as = Note)]
struct NoteView {
    /// Its id.
    id: Uuid,
    /// Its words; null unless they are revealed.
    words: Option<String>,
    /// Who wrote it.
    written_by: Uuid,
    /// When.
    #[schema(schema_with = schema::instant)]
    written_at: At,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Notes)]
struct Notes {
    /// Oldest first.
    items: Vec<NoteView>,
}

/// What officers noted. The words may name the person: they are shown for a purpose, which is recorded.
#[utoipa::path(get, path = "/api/v1/requests/{id}/notes", tag = "work", operation_id = "listNotes",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), RevealQuery),
    responses((status = 200, description = "The notes", body = Notes), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    query: Query<RevealQuery>,
) -> Result<HttpResponse, Problem> {
    let look = Look::at(&app, &by, &name, "notes", query).await?;
    let key = look.clear_key()?;
    let mut items = Vec::new();
    for row in queries::of_request(app.store.db.read(), look.request.id).await? {
        let words = key.map(|key| queries::words(key, &row)).transpose()?;
        items.push(NoteView { id: row.id.0, words, written_by: row.written_by.0, written_at: row.written_at });
    }
    Ok(HttpResponse::Ok().json(Notes { items }))
}
