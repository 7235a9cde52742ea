//! `GET /console/setup/officers`: the officers with a role within reach.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::OfficersManage;
use askama::Template;
use entities::id::ClientId;
use entities::officer::queries;
use entities::officer::role::{Role, Roles, Where, files_and_approves};
use entities::officer::session::has_second_factor;

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

/// The officers.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<OfficersManage>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let conn = app.store.db.read();
    let found = queries::all(conn, officer.reach()).await?;
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
    let rows = found.into_iter().map(row).collect();
    page::show(&Page { kind: "officers", title: s.t("officers-title"), rows, s })
}

/// What is held, place by place: its name, and the roles there.
fn by_place(s: &Shell, held: &[(Where, Role)]) -> Vec<(String, String)> {
    let of = |one: &[(Where, Role)]| {
        let roles: Vec<_> = one.iter().map(|(_, role)| s.word("role", role.as_str())).collect();
        (view::place(s, one[0].0), roles.join(", "))
    };
    held.chunk_by(|(one, _), (next, _)| one == next).map(of).collect()
}
