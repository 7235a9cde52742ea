//! `/console/regulators/{invitation}/grant`: leave to see one person's data, given by who may see it, for a reason that the guest
//! reads; and taking it back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsReveal;
use api::decision::LONGEST_REASON;
use askama::Template;
use entities::id::{GrantId, InvitationId};
use entities::regulator::grant::{self, NotGranted};
use entities::regulator::invitation;
use entities::regulator::table::Model as Invitation;
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "regulators-grant.html")]
struct Page {
    s: Shell,
    faults: Faults,
    id: InvitationId,
    name: String,
    fields: Fields,
}

/// What is filled in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    number: String,
    reason: String,
}

/// The form.
///
/// # Errors
/// The invitation is not within reach, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<RequestsReveal>, id: Path<String>) -> Result<HttpResponse, Refused> {
    let row = find(&app, &officer, &id).await?;
    page::show(&page_of(&app, &officer, row, Fields::default(), Faults::default()).await?)
}

/// Gives leave.
///
/// # Errors
/// The invitation is not within reach or holds no more, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    id: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let row = find(&app, &officer, &id).await?;
    let w = officer.visitor().words;
    let reason = form.fields.reason.trim();
    let faults = match reason.chars().count() {
        0 => Faults::one("reason", w.t("regulators-grant-reason-missing")),
        n if n > LONGEST_REASON => Faults::one("reason", w.with("reason-too-long", "most", LONGEST_REASON)),
        _ => {
            let txn = app.store.db.begin().await?;
            let by = officer.by.decider();
            match grant::give(&txn, &app.store, &by, row.id, &form.fields.number, reason).await {
                Ok(_) => {
                    txn.commit().await?;
                    return Ok(done(row.id, "granted"));
                }
                Err(NotGranted::NoInvitation) => return Ok(done(row.id, "over")),
                Err(NotGranted::NoCase) => Faults::one("number", w.t("regulators-grant-no-case")),
                Err(NotGranted::Already) => Faults::one("number", w.t("regulators-grant-already")),
                Err(NotGranted::Store(error)) => return Err(error.into()),
            }
        }
    };
    let page = page_of(&app, &officer, row, form.fields, faults).await?;
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Takes leave back.
///
/// # Errors
/// There is none, or the database fails.
pub async fn end(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    path: Path<(String, String)>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (id, given) = path.into_inner();
    let row = find(&app, &officer, &id).await?;
    let given: GrantId = given.parse().map_err(|_| Refused::not_found())?;
    let txn = app.store.db.begin().await?;
    if !grant::take_back(&txn, app.store.now(), &officer.by.decider(), row.id, given).await? {
        return Err(Refused::not_found());
    }
    txn.commit().await?;
    Ok(done(row.id, "taken-back"))
}

async fn find(app: &App, officer: &Officer<RequestsReveal>, id: &str) -> Result<Invitation, Refused> {
    let id: InvitationId = id.parse().map_err(|_| Refused::not_found())?;
    let row = invitation::by_id(app.store.db.read(), officer.reach(), id).await?;
    row.ok_or_else(Refused::not_found)
}

fn done(id: InvitationId, word: &str) -> HttpResponse {
    page::go_to(&OwnPath::read(&format!("/console/regulators/{id}?done={word}")))
}

async fn page_of(
    app: &App,
    officer: &Officer<RequestsReveal>,
    row: Invitation,
    fields: Fields,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    Ok(Page { faults, id: row.id, name: row.name, fields, s })
}
