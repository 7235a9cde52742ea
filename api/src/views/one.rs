//! `GET /api/v1/requests/{id}`: one request.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::etag;
use crate::named::Named;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};
use crate::request_view::RequestView;

/// One request, by id or by reference.
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "requests", operation_id = "getRequest",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "Its id, or its reference"),
           ("If-None-Match" = Option<String>, Header, description = "The version one has already, in quotes")),
    responses(
        (status = 200, description = "The request", body = RequestView, headers(("ETag" = String))),
        (status = 304, description = "It has not changed"),
        described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    none: Query<NoParameters>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let request = Named::parse(&name)?.find(app.store.db.read(), &by.reach).await?;
    let tag = (header::ETAG, etag::of(request.version));
    if etag::is_known(&req, request.version) {
        return Ok(HttpResponse::NotModified().insert_header(tag).finish());
    }
    Ok(HttpResponse::Ok().insert_header(tag).json(RequestView::of(&app, app.store.db.read(), request).await?))
}
