//! `GET /api/v1/reports/accountability`: figures per right and month (GDPR Art. 5(2), 24).

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::time::At;
use jiff::civil::Date;
use law::regime::Regime;
use reports::accountability::{COLUMNS, Count, Line, NOTES, REGIMES};
use reports::load;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Time, format, whole, whose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::ReportsRead;
use crate::problem::{Problem, described};
use crate::query::{self, Query};
use crate::schema;

/// What to report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccountabilityQuery {
    /// The controller, by its short name.
    #[param(required = true)]
    controller: Option<String>,
    /// Requests received in this calendar year; the running one, if no time is given. Days and years are those of the
    /// controller's zone.
    #[param(value_type = Option<i16>, minimum = 1970, maximum = 2999)]
    year: Option<String>,
    /// Requests received on this day or later.
    #[param(value_type = Option<jiff::civil::Date>)]
    from: Option<String>,
    /// Requests received on this day or earlier; today, if it is left away.
    #[param(value_type = Option<jiff::civil::Date>)]
    to: Option<String>,
    /// Only requests under this law; those under the GDPR of the European Union or of the United Kingdom, if it is left away.
    #[param(schema_with = schema::regime, required = false)]
    regime: Option<String>,
    /// `json`, or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Figures of a period.
#[derive(Serialize, ToSchema)]
#[schema(as = Accountability)]
struct Body {
    /// The controller's short name.
    controller: String,
    /// The zone whose civil days and months are meant.
    time_zone: String,
    /// The first day of receipt.
    from: Date,
    /// The last day of receipt.
    to: Date,
    /// When they were written.
    #[schema(value_type = jiff::Timestamp)]
    as_of: At,
    /// The laws of which a request counts if it is under one of them.
    regimes: Vec<String>,
    /// A line a month and right.
    months: Vec<Line>,
    /// A line a right, for the whole period.
    rights: Vec<Line>,
    /// The whole period and all rights.
    total: Line,
    /// What the figures rest on.
    notes: [&'static str; NOTES.len()],
}

/// Figures for accountability per right and month of receipt: how many requests came, were answered in time, extended, refused
/// on which ground, late for which reason, and still wait.
#[utoipa::path(get, path = "/api/v1/reports/accountability", tag = "reports", operation_id = "reportAccountability",
    security(("client_credentials" = ["reports:read"])), params(AccountabilityQuery),
    responses((status = 200, description = "The figures",
               content((Body = "application/json"), (String = "text/csv"))), described::Reading))]
pub async fn accountability(
    app: Data<App>,
    by: Caller<ReportsRead>,
    query: Query<AccountabilityQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.get()?;
    let format = format(query.format.as_deref())?;
    let time = Time::read(query.year.as_deref(), query.from.as_deref(), query.to.as_deref())?;
    let regime = query::word::<Regime>("regime", query.regime.as_deref(), Regime::all().map(Regime::as_str))?;
    let regimes = regime.map_or_else(|| REGIMES.to_vec(), |regime| vec![regime.as_str()]);
    let regimes: Vec<String> = regimes.into_iter().map(str::to_owned).collect();
    let whose = whose(&app, &by.reach, query.controller.as_deref()).await?;
    let now = app.store.now();
    let period = time.in_zone(&whose.zone, now)?;
    let mut count = Count::new(whose.zone.clone(), now, regimes.clone());
    load::each(&app.store, whose.which(&by.reach, &period), |fact| count.add(fact)).await?;
    let name = format!("accountability-{}-{}-{}", whose.controller.slug, period.from, period.to);
    let body = Body {
        controller: whose.controller.slug,
        time_zone: whose.controller.time_zone,
        from: period.from,
        to: period.to,
        as_of: now,
        regimes,
        months: count.months(),
        rights: count.rights(),
        total: count.total(),
        notes: NOTES,
    };
    let lines = body.months.iter().chain(&body.rights).chain([&body.total]);
    whole(format, &name, &body, COLUMNS, lines.map(Line::cells))
}
