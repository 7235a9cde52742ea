//! `GET /console/regulators`: the invitations within reach, newest first, page by page.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::RegulatorsInvite;
use api::paging::Paging;
use api::query::Query;
use askama::Template;
use entities::id::InvitationId;
use entities::regulator::invitation;
use serde::Deserialize;

use super::programs::Programs;
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
    first: Option<String>,
    next: Option<String>,
    /// What programs looked at, on the first page alone.
    programs: Option<Programs>,
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

const LIST: &str = "/console/regulators";

/// Which page of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    after: Option<String>,
}

/// The list.
///
/// # Errors
/// The place to go on from was not given out for it, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RegulatorsInvite>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let Asked { after } = asked.get()?;
    let paging = Paging::read(&app, "invitations".to_owned(), None, after.as_deref())?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let before = paging.before.map(InvitationId);
    let mut found = invitation::page(app.store.db.read(), officer.reach(), before, paging.wanted()).await?;
    let next = paging.cut(&app, &mut found, |row| row.id.0);
    let programs = if after.is_none() { Some(Programs::load(&app, &officer, &s).await?) } else { None };
    let row = |row: entities::regulator::table::Model| Row {
        id: row.id,
        controller: s.controller_name(row.controller_id),
        scope: scope(&s, &row),
        state: state(&s, &row),
        until: s.dates_of(row.controller_id).short(row.expires_at),
        name: row.name,
        address: row.address,
    };
    page::show(&Page {
        rows: found.into_iter().map(row).collect(),
        first: after.map(|_| LIST.to_owned()),
        next: next.map(|cursor| format!("{LIST}?after={cursor}")),
        programs,
        s,
    })
}
