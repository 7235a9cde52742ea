//! `GET /api/v1/controllers`: the controllers within reach.

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::controller::queries;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::ControllersRead;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};

/// One controller.
#[derive(Serialize, ToSchema)]
#[schema(as = Controller)]
struct ControllerView {
    /// Its short name.
    slug: String,
    /// Its name.
    name: String,
    /// Stopped by an operator: its requests are taken in, but nothing is done on the platform.
    paused: bool,
    /// ISO 3166 region.
    region: Option<String>,
    /// The IANA zone whose calendar its clocks follow.
    time_zone: String,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Controllers)]
struct Controllers {
    /// By short name.
    items: Vec<ControllerView>,
}

/// The controllers within reach.
#[utoipa::path(get, path = "/api/v1/controllers", tag = "audit", operation_id = "listControllers",
    security(("client_credentials" = ["controllers:read"])),
    responses((status = 200, description = "The controllers", body = Controllers), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<ControllersRead>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let rows = queries::within(app.store.db.read(), &by.reach).await?;
    let items = rows.into_iter().map(|row| ControllerView {
        slug: row.slug,
        name: row.name,
        paused: row.paused,
        region: row.region,
        time_zone: row.time_zone,
    });
    Ok(HttpResponse::Ok().json(Controllers { items: items.collect() }))
}
