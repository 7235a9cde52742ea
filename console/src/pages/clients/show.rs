//! `GET /console/setup/clients/{client}`: one client, never its secret.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::OfficersManage;
use api::query::Query;
use askama::Template;
use entities::client::manage;
use entities::id::ClientId;

use super::acts::Act;
use super::view;
use crate::dates::When;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::say::Say;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "client.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    notice: Option<String>,
    id: ClientId,
    name: String,
    standing: Tag,
    controllers: String,
    scopes: Vec<(String, String)>,
    minutes: i64,
    made: When,
    used: Option<When>,
    /// Why nothing can be done about it by whoever looks.
    closed: Option<String>,
    acts: Vec<(&'static str, String)>,
}

/// One client.
///
/// # Errors
/// There is none of this id within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    id: Path<String>,
    asked: Query<Say>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let id: ClientId = id.parse().map_err(|_| Refused::not_found())?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let known = manage::find(app.store.db.read(), officer.reach(), id).await?.ok_or_else(Refused::not_found)?;
    let is_managed = known.is_managed(officer.reach());
    let scope = |scope| (s.word("scope", &view::scope_word(scope)), scope.to_string());
    let dates = s.dates();
    let acts = Act::ALL.iter().filter(|_| is_managed && known.client.revoked_at.is_none());
    let page = Page {
        kind: "clients",
        notice: asked.notice(&s, "client-say"),
        standing: view::standing(&s, &known),
        closed: (!is_managed).then(|| s.t("client-beyond")),
        controllers: view::controllers(&s, &known),
        scopes: known.scopes().map(scope).collect(),
        minutes: known.client.token_seconds / 60,
        made: dates.day(known.client.created_at),
        used: known.client.used_at.map(|at| dates.minute(at)),
        acts: acts.map(|act| (act.as_str(), s.word("client-act", act.as_str()))).collect(),
        name: known.client.name,
        id,
        s,
    };
    page::show(&page)
}
