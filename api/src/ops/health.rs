//! Whether the process lives, and whether it should be sent calls.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use entities::installation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

/// What was looked at.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
pub struct Health {
    /// `ok`, or what is in the way: `database`, `stopping`.
    status: &'static str,
}

/// The process lives. It does not look at the database: restarting the process would not mend that.
#[utoipa::path(get, path = "/healthz", tag = "operations", security(()), operation_id = "health",
    responses((status = 200, description = "The process lives", body = Health)))]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

const PATIENCE: Duration = Duration::from_secs(3);

/// Calls can be answered: the database answers, its schema is there, and the server is not stopping.
#[utoipa::path(get, path = "/readyz", tag = "operations", security(()), operation_id = "ready",
    responses(
        (status = 200, description = "Calls can be answered", body = Health),
        (status = 503, description = "They cannot", body = Health)))]
pub async fn ready(app: Data<App>) -> HttpResponse {
    let status = if app.stop.is_cancelled() {
        "stopping"
    } else {
        match tokio::time::timeout(PATIENCE, installation::schema::answers(app.store.db.read())).await {
            Ok(Ok(())) => "ok",
            Ok(Err(_)) | Err(_) => "database",
        }
    };
    let code = if status == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    HttpResponse::build(code).json(Health { status })
}
