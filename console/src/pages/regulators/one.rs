//! `/console/regulators/{invitation}`: one invitation, what its guest looked at, what was granted, and ending it.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RegulatorsInvite;
use api::paging::Paging;
use api::query::Query;
use askama::Template;
use entities::client::scope::Scope;
use entities::db::Txn;
use entities::guest;
use entities::guest::table::Guest;
use entities::id::{EventId, GrantId, InvitationId, RequestId};
use entities::regulator::invitation::NotInvited;
use entities::regulator::table::Model as Invitation;
use entities::regulator::{grant, invitation, look, scope, sign_in};
use entities::request::queries::references;
use serde::Deserialize;

use super::{state, what};
use crate::act::once;
use crate::dates::When;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::parts::Tag;
use crate::people::People;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "regulators-one.html")]
struct Page {
    s: Shell,
    notice: Option<String>,
    id: InvitationId,
    name: String,
    address: String,
    controller: String,
    purpose: String,
    watermark: String,
    scope: String,
    cases: Vec<String>,
    state: Tag,
    until: When,
    invited: When,
    invited_by: String,
    holds: bool,
    may_grant: bool,
    grants: Vec<GrantRow>,
    looks: Vec<LookRow>,
    /// Back to the newest looks, if these are not shown.
    first: Option<String>,
    /// On to older ones.
    next: Option<String>,
}

/// Leave to see one person's data.
struct GrantRow {
    id: GrantId,
    reference: String,
    by: String,
    when: When,
    ended: Option<When>,
}

/// One look.
struct LookRow {
    what: String,
    reference: Option<String>,
    when: When,
    address: String,
}

/// What was just done, and which page of the looks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    done: Option<String>,
    after: Option<String>,
}

/// The invitation.
///
/// # Errors
/// It is not within reach, the place to go on from was not given out for its looks, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RegulatorsInvite>,
    id: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let Asked { done, after } = asked.get()?;
    let row = find(&app, &officer, &id).await?;
    let paging = Paging::read(&app, format!("looks/{}", row.id), None, after.as_deref())?;
    let (conn, s) = (app.store.db.read(), Shell::of(&app, officer.visitor()).await?);
    let dates = s.dates_of(row.controller_id);
    let grants = grant::all(conn, &row).await?;
    let mut looks = look::of_invitation(conn, &row, paging.before.map(EventId), paging.wanted()).await?;
    let next = paging.cut(&app, &mut looks, |it| it.id.0);
    // Looks stand at the end of a long page, and that is where one goes on.
    let looks_after = |query: &str| format!("/console/regulators/{}{query}#looks-title", row.id);
    let people = People::load(conn, s.w, grants.iter().map(|it| it.granted_by).chain([row.invited_by])).await?;
    let ids = grants.iter().map(|it| it.request_id).chain(looks.iter().filter_map(|it| it.request_id));
    let names: HashMap<RequestId, String> = references(conn, officer.reach(), ids).await?.into_iter().collect();
    let grant_row = |it: &entities::regulator::table::grant::Model| GrantRow {
        id: it.id,
        reference: names.get(&it.request_id).cloned().unwrap_or_default(),
        by: people.client(it.granted_by),
        when: dates.minute(it.granted_at),
        ended: it.ended_at.map(|at| dates.minute(at)),
    };
    let look_row = |it: &entities::event::table::Model| LookRow {
        what: what(&s, it),
        reference: it.request_id.and_then(|id| names.get(&id).cloned()),
        when: dates.minute(it.at),
        address: it.address.clone().unwrap_or_default(),
    };
    let page = Page {
        notice: done.and_then(|word| s.w.known("regulators-done", &word)),
        id: row.id,
        controller: s.controller_name(row.controller_id),
        scope: super::scope(&s, &row),
        cases: scope::cases(conn, &row).await?.into_iter().map(|(_, reference)| reference).collect(),
        state: state(&s, &row),
        until: dates.minute(row.expires_at),
        invited: dates.minute(row.created_at),
        invited_by: people.client(row.invited_by),
        holds: row.holds(s.now),
        may_grant: officer.may(Scope::RequestsReveal, row.controller_id),
        grants: grants.iter().map(grant_row).collect(),
        looks: looks.iter().map(look_row).collect(),
        first: after.map(|_| looks_after("")),
        next: next.map(|cursor| looks_after(&format!("?after={cursor}"))),
        name: row.name,
        address: row.address,
        purpose: row.purpose,
        watermark: row.watermark,
        s,
    };
    page::show(&page)
}

/// Ends the invitation.
///
/// # Errors
/// It is not within reach, or the database fails.
pub async fn end(
    app: Data<App>,
    officer: Officer<RegulatorsInvite>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let row = find(&app, &officer, &id).await?;
    let txn = app.store.db.begin().await?;
    invitation::end(&txn, app.store.now(), &officer.by.decider(), row.id).await?;
    txn.commit().await?;
    Ok(done(row.id, "ended"))
}

/// Sends another link.
///
/// # Errors
/// It is not within reach or holds no more, or the database fails.
pub async fn link(
    app: Data<App>,
    officer: Officer<RegulatorsInvite>,
    id: Path<String>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let id = find(&app, &officer, &id).await?.id;
    let sent = once(&app, &officer, &form, async |txn: &Txn| {
        let row = invitation::lock(txn, officer.reach(), id).await?.ok_or_else(Refused::not_found)?;
        if !row.holds(app.store.now()) {
            return Ok(((), address(id, "over")));
        }
        // Whoever came in by an earlier link may not be whom this one is for.
        guest::link::shut(txn, app.store.now(), Guest::Regulator(id)).await?;
        match sign_in::send_link(txn, &app.store, &officer.by.actor, &row).await {
            Ok(()) => Ok(((), address(id, "link"))),
            Err(NotInvited::Store(error)) => Err(error.into()),
            Err(_) => Ok(((), address(id, "no-link"))),
        }
    });
    Ok(page::go_to(&sent.await?.then))
}

async fn find(app: &App, officer: &Officer<RegulatorsInvite>, id: &str) -> Result<Invitation, Refused> {
    let id: InvitationId = id.parse().map_err(|_| Refused::not_found())?;
    let row = invitation::by_id(app.store.db.read(), officer.reach(), id).await?;
    row.ok_or_else(Refused::not_found)
}

fn done(id: InvitationId, word: &str) -> HttpResponse {
    page::go_to(&OwnPath::read(&address(id, word)))
}

fn address(id: InvitationId, word: &str) -> String {
    format!("/console/regulators/{id}?done={word}")
}
