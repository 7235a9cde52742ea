//! `GET /api/v1/reports/register`: a line a request, in the order of receipt, read and sent batch by batch.

use std::io;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use entities::time::At;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reports::fact::Fact;
use reports::load;
use reports::register::{COLUMNS, Line};
use reports::sheet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Format, Time, answer, format, whose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::ReportsRead;
use crate::problem::{Problem, described};
use crate::query::Query;

/// What to report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RegisterQuery {
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
    /// `json`, or `csv`: a table whose cells no spreadsheet takes for formulas.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// The register of a period.
#[derive(Serialize, ToSchema)]
#[schema(as = Register)]
struct Body {
    /// The controller's short name.
    controller: String,
    /// The zone whose civil days are meant.
    time_zone: String,
    /// The first day of receipt.
    from: Date,
    /// The last day of receipt.
    to: Date,
    /// When it was written.
    #[schema(value_type = jiff::Timestamp)]
    as_of: At,
    /// A line a request, in the order of receipt.
    items: Vec<Line>,
}

/// The register: every request received in a period, a line each, without personal data. It is read and sent piece by piece:
/// an answer that ends before its time was broken off.
#[utoipa::path(get, path = "/api/v1/reports/register", tag = "reports", operation_id = "reportRegister",
    security(("client_credentials" = ["reports:read"])), params(RegisterQuery),
    responses((status = 200, description = "The register",
               content((Body = "application/json"), (String = "text/csv"))), described::Reading))]
pub async fn register(
    app: Data<App>,
    by: Caller<ReportsRead>,
    query: Query<RegisterQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.get()?;
    let format = format(query.format.as_deref())?;
    let time = Time::read(query.year.as_deref(), query.from.as_deref(), query.to.as_deref())?;
    let whose = whose(&app, &by.reach, query.controller.as_deref()).await?;
    let now = app.store.now();
    let period = time.in_zone(&whose.zone, now)?;
    let mut batches = load::facts(app.store.clone(), whose.which(&by.reach, &period));
    // The first is read before anything is said, so that a database that does not answer is told of as a problem.
    let first = batches.try_next().await?;
    let batches = stream::iter(first.map(Ok)).chain(batches);
    let name = format!("register-{}-{}-{}", whose.controller.slug, period.from, period.to);
    let empty = Body {
        controller: whose.controller.slug,
        time_zone: whose.controller.time_zone,
        from: period.from,
        to: period.to,
        as_of: now,
        items: Vec::new(),
    };
    let head = match format {
        Format::Csv => sheet::lines([COLUMNS]),
        Format::Json => {
            let mut text = serde_json::to_vec(&empty).map_err(Problem::internal)?;
            // The list is the last field: what closes it and the whole comes after the last line.
            text.truncate(text.len() - CLOSING.len());
            text
        }
    };
    let tail = if format == Format::Json { CLOSING } else { b"" };
    Ok(answer(format, &name).streaming(pieces(batches, head, tail, format, whose.zone, now)))
}

const CLOSING: &[u8] = b"]}";

fn pieces(
    batches: impl Stream<Item = Result<Vec<Fact>, sea_orm::DbErr>>,
    head: Vec<u8>,
    tail: &'static [u8],
    format: Format,
    zone: TimeZone,
    now: At,
) -> impl Stream<Item = io::Result<Bytes>> {
    let mut is_first = true;
    let written = batches.map(move |batch| {
        let lines = batch.map_err(io::Error::other)?.into_iter().map(|fact| Line::of(&fact, &zone, now));
        let piece = match format {
            Format::Csv => sheet::lines(lines.map(|line| line.cells())),
            Format::Json => json(lines, &mut is_first)?,
        };
        Ok(Bytes::from(piece))
    });
    let written = written.inspect_err(|error: &io::Error| tracing::error!(%error, "a report broke off"));
    stream::iter([Ok(Bytes::from(head))]).chain(written).chain(stream::iter([Ok(Bytes::from_static(tail))]))
}

fn json(lines: impl Iterator<Item = Line>, is_first: &mut bool) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for line in lines {
        if !std::mem::take(is_first) {
            text.push(b',');
        }
        serde_json::to_writer(&mut text, &line)?;
    }
    Ok(text)
}
