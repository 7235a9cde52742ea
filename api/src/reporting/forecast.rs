//! `GET /api/v1/reports/forecast`: which open requests will miss their dates, and by when more time must be announced.

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::time::At;
use reports::forecast::report::{Assumptions, COLUMNS, Line, Summary, Told, tell};
use reports::queue;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{format, whole, whose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::ReportsRead;
use crate::problem::{Problem, described};
use crate::query::Query;

/// What to forecast.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ForecastQuery {
    /// The controller, by its short name.
    #[param(required = true)]
    controller: Option<String>,
    /// `json`, or `csv`: the requests alone, without what the forecast rests on.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// A forecast.
#[derive(Serialize, ToSchema)]
#[schema(as = Forecast)]
struct Body {
    /// The controller's short name.
    controller: String,
    /// The zone whose civil days are meant.
    time_zone: String,
    /// When it was written.
    #[schema(value_type = jiff::Timestamp)]
    as_of: At,
    /// What it rests on.
    assumptions: Assumptions,
    /// How many requests stand how.
    summary: Summary,
    /// The open requests, in the order of their cautious dates.
    items: Vec<Line>,
}

/// Which open requests will miss their dates if things go on as they did, until when people must decide, and by which day an
/// extension must be announced. What it assumes stands in it.
#[utoipa::path(get, path = "/api/v1/reports/forecast", tag = "reports", operation_id = "reportForecast",
    security(("client_credentials" = ["reports:read"])), params(ForecastQuery),
    responses((status = 200, description = "The forecast",
               content((Body = "application/json"), (String = "text/csv"))), described::Reading))]
pub async fn forecast(
    app: Data<App>,
    by: Caller<ReportsRead>,
    query: Query<ForecastQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.get()?;
    let format = format(query.format.as_deref())?;
    let whose = whose(&app, &by.reach, query.controller.as_deref()).await?;
    let situation = queue::situation(&app.store, &whose.controller).await?;
    let Told { assumptions, summary, items } = tell(&situation, &whose.zone);
    let name = format!("forecast-{}-{}", whose.controller.slug, whose.today(situation.now));
    let body = Body {
        controller: whose.controller.slug,
        time_zone: whose.controller.time_zone,
        as_of: situation.now,
        assumptions,
        summary,
        items,
    };
    whole(format, &name, &body, COLUMNS, body.items.iter().map(Line::cells))
}
