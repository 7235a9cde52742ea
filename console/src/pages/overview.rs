//! `GET /console`: what is due, what waits and how it went, in figures: the first page after signing in. Every number of open
//! requests leads to the list of them.

mod numbers;
mod plots;

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::ReportsRead;
use api::query::{NoParameters, Query};
use askama::Template;

use self::numbers::Numbers;
use crate::dates::{Dates, When};
use crate::officer::Officer;
use crate::page;
use crate::plot::Plot;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "overview.html")]
struct Page {
    s: Shell,
    figures: Vec<Figure>,
    due: Plot,
    ages: Plot,
    outcomes: Plot,
    on_time: OnTime,
    budgets: Vec<Budget>,
    counted_at: When,
    may_file: bool,
}

/// A number that stands alone.
struct Figure {
    label: String,
    count: i64,
    address: Option<String>,
}

/// How many answers were in time.
struct OnTime {
    percent: Option<String>,
    /// The same of a thousand, for the bar.
    of_thousand: i64,
    says: String,
}

/// How much of what a credential may call was called.
struct Budget {
    id: String,
    names: String,
    /// The same of a thousand, for the bar.
    of_thousand: i64,
    says: String,
    blocked: Option<String>,
}

/// The overview.
///
/// # Errors
/// The database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<ReportsRead>,
    asked: Query<NoParameters>,
) -> Result<HttpResponse, Refused> {
    asked.get()?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let numbers = Numbers::load(&app, &s, officer.reach()).await?;
    let listed =
        officer.visitor().session.as_ref().map(|session| session.reach(entities::client::scope::Scope::RequestsRead));
    let sees = |scope| officer.visitor().session.as_ref().is_some_and(|session| session.may(scope));
    // A number leads to a list only where the list shows all that is counted.
    let leads = listed.is_some_and(|reach| numbers.controllers.iter().all(|id| reach.covers(*id)));
    let page = Page {
        figures: plots::figures(&s, &numbers, leads),
        due: plots::due(&s, &numbers, leads),
        ages: plots::ages(&s, &numbers, leads),
        outcomes: plots::outcomes(&s, &numbers),
        on_time: plots::on_time(&s, &numbers),
        budgets: plots::budgets(&s, &numbers),
        counted_at: Dates::new(s.w, numbers.zone.clone()).minute(numbers.year.as_of),
        may_file: sees(entities::client::scope::Scope::RequestsFile),
        s,
    };
    page::show(&page)
}
