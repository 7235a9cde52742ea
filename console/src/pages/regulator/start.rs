//! `GET /regulator`: what the invitation lets see, and the figures; `GET /regulator/find` goes to a case by its number.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::named::Named;
use api::query::Query;
use api::regulator::figures::{self, Count, Figures};
use askama::Template;
use entities::regulator::look::{self, What};
use entities::regulator::scope;
use entities::regulator::table::{Model as Invitation, ScopeKind};
use entities::time::At;
use fluent_bundle::FluentArgs;
use jiff::tz::TimeZone;
use reports::period::Period;
use serde::Deserialize;

use super::Mark;
use crate::dates::{Dates, When};
use crate::guest::{Regulator, go_to};
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "room-start.html")]
struct Page {
    s: Shell,
    mark: Mark,
    controller: String,
    purpose: String,
    scope: String,
    until: When,
    is_unknown: bool,
    cases: Vec<String>,
    years: Vec<Choice>,
    figures: Option<FigureCard>,
}

/// The figures as they are read.
struct FigureCard {
    from: When,
    to: When,
    as_of: When,
    received: String,
    share: String,
    days: String,
    tables: Vec<(String, Vec<(String, String)>)>,
}

/// Of which year; and whether a number was none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    year: Option<String>,
    unknown: Option<String>,
}

/// The number of a case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    number: Option<String>,
}

/// As many years can be chosen.
const YEARS: i16 = 6;

/// The page.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, regulator: Regulator, asked: Query<Asked>) -> Result<HttpResponse, Refused> {
    let Asked { year, unknown } = asked.get()?;
    let (controller, s) = regulator.shell(&app).await?;
    let row = &regulator.invitation;
    let (zone, dates) = (controller.zone()?, s.dates_of(controller.id));
    let this_year = dates.date(s.now).year();
    let years: Vec<i16> = (0..YEARS).map(|back| this_year - back).collect();
    let year = year.and_then(|year| year.parse().ok()).filter(|year| years.contains(year)).unwrap_or(this_year);
    look::record(&app.store, row, regulator.visitor().address.clone(), What::Statistics).await?;
    let figures = match period(row, &zone, year) {
        Some(period) => Some(FigureCard::of(&s, &dates, figures::of(&app, controller.id, &period, Some(row)).await?)),
        None => None,
    };
    let is_register = row.scope == ScopeKind::Register;
    let choice = |it: &i16| Choice { value: it.to_string(), label: it.to_string(), is_chosen: *it == year };
    let page = Page {
        mark: Mark::of(&s, &regulator),
        controller: controller.name,
        purpose: row.purpose.clone(),
        scope: scope_of(&s, &dates, row),
        until: dates.minute(row.expires_at),
        is_unknown: unknown.is_some(),
        cases: match row.scope {
            ScopeKind::Cases => {
                scope::cases(app.store.db.read(), row).await?.into_iter().map(|(_, reference)| reference).collect()
            }
            _ => Vec::new(),
        },
        years: if is_register { years.iter().map(choice).collect() } else { Vec::new() },
        figures,
        s,
    };
    page::show(&page)
}

/// Goes to a case. What is no number is said here; whether a number leads anywhere is said there.
///
/// # Errors
/// The address is not understood.
pub async fn find(_: Regulator, wanted: Query<Wanted>) -> Result<HttpResponse, Refused> {
    let number = wanted.get()?.number.unwrap_or_default();
    Ok(match Named::parse(number.trim()) {
        Ok(Named::Reference(reference)) => go_to(&format!("/regulator/cases/{reference}")),
        _ => go_to("/regulator?unknown=1"),
    })
}

/// The days whose requests are counted; none where only single cases may be seen, of which there are too few to count.
fn period(row: &Invitation, zone: &TimeZone, year: i16) -> Option<Period> {
    let day = |at: At| at.timestamp().to_zoned(zone.clone()).date();
    match (row.scope, row.received_from, row.received_before) {
        (ScopeKind::Register, _, _) => Period::year(zone.clone(), year),
        (ScopeKind::Period, Some(from), Some(before)) => Period::days(zone.clone(), day(from), day(At(before.0 - 1))),
        _ => None,
    }
}

fn scope_of(s: &Shell, dates: &Dates, row: &Invitation) -> String {
    match (row.received_from, row.received_before) {
        (Some(from), Some(before)) => {
            let mut values = FluentArgs::new();
            values.set("from", dates.date(from).to_string());
            values.set("to", dates.date(At(before.0 - 1)).to_string());
            s.w.filled("room-scope-of-period", &values)
        }
        _ => s.word("room-scope", row.scope.as_str()),
    }
}

impl FigureCard {
    fn of(s: &Shell, dates: &Dates, figures: Figures) -> Self {
        let few = || s.t("room-few");
        let rows = |set: &str, counts: &[Count]| {
            let row = |it: &Count| {
                let label = s.w.known(set, &it.word).unwrap_or_else(|| s.word("room-count", &it.word));
                (label, it.count.map_or_else(few, |n| n.to_string()))
            };
            counts.iter().map(row).collect::<Vec<_>>()
        };
        Self {
            from: dates.civil(figures.from),
            to: dates.civil(figures.to),
            as_of: dates.minute(figures.as_of),
            received: figures.received.map_or_else(few, |n| n.to_string()),
            share: figures.share_in_time.map_or_else(few, |share| format!("{:.0} %", share * 100.0)),
            days: figures.median_days.map_or_else(few, |days| format!("{days:.0}")),
            tables: vec![
                (s.t("room-rights"), rows("right", &figures.rights)),
                (s.t("room-outcomes"), rows("outcome", &figures.outcomes)),
                (s.t("room-delays"), rows("none", &figures.delays)),
            ],
        }
    }
}
