//! What became of a source's tickets: `GET /api/v1/sources/{source}/tickets`, and looking at one again.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::id::TicketId;
use entities::idempotency::queries::Answer;
use entities::source::again;
use entities::source::table::Model as Source;
use entities::ticket::queries::{Filter, by_id, page};
use entities::ticket::table::{Model, TicketState};
use entities::time::At;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::find;
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::SourcesManage;
use crate::decision::Nothing;
use crate::named;
use crate::paging::Paging;
use crate::problem::{Problem, described};
use crate::query::{self, Query};
use crate::schema;

/// One ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
struct TicketView {
    /// Its id here.
    id: Uuid,
    /// What its system's API calls it.
    ticket: String,
    /// What its people call it.
    display_id: Option<String>,
    /// How it stands with us.
    #[schema(schema_with = schema::ticket_state)]
    state: TicketState,
    /// The request that came of it.
    request: Option<Uuid>,
    /// The version of the mapping that it was last read with.
    mapping_version: Option<i64>,
    /// What is wrong with it: places and ways out, never a value.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<Value>,
    /// What it was last told: the word for where its request stands.
    shown: Option<String>,
    /// Whether it takes changes.
    writable: bool,
    /// When it was first heard of.
    #[schema(schema_with = schema::instant)]
    created_at: At,
    /// When it was last heard of.
    #[schema(schema_with = schema::instant)]
    updated_at: At,
}

impl From<Model> for TicketView {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.0,
            ticket: row.external_id,
            display_id: row.display_id,
            state: row.state,
            request: row.request_id.map(|id| id.0),
            mapping_version: row.mapping_version,
            problems: serde_json::from_str(&row.problems).unwrap_or_default(),
            shown: row.shown,
            writable: row.writable,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A page of them.
#[derive(Serialize, ToSchema)]
#[schema(as = TicketPage)]
struct Page {
    /// Newest first.
    items: Vec<TicketView>,
    /// The cursor of the next page; null at the end.
    next: Option<String>,
}

/// Which to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TicketQuery {
    /// Only those that stand so; `triage` waits for a person.
    #[param(schema_with = schema::ticket_state, required = false)]
    state: Option<String>,
    /// How many entries a page may have, 1 to 200; 50 if left away.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The tickets of a source, with what is wrong with each.
#[utoipa::path(get, path = "/api/v1/sources/{source}/tickets", tag = "sources", operation_id = "listTickets",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = Uuid, Path, description = "Its id"), TicketQuery),
    responses((status = 200, description = "A page", body = Page), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    query: Query<TicketQuery>,
) -> Result<HttpResponse, Problem> {
    let TicketQuery { state, limit, cursor } = query.get()?;
    let state = query::word("state", state.as_deref(), TicketState::ALL.iter().map(|state| state.as_str()))?;
    let conn = app.store.db.read();
    let row = find(conn, &by.reach, &name).await?;
    let paging = Paging::read(&app, format!("tickets/{}", row.id), limit.as_deref(), cursor.as_deref())?;
    let filter = Filter { source: Some(row.id), state };
    let mut rows = page(conn, &by.reach, filter, paging.before.map(TicketId), paging.wanted()).await?;
    let next = paging.cut(&app, &mut rows, |row| row.id.0);
    Ok(HttpResponse::Ok().json(Page { items: rows.into_iter().map(TicketView::from).collect(), next }))
}

/// Has a ticket looked at again, once what kept us from it was mended.
#[utoipa::path(post, path = "/api/v1/sources/{source}/tickets/{ticket}/retry", tag = "sources", operation_id = "retryTicket",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = Uuid, Path, description = "Its id"), ("ticket" = Uuid, Path, description = "The ticket's id here"),
           crate::decision::DecisionHeaders),
    request_body = Nothing,
    responses((status = 200, description = "The ticket, which is looked at again", body = TicketView),
              described::Connecting))]
pub async fn retry(
    app: Data<App>,
    by: Caller<SourcesManage>,
    path: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, ticket) = path.into_inner();
    let nothing = || Problem::not_found("ticket");
    asked
        .about(
            &app,
            &by,
            &name,
            |Nothing {}| Ok(()),
            async |txn, row: Source, ()| {
                let id = named::id(&ticket).map(TicketId).ok_or_else(nothing)?;
                let found = by_id(&**txn, &by.reach, id).await?.filter(|it| it.source_id == row.id);
                again::look(txn, &app.store, &by.actor, &found.ok_or_else(nothing)?).await?;
                let now = by_id(&**txn, &by.reach, id).await?.ok_or_else(nothing)?;
                let body = serde_json::to_string(&TicketView::from(now)).map_err(Problem::internal)?;
                Ok(Answer { status: 200, location: None, body })
            },
        )
        .await
}
