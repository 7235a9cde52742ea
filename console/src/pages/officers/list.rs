//! `GET /console/setup/officers`: the officers with a role within reach, page by page.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::OfficersManage;
use api::paging::Paging;
use api::query::Query;
use askama::Template;
use entities::id::ClientId;
use entities::officer::queries;
use entities::officer::role::{Role, Roles, Where, files_and_approves};
use entities::officer::session::has_second_factor;
use serde::Deserialize;

use super::view;
use crate::dates::When;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "officers.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    title: String,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

/// One officer.
struct Row {
    id: ClientId,
    name: String,
    login: String,
    places: Vec<(String, String)>,
    does_both: bool,
    standing: Tag,
    has_second_factor: bool,
    signed_in: Option<When>,
}

const LIST: &str = "/console/setup/officers";

/// Which page of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    after: Option<String>,
}

/// The officers.
///
/// # Errors
/// The place to go on from was not given out for this list, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let Asked { after } = asked.get()?;
    let paging = Paging::read(&app, "officers".to_owned(), None, after.as_deref())?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let conn = app.store.db.read();
    // `before` is where the page before ended; these go on by login, from that officer on.
    let mut found = queries::page(conn, officer.reach(), paging.before.map(ClientId), paging.wanted()).await?;
    let next = paging.cut(&app, &mut found, |row| row.id.0);
    let mut roles = Roles::of_each(conn, found.iter().map(|row| row.id)).await?;
    let dates = s.dates();
    let row = |row: entities::officer::table::Model| {
        let held: Vec<(Where, Role)> = roles.remove(&row.id).unwrap_or_default().each().collect();
        Row {
            places: by_place(&s, &held),
            does_both: !files_and_approves(&held).is_empty(),
            standing: view::standing(&s, &row),
            has_second_factor: has_second_factor(&row),
            signed_in: row.signed_in_at.map(|at| dates.minute(at)),
            id: row.id,
            name: row.name,
            login: row.login,
        }
    };
    page::show(&Page {
        kind: "officers",
        title: s.t("officers-title"),
        rows: found.into_iter().map(row).collect(),
        first: after.map(|_| LIST.to_owned()),
        next: next.map(|cursor| format!("{LIST}?after={cursor}")),
        s,
    })
}

/// What is held, place by place: its name, and the roles there.
fn by_place(s: &Shell, held: &[(Where, Role)]) -> Vec<(String, String)> {
    let of = |one: &[(Where, Role)]| {
        let roles: Vec<_> = one.iter().map(|(_, role)| s.word("role", role.as_str())).collect();
        (view::place(s, one[0].0), roles.join(", "))
    };
    held.chunk_by(|(one, _), (next, _)| one == next).map(of).collect()
}
