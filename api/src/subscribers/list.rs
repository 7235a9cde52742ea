//! `GET /api/v1/subscribers` and one of them.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, http::header};
use entities::controller;
use entities::subscriber::queries::all;
use serde::Deserialize;

use super::asked::find;
use super::view::{SubscriberView, Subscribers};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::etag;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};

/// Which to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Only this controller's, by its short name.
    controller: Option<String>,
}

/// The subscribers within reach. A controller has fifty at most.
#[utoipa::path(get, path = "/api/v1/subscribers", tag = "subscribers", operation_id = "listSubscribers",
    security(("client_credentials" = ["subscribers:manage"])), params(ListQuery),
    responses((status = 200, description = "The subscribers", body = Subscribers), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    let ListQuery { controller: slug } = query.get()?;
    let conn = app.store.db.read();
    let controller = match slug {
        Some(slug) => {
            let found = controller::queries::within(conn, &by.reach).await?.into_iter().find(|row| row.slug == slug);
            Some(found.ok_or_else(|| Problem::not_found("controller"))?.id)
        }
        None => None,
    };
    let mut items = Vec::new();
    for row in all(conn, &by.reach, controller).await? {
        items.push(SubscriberView::within(&app, conn, row).await?);
    }
    Ok(HttpResponse::Ok().json(Subscribers { items }))
}

/// One subscriber.
#[utoipa::path(get, path = "/api/v1/subscribers/{subscriber}", tag = "subscribers", operation_id = "getSubscriber",
    security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = uuid::Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The subscriber", body = SubscriberView, headers(("ETag" = String))),
              described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let conn = app.store.db.read();
    let row = find(conn, &by.reach, &name).await?;
    let tag = etag::of(row.version);
    let view = SubscriberView::within(&app, conn, row).await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(view))
}
