//! `GET /api/v1/audit/{controller}`: a controller's whole chain, for whoever checks it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::controller;
use entities::event::queries;
use serde::Deserialize;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::AuditRead;
use crate::cursor;
use crate::event_view::{EventPage, EventView};
use crate::problem::{Problem, described};
use crate::query::{self, Query};

/// Which part of the chain.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// How many entries a page may have, 1 to 1000; 200 if left away.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A controller's chain, by place. Events of the last moments, not linked in yet, are not among them.
#[utoipa::path(get, path = "/api/v1/audit/{controller}", tag = "audit", operation_id = "listAudit",
    security(("client_credentials" = ["audit:read"])),
    params(("controller" = String, Path, description = "The controller's short name"), AuditQuery),
    responses((status = 200, description = "A page", body = EventPage), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<AuditRead>,
    slug: Path<String>,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Problem> {
    let AuditQuery { limit, cursor } = query.get()?;
    let limit = query::limit(limit.as_deref(), 200, 1000)?;
    let conn = app.store.db.read();
    let controller = controller::queries::within(conn, &by.reach).await?.into_iter().find(|row| row.slug == *slug);
    let controller = controller.ok_or_else(|| Problem::not_found("controller"))?;
    let list = format!("audit/{}", controller.id);
    let after = cursor.map(|text| cursor::open(&app.store.safe, &list, &text)).transpose()?;
    let after = after.map_or(0, i64::from_be_bytes);
    let mut rows = queries::of_controller(conn, &by.reach, controller.id, after, limit + 1).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let items = rows.into_iter().map(EventView::of).collect::<Result<Vec<_>, _>>()?;
    let last = items.last().filter(|_| more).and_then(EventView::seq);
    let next = last.map(|seq| cursor::seal(&app.store.safe, &list, &seq.to_be_bytes()));
    Ok(HttpResponse::Ok().json(EventPage { items, next }))
}
