//! `/console/setup/controllers/{controller}/change/{part}`: another name, place, credential, policy.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::ControllersManage;
use entities::controller::manage;
use entities::controller::queries::{Change, credential};
use entities::controller::table::Model;

use super::fields::{Answers, Part};
use super::not_saved;
use super::question::{Asked, Question};
use crate::act::act;
use crate::controllers;
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

/// The questions, with what is known.
///
/// # Errors
/// The controller is not within reach, there is no such part, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let (row, part) = asked(&app, &officer, &path).await?;
    let answers = known(&app, &row);
    let s = Shell::of(&app, officer.visitor()).await?;
    page::show(&page_of(s, row, part, answers, Faults::default()))
}

/// Changes it.
///
/// # Errors
/// See [`show`]; or it changed meanwhile.
pub async fn send(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    path: Path<(String, String)>,
    form: Form<Answers>,
) -> Result<HttpResponse, Refused> {
    let (row, part) = asked(&app, &officer, &path).await?;
    let mut answers = known(&app, &row);
    answers.take(part, &form.fields, false);
    let s = Shell::of(&app, officer.visitor()).await?;
    let faults = answers.faults(part, false, &s);
    if !faults.is_empty() {
        let page = page_of(s, row, part, answers, faults);
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let change = change(part, &row, &answers);
    let then = format!("/console/setup/controllers/{}?done=changed", row.slug);
    let (by, version) = (officer.by.decider(), form.version.unwrap_or_default());
    act(&app, &officer, &form, then, async |txn| {
        manage::change(txn, &app.store, &by, row.id, version, change).await.map(|_| ()).map_err(not_saved)
    })
    .await
}

async fn asked(
    app: &App,
    officer: &Officer<ControllersManage>,
    (slug, part): &(String, String),
) -> Result<(Model, Part), Refused> {
    let part = Part::of(part).ok_or_else(Refused::not_found)?;
    Ok((controllers::named(app, officer, slug).await?, part))
}

fn known(app: &App, row: &Model) -> Answers {
    // One that does not open is shown as missing: setting it anew is the way out.
    Answers::of(row, credential(&app.store, row).ok().as_ref())
}

fn change(part: Part, row: &Model, answers: &Answers) -> Change {
    match part {
        Part::Name => Change { name: Some(answers.name.clone()), ..Change::default() },
        Part::Place => Change { place: Some((answers.time_zone.clone(), answers.region())), ..Change::default() },
        Part::Credential => Change { credential: Some(answers.credential()), ..Change::default() },
        Part::Divisions | Part::Policy | Part::Letters => {
            Change { policy: Some(answers.policy(&row.policy)), ..Change::default() }
        }
    }
}

fn page_of(s: Shell, row: Model, part: Part, answers: Answers, faults: Faults) -> Question {
    let asked = Asked::Change { slug: row.slug, name: row.name, version: row.version };
    Question::of(s, part, answers, asked, faults)
}
