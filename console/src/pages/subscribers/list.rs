//! `GET /console/setup/subscribers`: the subscribers within reach, each with how it does.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::SubscribersManage;
use api::query::Query;
use askama::Template;
use entities::id::SubscriberId;
use entities::subscriber::queries::all;
use entities::subscriber::table::Model;

use super::view;
use crate::dates::When;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::say::Say;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "subscribers.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    title: String,
    notice: Option<String>,
    rows: Vec<Row>,
}

/// One subscriber.
struct Row {
    id: SubscriberId,
    name: String,
    host: String,
    controller: String,
    told: Vec<String>,
    health: Tag,
    since: Option<When>,
    delivered: Option<When>,
}

/// The subscribers.
///
/// # Errors
/// The database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    asked: Query<Say>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let rows = all(app.store.db.read(), officer.reach(), None).await?;
    let row = |row: Model| {
        let dates = s.dates_of(row.controller_id);
        Row {
            name: view::name(&row),
            controller: s.controller_name(row.controller_id),
            told: view::told(&s, &row),
            health: view::health(&s, &row),
            since: row.disabled_at.or_else(|| row.failing_since(s.now)).map(|at| dates.minute(at)),
            delivered: row.last_ok_at.map(|at| dates.minute(at)),
            id: row.id,
            host: row.host,
        }
    };
    let rows = rows.into_iter().map(row).collect();
    page::show(&Page {
        kind: "subscribers",
        title: s.t("subscribers-title"),
        notice: asked.notice(&s, "subscriber-say"),
        rows,
        s,
    })
}
