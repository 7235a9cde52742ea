//! `GET /console/setup/sources`: the sources within reach, each with how it does.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::SourcesManage;
use api::query::Query;
use askama::Template;
use entities::id::SourceId;
use entities::source::queries::{Waiting, waiting, within};
use entities::source::table::Model;

use super::view;
use crate::dates::When;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::say::Say;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    title: String,
    notice: Option<String>,
    rows: Vec<Row>,
}

/// One source.
struct Row {
    id: SourceId,
    slug: String,
    system: String,
    controller: String,
    health: Tag,
    trouble: Option<String>,
    waiting: Waiting,
    listed: Option<When>,
}

/// The sources.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<SourcesManage>, asked: Query<Say>) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let conn = app.store.db.read();
    let found = within(conn, officer.reach(), None).await?;
    let ids: Vec<_> = found.iter().map(|row| row.id).collect();
    let waits = waiting(conn, &ids).await?;
    let row = |row: Model| {
        let waiting = waits.get(&row.id).copied().unwrap_or_default();
        Row {
            system: view::system(&row),
            controller: s.controller_name(row.controller_id),
            health: view::health(&s, &row, waiting),
            listed: row.reconciled_at.map(|at| s.dates_of(row.controller_id).minute(at)),
            id: row.id,
            slug: row.slug,
            trouble: row.trouble,
            waiting,
        }
    };
    let rows = found.into_iter().map(row).collect();
    page::show(&Page { kind: "sources", title: s.t("sources-title"), notice: asked.notice(&s, "source-say"), rows, s })
}
