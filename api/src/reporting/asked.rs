//! What a report is asked for with: the controller, the time, the form of the answer.

use actix_web::HttpResponse;
use actix_web::http::header;
use entities::client::reach::Reach;
use entities::controller;
use entities::controller::table::Model as Controller;
use entities::time::At;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reports::load::Which;
use reports::period::{FIRST_YEAR, LAST_YEAR, Period, day};
use reports::sheet;
use serde::Serialize;

use crate::app::App;
use crate::problem::{Problem, codes};
use crate::query;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// A table as CSV.
    Csv,
}

impl std::str::FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err(()),
        }
    }
}

/// The form of the answer; JSON, unless another is asked for.
///
/// # Errors
/// It is none of those there are.
pub fn format(given: Option<&str>) -> Result<Format, Problem> {
    query::word("format", given, ["json", "csv"]).map(Option::unwrap_or_default)
}

/// A controller and the zone of its civil days.
pub struct Whose {
    /// The controller.
    pub controller: Controller,
    /// Its zone.
    pub zone: TimeZone,
}

/// Whose requests are reported on: one controller's, within the caller's reach.
///
/// # Errors
/// None is named, or it is not within reach.
pub async fn whose(app: &App, reach: &Reach, slug: Option<&str>) -> Result<Whose, Problem> {
    let slug = slug.ok_or_else(|| invalid("controller", "`controller` names the controller, by its short name"))?;
    let found = controller::queries::within(app.store.db.read(), reach).await?.into_iter().find(|it| it.slug == slug);
    let controller = found.ok_or_else(|| Problem::not_found("controller"))?;
    let zone = controller.zone()?;
    Ok(Whose { controller, zone })
}

impl Whose {
    /// Its requests of a period.
    #[must_use]
    pub fn which(&self, reach: &Reach, period: &Period) -> Which {
        Which { controller: self.controller.id, reach: reach.clone(), period: period.clone() }
    }

    /// The civil day there.
    #[must_use]
    pub fn today(&self, now: At) -> Date {
        day(&self.zone, now)
    }
}

/// The time that is asked for, as it was written.
#[derive(Debug, Default)]
pub struct Time {
    /// A calendar year.
    year: Option<i16>,
    /// The first day.
    from: Option<Date>,
    /// The last day.
    to: Option<Date>,
}

impl Time {
    /// Reads it.
    ///
    /// # Errors
    /// It is no year, or no day; or there are a year and days, or a last day without a first.
    pub fn read(year: Option<&str>, from: Option<&str>, to: Option<&str>) -> Result<Self, Problem> {
        let time = Self { year: year.map(self::year).transpose()?, from: date("from", from)?, to: date("to", to)? };
        if time.year.is_some() && (time.from.is_some() || time.to.is_some()) {
            return Err(invalid("year", "`year` stands alone, without `from` and `to`"));
        }
        if time.to.is_some() && time.from.is_none() {
            return Err(invalid("from", "`to` needs `from`, the first day"));
        }
        Ok(time)
    }

    /// The civil days that are meant in a zone. Nothing is the running calendar year; a first day alone means until today.
    ///
    /// # Errors
    /// The end lies before the beginning.
    pub fn in_zone(self, zone: &TimeZone, now: At) -> Result<Period, Problem> {
        let today = day(zone, now);
        let period = match (self.from, self.year) {
            (Some(from), _) => Period::days(zone.clone(), from, self.to.unwrap_or_else(|| today.max(from))),
            (None, year) => Period::year(zone.clone(), year.unwrap_or_else(|| today.year())),
        };
        period.ok_or_else(|| invalid("to", "`to` is the last day, and not before `from`"))
    }
}

/// A calendar year of four digits.
///
/// # Errors
/// It is none.
pub fn year(given: &str) -> Result<i16, Problem> {
    let is_plain = given.len() == 4 && given.bytes().all(|it| it.is_ascii_digit());
    let year = given.parse().ok().filter(|year| is_plain && (FIRST_YEAR..=LAST_YEAR).contains(year));
    year.ok_or_else(|| invalid("year", format!("`year` is a calendar year from {FIRST_YEAR} to {LAST_YEAR}")))
}

fn date(name: &'static str, given: Option<&str>) -> Result<Option<Date>, Problem> {
    let Some(given) = given else { return Ok(None) };
    // The parser reads more than this form, such as 20261120 and a time beside the day.
    let is_plain = given.len() == 10 && given.as_bytes()[4] == b'-' && given.as_bytes()[7] == b'-';
    let day = given.parse().ok().filter(|day: &Date| is_plain && (FIRST_YEAR..=LAST_YEAR).contains(&day.year()));
    let form = || invalid(name, format!("`{name}` is a day such as 2026-11-20, in the controller's zone"));
    day.map(Some).ok_or_else(form)
}

/// A parameter with a value that does not fit.
pub fn invalid(name: &'static str, detail: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(codes::INVALID_PARAMETER, detail).at(name)
}

/// An answer in this form, to be saved under this name.
pub fn answer(format: Format, name: &str) -> actix_web::HttpResponseBuilder {
    let (kind, ending) = match format {
        Format::Json => ("application/json", "json"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, kind));
    if format == Format::Csv {
        let disposition = format!("attachment; filename=\"{name}.{ending}\"");
        answer.insert_header((header::CONTENT_DISPOSITION, disposition));
    }
    answer
}

/// A report that is small enough to be written at once.
///
/// # Errors
/// It does not serialise.
pub fn whole<const N: usize>(
    format: Format,
    name: &str,
    report: &impl Serialize,
    columns: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<HttpResponse, Problem> {
    let body = match format {
        Format::Json => serde_json::to_vec(report).map_err(Problem::internal)?,
        Format::Csv => sheet::lines(std::iter::once(columns.map(str::to_owned)).chain(rows)),
    };
    Ok(answer(format, name).body(body))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn told(year: Option<&str>, from: Option<&str>, to: Option<&str>) -> Result<String, Option<String>> {
        let now: Timestamp = "2026-12-31T23:30:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let period = Time::read(year, from, to).and_then(|time| time.in_zone(&zone, now.into()));
        period.map(|it| format!("{} {}", it.from, it.to)).map_err(|problem| problem.field().map(str::to_owned))
    }

    #[test]
    fn a_time_is_a_year_or_days_in_the_controllers_zone() {
        // Half past eleven in the evening in Greenwich is the next year in Berlin.
        assert_eq!(told(None, None, None).unwrap(), "2027-01-01 2027-12-31");
        assert_eq!(told(Some("2025"), None, None).unwrap(), "2025-01-01 2025-12-31");
        assert_eq!(told(None, Some("2026-02-03"), Some("2026-02-03")).unwrap(), "2026-02-03 2026-02-03");
        assert_eq!(told(None, Some("2026-02-03"), None).unwrap(), "2026-02-03 2027-01-01");
        assert_eq!(told(None, Some("2028-02-03"), None).unwrap(), "2028-02-03 2028-02-03");
    }

    #[test]
    fn a_time_that_is_none_is_refused_where_it_is_wrong() {
        let at = |field: &str| Err(Some(field.to_owned()));
        assert_eq!(told(Some("2026"), Some("2026-01-01"), None), at("year"));
        assert_eq!(told(None, None, Some("2026-01-01")), at("from"));
        assert_eq!(told(None, Some("2026-01-02"), Some("2026-01-01")), at("to"));
        for year in ["", "26", "+226", "20260", "zzyz", "1969", "3000", "２０２６"] {
            assert_eq!(told(Some(year), None, None), at("year"), "{year}");
        }
        for day in ["", "20260101", "2026-02-30", "2026-01-01T00:00", "+002026-01-01", "2026-1-1", "01.01.2026"] {
            assert_eq!(told(None, Some(day), None), at("from"), "{day}");
        }
    }
}
