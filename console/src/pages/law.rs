//! `/console/setup/law`: the rules and calendars that dates are computed by, which dates they would move, and signing for those.

pub mod sign;

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::ControllersManage;
use api::query::Query;
use askama::Template;
use jiff::civil::Date;
use law::calendar::{Calendar, Known};
use law::{holidays, pack};
use serde::Deserialize;

use crate::dates::When;
use crate::listed::reached;
use crate::officer::Officer;
use crate::page;
use crate::parts::{Choice, Tag, Tone};
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "law.html")]
struct Page {
    s: Shell,
    notice: Option<String>,
    edition: &'static str,
    hash: &'static str,
    calendars: &'static str,
    first_year: i16,
    last_year: i16,
    laws: Vec<LawRow>,
    region: String,
    years: Vec<Choice>,
    year: i16,
    known: Tag,
    days: Vec<(When, String)>,
}

/// One law.
struct LawRow {
    name: String,
    title: &'static str,
    jurisdiction: &'static str,
    citation: &'static str,
}

/// Which holidays to show, and what the page is to say besides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    region: String,
    #[serde(default)]
    year: String,
    done: Option<String>,
}

/// Longest name of a region: `US-CA-business` is no region, and none is longer.
const LONGEST_REGION: usize = 12;

/// What is in force, and the holidays of a region in a year.
///
/// # Errors
/// The database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let covered = holidays::years();
    let this_year = s.dates().date(s.now).year();
    let year = asked.year.parse().ok().filter(|year| covered.contains(year)).unwrap_or(this_year);
    let first_own = || reached(&s, officer.reach()).into_iter().find_map(|row| row.region.clone());
    let region: String = asked.region.trim().to_ascii_uppercase().chars().take(LONGEST_REGION).collect();
    let region = if region.is_empty() { first_own().unwrap_or_default() } else { region };
    let calendar = Calendar::find(&region, &[]);
    let dates = s.dates();
    let row = |law: &'static law::law::Law| LawRow {
        name: s.word("regime", &law.id),
        title: &law.title,
        jurisdiction: &law.jurisdiction,
        citation: &law.citation,
    };
    let page = Page {
        notice: asked.done.and_then(|word| s.w.known("law-done", &word)),
        edition: pack::id(),
        hash: pack::sha256(),
        calendars: holidays::edition(),
        first_year: *covered.start(),
        last_year: *covered.end(),
        laws: pack::laws().iter().map(row).collect(),
        years: covered
            .map(|it| Choice { value: it.to_string(), label: it.to_string(), is_chosen: it == year })
            .collect(),
        known: known(&s, &calendar),
        days: of_year(&calendar, year).map(|(day, name)| (dates.civil(day), name)).collect(),
        region,
        year,
        s,
    };
    page::show(&page)
}

fn known(s: &Shell, calendar: &Calendar) -> Tag {
    match calendar.known() {
        Known::Place | Known::Given => Tag::new(Tone::Good, s.t("law-region-known")),
        Known::Country => Tag::new(Tone::Warn, s.t("law-region-country")),
        Known::Nothing | Known::Outside => Tag::new(Tone::Warn, s.t("law-region-unknown")),
    }
}

/// The public holidays of a year, by day.
fn of_year(calendar: &Calendar, year: i16) -> impl Iterator<Item = (Date, String)> {
    let first = Date::new(year, 1, 1).unwrap_or_default();
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
    let days = days.take_while(move |day| day.year() == year);
    days.filter_map(|day| calendar.holiday(day).map(|name| (day, name.to_owned())))
}
