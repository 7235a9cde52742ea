//! `GET /console/setup/officers/{officer}`: one officer, and what may be done about them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::OfficersManage;
use api::query::Query;
use askama::Template;
use entities::id::ClientId;
use entities::officer::manage::{self, NotManaged};
use entities::officer::role::{Role, Roles, Where, files_and_approves};
use entities::officer::session::has_second_factor;
use entities::officer::{queries, recovery, session};

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
#[template(path = "officer.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    notice: Option<String>,
    id: ClientId,
    name: String,
    login: String,
    language: String,
    standing: Tag,
    has_second_factor: bool,
    codes_left: u64,
    sessions: usize,
    signed_in: Option<When>,
    added: When,
    /// Why nothing can be done about them by whoever looks.
    closed: Option<String>,
    places: Vec<PlaceRow>,
    both: Vec<String>,
    acts: Vec<(&'static str, String)>,
}

/// What is held at one place.
struct PlaceRow {
    name: String,
    roles: String,
    /// Where it is changed, if whoever looks may.
    change: Option<String>,
}

/// One officer.
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
    let s = Shell::of(&app, officer.visitor()).await?;
    let conn = app.store.db.read();
    let id: ClientId = id.parse().map_err(|_| Refused::not_found())?;
    let row = queries::by_id(conn, officer.reach(), id).await?.ok_or_else(Refused::not_found)?;
    let roles = Roles::of(conn, id).await?;
    let held: Vec<_> = roles.each().collect();
    let managed = manage::manages(&officer.by.decider(), id, &roles);
    let closed = match &managed {
        Ok(()) => None,
        Err(NotManaged::Oneself) => Some(s.t("officer-oneself")),
        Err(_) => Some(s.t("officer-beyond")),
    };
    let dates = s.dates();
    let is_self = officer.id() == id;
    let acts = Act::ALL.iter().filter(|act| managed.is_ok() && act.fits(&row));
    let page = Page {
        kind: "officers",
        notice: asked.notice(&s, "officer-say"),
        standing: view::standing(&s, &row),
        has_second_factor: has_second_factor(&row),
        codes_left: recovery::left(conn, id).await?,
        sessions: session::list(conn, s.now, id).await?.len(),
        signed_in: row.signed_in_at.map(|at| dates.minute(at)),
        added: dates.day(row.created_at),
        places: places(&s, &officer, &held, is_self),
        both: files_and_approves(&held).into_iter().map(|place| view::place(&s, place)).collect(),
        acts: acts.map(|act| (act.as_str(), s.word("officer-act", act.as_str()))).collect(),
        language: s.word("language", &row.language),
        name: row.name,
        login: row.login,
        closed,
        id,
        s,
    };
    page::show(&page)
}

/// Every place where the officer holds a role or could be given one by whoever looks.
fn places(s: &Shell, officer: &Officer<OfficersManage>, held: &[(Where, Role)], is_self: bool) -> Vec<PlaceRow> {
    let mut all: Vec<Where> = held.iter().map(|(place, _)| *place).collect();
    all.extend(s.controllers.keys().map(|id| Where::At(*id)).filter(|place| manage::covers(officer.reach(), *place)));
    if manage::covers(officer.reach(), Where::Everywhere) {
        all.push(Where::Everywhere);
    }
    all.sort_unstable();
    all.dedup();
    let row = |place: Where| {
        let roles = held.iter().filter(|(at, _)| *at == place).map(|(_, role)| s.word("role", role.as_str()));
        let may_change = !is_self && manage::covers(officer.reach(), place);
        PlaceRow {
            name: view::place(s, place),
            roles: roles.collect::<Vec<_>>().join(", "),
            change: may_change.then(|| view::place_word(s, place)).flatten(),
        }
    };
    all.into_iter().map(row).collect()
}
