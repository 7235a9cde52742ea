//! `GET /console/regulators`: the invitations within reach, newest first.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::RegulatorsInvite;
use askama::Template;
use entities::id::InvitationId;
use entities::regulator::invitation;

use super::{scope, state};
use crate::dates::When;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "regulators.html")]
struct Page {
    s: Shell,
    rows: Vec<Row>,
}

/// One invitation.
struct Row {
    id: InvitationId,
    name: String,
    address: String,
    controller: String,
    scope: String,
    state: Tag,
    until: When,
}

/// As many are shown; older ones are over.
const SHOWN: u64 = 200;

/// The list.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<RegulatorsInvite>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let rows = invitation::all(app.store.db.read(), officer.reach(), SHOWN).await?;
    let row = |row: entities::regulator::table::Model| Row {
        id: row.id,
        controller: s.controller_name(row.controller_id),
        scope: scope(&s, &row),
        state: state(&s, &row),
        until: s.dates_of(row.controller_id).short(row.expires_at),
        name: row.name,
        address: row.address,
    };
    let rows = rows.into_iter().map(row).collect();
    page::show(&Page { rows, s })
}
