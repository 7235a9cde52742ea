//! `GET /api/v1/reports/ccpa`: the yearly figures of the CCPA (11 CCR 7102).

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::time::At;
use reports::ccpa::{COLUMNS, Count, Line, NOTES, cells};
use reports::load;
use reports::period::Period;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{self, format, invalid, whole, whose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::ReportsRead;
use crate::problem::{Problem, described};
use crate::query::Query;

/// What to report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CcpaQuery {
    /// The controller, by its short name.
    #[param(required = true)]
    controller: Option<String>,
    /// The calendar year in which requests were received, in the controller's zone; the one before the running one, if it is
    /// left away: its figures are the ones to publish.
    #[param(value_type = Option<i16>, minimum = 1970, maximum = 2999)]
    year: Option<String>,
    /// `json`, or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// The figures of a year.
#[derive(Serialize, ToSchema)]
#[schema(as = CcpaFigures)]
struct Body {
    /// The controller's short name.
    controller: String,
    /// The zone whose civil days are meant.
    time_zone: String,
    /// The calendar year of receipt.
    year: i16,
    /// When they were written.
    #[schema(value_type = jiff::Timestamp)]
    as_of: At,
    /// Requests under the CCPA, by type.
    california: Vec<Line>,
    /// All individuals' requests of the same types.
    everyone: Vec<Line>,
    /// What the figures rest on.
    notes: [&'static str; NOTES.len()],
}

/// The yearly figures of the CCPA by type of request: received, complied with in whole and in part, denied, still open, and
/// the mean and median days to the substantive response.
#[utoipa::path(get, path = "/api/v1/reports/ccpa", tag = "reports", operation_id = "reportCcpa",
    security(("client_credentials" = ["reports:read"])), params(CcpaQuery),
    responses((status = 200, description = "The figures",
               content((Body = "application/json"), (String = "text/csv"))), described::Reading))]
pub async fn ccpa(app: Data<App>, by: Caller<ReportsRead>, query: Query<CcpaQuery>) -> Result<HttpResponse, Problem> {
    let query = query.get()?;
    let format = format(query.format.as_deref())?;
    let year = query.year.as_deref().map(asked::year).transpose()?;
    let whose = whose(&app, &by.reach, query.controller.as_deref()).await?;
    let now = app.store.now();
    let year = year.unwrap_or_else(|| whose.today(now).year() - 1);
    let period =
        Period::year(whose.zone.clone(), year).ok_or_else(|| invalid("year", "`year` lies beyond all time"))?;
    let mut count = Count::new(whose.zone.clone());
    load::each(&app.store, whose.which(&by.reach, &period), |fact| count.add(fact)).await?;
    let name = format!("ccpa-{}-{year}", whose.controller.slug);
    let body = Body {
        controller: whose.controller.slug,
        time_zone: whose.controller.time_zone,
        year,
        as_of: now,
        california: count.california(),
        everyone: count.everyone(),
        notes: NOTES,
    };
    let california = body.california.iter().map(|line| cells("california", line));
    let everyone = body.everyone.iter().map(|line| cells("everyone", line));
    whole(format, &name, &body, COLUMNS, california.chain(everyone))
}
