//! `GET /console/setup/controllers`: the controllers that the officer manages, and the switch for everything.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::ControllersManage;
use askama::Template;
use entities::controller::pause;
use entities::controller::queries::within;
use entities::controller::table::Model;
use entities::id::ControllerId;

use crate::officer::Officer;
use crate::page;
use crate::parts::{Tag, Tone};
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "controllers.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    title: String,
    rows: Vec<Row>,
    manages_all: bool,
    is_all_paused: bool,
}

/// One controller.
struct Row {
    slug: String,
    name: String,
    organisation: String,
    place: String,
    work: Tag,
}

/// The list.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<ControllersManage>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let conn = app.store.db.read();
    let rows = within(conn, officer.reach()).await?.into_iter().map(|row| Row::of(&s, row)).collect();
    let manages_all = officer.reach().covers(ControllerId::INSTALLATION);
    let pauses = pause::in_force(conn, officer.reach()).await?;
    let is_all_paused = pauses.iter().any(|row| row.controller_id == ControllerId::INSTALLATION);
    page::show(&Page { kind: "controllers", title: s.t("controllers-title"), rows, manages_all, is_all_paused, s })
}

impl Row {
    fn of(s: &Shell, row: Model) -> Self {
        let region = row.region.as_deref().map(|region| format!(", {region}")).unwrap_or_default();
        Self {
            work: work(s, row.paused),
            place: format!("{}{region}", row.time_zone),
            slug: row.slug,
            name: row.name,
            organisation: row.organisation_id,
        }
    }
}

/// Whether a controller's work runs, as a tag.
pub(super) fn work(s: &Shell, paused: bool) -> Tag {
    if paused {
        Tag::new(Tone::Warn, s.t("controllers-paused"))
    } else {
        Tag::new(Tone::Good, s.t("controllers-running"))
    }
}
