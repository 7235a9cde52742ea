//! `GET /api/v1/requests/{id}/artifacts`: the files that an access yielded.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::artifact::queries;
use entities::time::At;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::named::Named;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};
use crate::schema;

/// One file.
#[derive(Serialize, ToSchema)]
#[schema(as = Artifact)]
struct ArtifactView {
    /// Its id.
    id: Uuid,
    /// The job that yielded it.
    job: Uuid,
    /// Its place among the job's parts, from 1.
    part: i64,
    /// SHA-256 of its contents.
    sha256: String,
    /// How many bytes it has.
    bytes: i64,
    /// What kind of file it is.
    media_type: String,
    /// Where to fetch it, with the scope `requests:reveal`.
    content: String,
    /// When it was stored.
    #[schema(schema_with = schema::instant)]
    created_at: At,
    /// When it was handed over to the person, to be fetched on their status page; null if it was not, or was taken back.
    #[schema(schema_with = schema::maybe_instant)]
    handed_over_at: Option<At>,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Artifacts)]
struct Artifacts {
    /// In the order they were stored.
    items: Vec<ArtifactView>,
}

/// The files that an access yielded.
#[utoipa::path(get, path = "/api/v1/requests/{id}/artifacts", tag = "findings", operation_id = "listArtifacts",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference")),
    responses((status = 200, description = "The files", body = Artifacts), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let conn = app.store.db.read();
    let request = Named::parse(&name)?.find(conn, &by.reach).await?;
    let items = queries::of_request(conn, request.id).await?.into_iter().map(|row| ArtifactView {
        id: row.id.0,
        job: row.job_id.0,
        part: row.part,
        sha256: row.sha256,
        bytes: row.bytes,
        media_type: row.media_type,
        content: format!("/api/v1/artifacts/{}/content", row.id),
        created_at: row.created_at,
        handed_over_at: row.handed_over_at,
    });
    Ok(HttpResponse::Ok().json(Artifacts { items: items.collect() }))
}
