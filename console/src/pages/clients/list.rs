//! `GET /console/setup/clients`: the clients of the API within reach.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::OfficersManage;
use askama::Template;
use entities::client::manage::{self, Known};
use entities::id::ClientId;

use super::view;
use crate::dates::When;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "clients.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    title: String,
    rows: Vec<Row>,
}

/// One client.
struct Row {
    id: ClientId,
    name: String,
    controllers: String,
    scopes: usize,
    standing: Tag,
    used: Option<When>,
}

/// The clients, newest first.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<OfficersManage>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let found = manage::within(app.store.db.read(), officer.reach()).await?;
    let dates = s.dates();
    let row = |known: Known| Row {
        controllers: view::controllers(&s, &known),
        scopes: known.scopes().count(),
        standing: view::standing(&s, &known),
        used: known.client.used_at.map(|at| dates.minute(at)),
        id: known.client.id,
        name: known.client.name,
    };
    let rows = found.into_iter().map(row).collect();
    page::show(&Page { kind: "clients", title: s.t("clients-title"), rows, s })
}
