//! `GET /api/v1/sources` and one of them.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, http::header};
use entities::controller;
use entities::source::queries::within;
use serde::Deserialize;

use super::asked::find;
use super::view::{SourceView, Sources};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::SourcesManage;
use crate::etag;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};

/// Which to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SourceQuery {
    /// Only this controller's, by its short name.
    controller: Option<String>,
    /// Only the one of this short name.
    slug: Option<String>,
}

/// The sources within reach, with what of each waits.
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources", operation_id = "listSources",
    security(("client_credentials" = ["sources:manage"])), params(SourceQuery),
    responses((status = 200, description = "The sources", body = Sources), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<SourcesManage>,
    query: Query<SourceQuery>,
) -> Result<HttpResponse, Problem> {
    let SourceQuery { controller: wanted, slug } = query.get()?;
    let conn = app.store.db.read();
    let controller = match wanted {
        Some(wanted) => {
            let found = controller::queries::within(conn, &by.reach).await?.into_iter().find(|row| row.slug == wanted);
            Some(found.ok_or_else(|| Problem::not_found("controller"))?.id)
        }
        None => None,
    };
    let mut rows = within(conn, &by.reach, controller).await?;
    rows.retain(|row| slug.as_ref().is_none_or(|slug| row.slug == *slug));
    Ok(HttpResponse::Ok().json(Sources { items: SourceView::all(&app, conn, rows).await? }))
}

/// One source.
#[utoipa::path(get, path = "/api/v1/sources/{source}", tag = "sources", operation_id = "getSource",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = uuid::Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The source", body = SourceView, headers(("ETag" = String))),
              described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let conn = app.store.db.read();
    let row = find(conn, &by.reach, &name).await?;
    let tag = etag::of(row.version);
    let view = SourceView::of(&app, conn, row).await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(view))
}
