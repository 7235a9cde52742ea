//! `/console/setup/officers/{officer}/roles`: what an officer may do at one place.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::OfficersManage;
use api::query::Query;
use askama::Template;
use entities::db::Txn;
use entities::id::ClientId;
use entities::officer::role::{Role, Roles, Where, files_and_approves};
use entities::officer::table::Model;
use entities::officer::{manage, queries};
use serde::Deserialize;

use super::view;
use crate::act::act;
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Check;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "officer-roles.html")]
struct Page {
    s: Shell,
    faults: Faults,
    id: ClientId,
    name: String,
    place: String,
    place_word: String,
    roles: Vec<Check>,
    /// Whether these roles together let one person file and approve, which whoever grants them has to say yes to.
    asks_for_both: bool,
}

/// Which place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    at: Option<String>,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    at: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    both: String,
}

/// The form, with the roles that are held.
///
/// # Errors
/// There is no such officer or place within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    id: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let id: ClientId = id.parse().map_err(|_| Refused::not_found())?;
    let at = asked.get()?.at.unwrap_or_default();
    let s = Shell::of(&app, officer.visitor()).await?;
    let place = view::read_place(&s, officer.reach(), &at).ok_or_else(Refused::not_found)?;
    let row = queries::by_id(app.store.db.read(), officer.reach(), id).await?.ok_or_else(Refused::not_found)?;
    let roles = Roles::of(app.store.db.read(), id).await?;
    let held: Vec<_> = roles.each().filter(|(there, _)| *there == place).map(|(_, role)| role).collect();
    page::show(&page_of(s, row, (place, at), &held, None))
}

/// Gives these roles and no others there.
///
/// # Errors
/// There is no such officer or place within reach, it is oneself, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    id: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let id: ClientId = id.parse().map_err(|_| Refused::not_found())?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let place = view::read_place(&s, officer.reach(), &form.fields.at).ok_or_else(Refused::not_found)?;
    let wanted = view::read_roles(&form.fields.roles);
    let row = queries::by_id(app.store.db.read(), officer.reach(), id).await?.ok_or_else(Refused::not_found)?;
    let before = Roles::of(app.store.db.read(), id).await?;
    let held: Vec<(Where, Role)> = before.each().collect();
    let elsewhere = held.iter().copied().filter(|(there, _)| *there != place);
    let after: Vec<(Where, Role)> = elsewhere.chain(wanted.iter().map(|role| (place, *role))).collect();
    let had_both = files_and_approves(&held);
    let is_new = files_and_approves(&after).iter().any(|place| !had_both.contains(place));
    if is_new && form.fields.both != "yes" {
        let says = s.t("officer-both-ask");
        let page = page_of(s, row, (place, form.fields.at.clone()), &wanted, Some(says));
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let then = format!("/console/setup/officers/{id}?say=roles");
    let by = officer.by.decider();
    let work = async |txn: &Txn| Ok(manage::set_roles(txn, &app.store, &by, id, place, &wanted).await?);
    act(&app, &officer, &form, then, work).await
}

fn page_of(s: Shell, row: Model, (place, word): (Where, String), chosen: &[Role], both: Option<String>) -> Page {
    Page {
        place: view::place(&s, place),
        place_word: word,
        roles: view::role_checks(&s, chosen),
        asks_for_both: both.is_some(),
        faults: both.map(|says| Faults::one("both", says)).unwrap_or_default(),
        name: row.name,
        id: row.id,
        s,
    }
}
