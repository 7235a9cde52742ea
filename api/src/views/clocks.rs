//! `GET /api/v1/requests/{id}/clocks`: by when a request must be answered, and why.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::named::Named;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};

/// The clocks that run for a request.
#[derive(Serialize, ToSchema)]
#[schema(as = Clocks)]
struct Clocks {
    /// Each with its duty, its dates, the rule that was applied and every step of the derivation.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
}

/// By when a request must be answered, with the derivation of every date.
#[utoipa::path(get, path = "/api/v1/requests/{id}/clocks", tag = "findings", operation_id = "listClocks",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference")),
    responses((status = 200, description = "The clocks", body = Clocks), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let request = Named::parse(&name)?.find(app.store.db.read(), &by.reach).await?;
    let clock = serde_json::from_str(&request.clock).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().json(Clocks { items: vec![clock] }))
}
