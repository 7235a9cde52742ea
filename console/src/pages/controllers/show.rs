//! `GET /console/setup/controllers/{controller}`: one controller, part by part.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::ControllersManage;
use api::query::Query;
use askama::Template;
use entities::controller::queries::credential;
use law::calendar::{Calendar, Known};

use super::fields::{Answers, Part, summary};
use super::list::work;
use crate::controllers;
use crate::dates::When;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::say::Done;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "controller.html")]
struct Page {
    s: Shell,
    notice: Option<String>,
    slug: String,
    name: String,
    organisation: String,
    login_url: String,
    api_url: String,
    work: Tag,
    is_paused_here: bool,
    parts: Vec<(Part, Vec<(String, String)>)>,
    holidays: String,
    added: When,
    changed: When,
}

/// One controller. Its secret is on no page.
///
/// # Errors
/// It is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    slug: Path<String>,
    asked: Query<Done>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let row = controllers::named(&app, &officer, &slug).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let answers = Answers::of(&row, credential(&app.store, &row).ok().as_ref());
    let dates = s.dates_of(row.id);
    let calendar = Calendar::find(row.region.as_deref().unwrap_or_default(), &row.policy.own_holidays);
    let holidays = match calendar.known() {
        Known::Place | Known::Country | Known::Given => s.t("controller-holidays-known"),
        Known::Nothing | Known::Outside => s.t("controller-holidays-unknown"),
    };
    let page = Page {
        notice: asked.notice(&s, "controller-done"),
        parts: Part::ALL.map(|part| (part, summary(&s, part, &answers, false))).into(),
        work: work(&s, row.paused),
        is_paused_here: s.paused.iter().any(|it| it.at == row.id),
        added: dates.minute(row.created_at),
        changed: dates.minute(row.updated_at),
        slug: row.slug,
        name: row.name,
        organisation: row.organisation_id,
        login_url: row.login_url,
        api_url: row.api_url,
        holidays,
        s,
    };
    page::show(&page)
}
