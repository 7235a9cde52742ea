//! `GET /api/v1/requests/{id}/clocks`: by when what must be done about a request, and why.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::clock::queries;
use entities::clock::table::{ClockState, Model};
use entities::id::ClockId;
use entities::time::At;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::named::Named;
use crate::problem::{Problem, described};
use crate::query::{self, Query};
use crate::schema;

/// The clocks of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = Clocks)]
struct Clocks {
    /// The most urgent first; of a history, the oldest first.
    items: Vec<ClockView>,
}

/// One duty under one law, as it was computed once.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
struct ClockView {
    /// The computation's id.
    #[schema(value_type = uuid::Uuid)]
    id: ClockId,
    /// The law that sets the duty.
    #[schema(schema_with = schema::regime)]
    regime: String,
    /// What has to be done.
    #[schema(schema_with = schema::duty)]
    duty: String,
    /// Counts the computations of this duty, from 1.
    computation: i64,
    /// Whether it still waits.
    #[schema(schema_with = schema::clock_state)]
    state: ClockState,
    /// When the duty was done.
    #[schema(schema_with = schema::maybe_instant)]
    met_at: Option<At>,
    /// Whether the dates are the first on which something may be done, not the last.
    is_not_before: bool,
    /// The last instant of the cautious day: the strictest reading. Work to this one.
    #[schema(schema_with = schema::instant)]
    cautious_at: At,
    /// The last instant of the statutory day: the best reading.
    #[schema(schema_with = schema::instant)]
    statutory_at: At,
    /// The last instant of the day the controller aims at.
    #[schema(schema_with = schema::instant)]
    target_at: At,
    /// When it was computed.
    #[schema(schema_with = schema::instant)]
    computed_at: At,
    /// What it was computed for.
    why: String,
    /// When a later computation took its place; null for the one that runs.
    #[schema(schema_with = schema::maybe_instant)]
    superseded_at: Option<At>,
    /// The whole: civil days, zone, rule with its source, law pack, calendar, what each question to the person did, and every
    /// step of the derivation.
    #[schema(value_type = Object)]
    clock: Box<RawValue>,
}

impl ClockView {
    fn of(row: Model) -> Result<Self, Problem> {
        Ok(Self {
            clock: RawValue::from_string(row.whole).map_err(Problem::internal)?,
            id: row.id,
            regime: row.regime,
            duty: row.duty,
            computation: row.computation,
            state: row.state,
            met_at: row.met_at,
            is_not_before: row.is_not_before,
            cautious_at: row.cautious_at,
            statutory_at: row.statutory_at,
            target_at: row.target_at,
            computed_at: row.computed_at,
            why: row.why,
            superseded_at: row.superseded_at,
        })
    }
}

/// Which clocks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ClocksQuery {
    /// Everything that was ever computed (`true`), or only what runs.
    #[param(value_type = Option<bool>)]
    history: Option<String>,
}

/// By when what must be done about a request, with the derivation of every date.
#[utoipa::path(get, path = "/api/v1/requests/{id}/clocks", tag = "findings", operation_id = "listClocks",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), ClocksQuery),
    responses((status = 200, description = "The clocks", body = Clocks), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    query: Query<ClocksQuery>,
) -> Result<HttpResponse, Problem> {
    let history = query::word::<bool>("history", query.get()?.history.as_deref(), ["true", "false"])?;
    let conn = app.store.db.read();
    let request = Named::parse(&name)?.find(conn, &by.reach).await?;
    let rows = match history {
        Some(true) => queries::history(conn, request.id).await?,
        _ => queries::current(conn, request.id).await?,
    };
    let items = rows.into_iter().map(ClockView::of).collect::<Result<_, _>>()?;
    Ok(HttpResponse::Ok().json(Clocks { items }))
}
