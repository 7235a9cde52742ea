//! Pausing a source, reading its calls again, and removing it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::idempotency::queries::Answer;
use entities::source::manage::{self, Change};
use entities::source::table::Model as Source;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::SourceView;
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::SourcesManage;
use crate::decision::Nothing;
use crate::problem::{Problem, described};

/// Stores a source's calls from now on, and leaves them unread.
#[utoipa::path(post, path = "/api/v1/sources/{source}/pause", tag = "sources", operation_id = "pauseSource",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Nothing,
    responses((status = 200, description = "As it is now", body = SourceView, headers(("ETag" = String))),
              described::Connecting))]
pub async fn pause(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    switch(&app, &by, &name, asked, true).await
}

/// Reads a source's calls again, those that were stored meanwhile first.
#[utoipa::path(post, path = "/api/v1/sources/{source}/resume", tag = "sources", operation_id = "resumeSource",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Nothing,
    responses((status = 200, description = "As it is now", body = SourceView, headers(("ETag" = String))),
              described::Connecting))]
pub async fn resume(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    switch(&app, &by, &name, asked, false).await
}

async fn switch(
    app: &App,
    by: &Caller<SourcesManage>,
    name: &str,
    asked: Asked,
    paused: bool,
) -> Result<HttpResponse, Problem> {
    asked
        .change(
            app,
            by,
            name,
            |Nothing {}| Ok(()),
            async |txn, row: Source, ()| {
                let change = Change { paused: Some(paused), ..Change::default() };
                Ok((manage::change(txn, &app.store, &by.actor, &row, change).await?, None))
            },
        )
        .await
}

/// Whether what waits may be lost.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SourceRemoval)]
pub struct Removing {
    /// Whether calls and tickets that wait may go unread.
    force: Option<bool>,
}

/// Removes a source for good: its secrets, its calls, and what is known of its tickets. Requests that came of these stay, and their
/// tickets are told nothing more.
#[utoipa::path(post, path = "/api/v1/sources/{source}/remove", tag = "sources", operation_id = "removeSource",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Removing,
    responses((status = 200, description = "An empty object: it is gone", body = Object), described::Connecting))]
pub async fn remove(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked
        .about(
            &app,
            &by,
            &name,
            |given: Removing| Ok(given.force.unwrap_or_default()),
            async |txn, row: Source, force| {
                manage::remove(txn, &app.store, &by.actor, &row, force).await?;
                Ok(Answer { status: 200, location: None, body: "{}".to_owned() })
            },
        )
        .await
}
