//! `GET /api/v1/requests/{id}/events`: what happened to a request.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::event::queries;
use entities::id::EventId;
use entities::request::decide;
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::cursor;
use crate::event_view::{EventPage, EventView};
use crate::problem::{Problem, described};
use crate::query::{self, Query};
use crate::reveal::{Look, RevealQuery};

/// Which part of the trail.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// What for: shows the reasons that people wrote, needs the scope `requests:reveal`, and is recorded.
    #[param(min_length = 1, max_length = 80, pattern = "^[a-z0-9_-]+$")]
    reveal: Option<String>,
    /// How many entries a page may have, 1 to 1000; 1000 if left away.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

const MOST: u64 = 1000;

/// What happened to a request, oldest first.
#[utoipa::path(get, path = "/api/v1/requests/{id}/events", tag = "findings", operation_id = "listEvents",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), EventsQuery),
    responses((status = 200, description = "A page", body = EventPage), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    query: Query<EventsQuery>,
) -> Result<HttpResponse, Problem> {
    let EventsQuery { reveal, limit, cursor } = query.get()?;
    let limit = query::limit(limit.as_deref(), MOST, MOST)?;
    let look = Look::at(&app, &by, &name, "events", Query::of(RevealQuery { reveal })).await?;
    let list = format!("events/{}", look.request.id);
    let after = cursor.map(|text| cursor::open(&app.store.safe, &list, &text)).transpose()?;
    let after = after.map(|bytes| EventId(Uuid::from_bytes(bytes)));
    let conn = app.store.db.read();
    let mut rows = queries::of_request(conn, &by.reach, look.request.id, after, limit + 1).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let mut items = rows.into_iter().map(EventView::of).collect::<Result<Vec<_>, _>>()?;
    if let (true, Some(key)) = (look.is_clear(), &look.key) {
        for item in &mut items {
            item.reason = decide::reason(key, look.request.id, item.data())?;
        }
    }
    let last = items.last().filter(|_| more).map(EventView::id);
    let next = last.map(|id| cursor::seal(&app.store.safe, &list, id.as_bytes()));
    Ok(HttpResponse::Ok().json(EventPage { items, next }))
}
