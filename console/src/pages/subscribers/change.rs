//! `/console/setup/subscribers/{subscriber}/change`: where it is called, what it is told, whom we write to.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::asked::LookedAfter;
use api::auth::scopes::SubscribersManage;
use api::problem::Problem;
use api::subscribers::asked::find;
use api::subscribers::make::Changing;
use askama::Template;
use entities::db::Txn;
use entities::subscriber::manage;
use entities::subscriber::table::Model;

use super::fields::Fields;
use super::view;
use crate::act::{act, unchanged};
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Check;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "subscriber-change.html")]
struct Page {
    s: Shell,
    title: String,
    tie: Tie,
    faults: Faults,
    fields: Fields,
    told: Vec<Check>,
    about: String,
    back: String,
}

/// The form, with what there is.
///
/// # Errors
/// There is no such subscriber within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    id: Path<String>,
) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let fields = Fields {
        url: row.url(&app.store.safe)?,
        description: row.description.clone(),
        owner: row.owner.clone(),
        types: row.wanted().map(|kind| kind.as_str().to_owned()).collect(),
        ..Fields::default()
    };
    let tie = Tie::to(row.version);
    page::show(&page_of(s, &row, tie, fields, Faults::default()))
}

/// Changes it. What waits goes to the new address.
///
/// # Errors
/// There is no such subscriber within reach, it has changed since, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    id: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let fields = form.fields.clone();
    let changing = Changing {
        url: Some(fields.url.trim().to_owned()),
        description: Some(fields.description.clone()),
        types: Some(fields.types.clone()),
        owner: Some(fields.owner.clone()),
    };
    match changing.read(&app) {
        Ok(change) => {
            let then = format!("/console/setup/subscribers/{}?say=changed", row.id);
            let work = async |txn: &Txn| {
                let row = Model::lock(txn, officer.reach(), &row.id).await?;
                unchanged(&form, row.version)?;
                manage::change(txn, &app.store, &officer.by.actor, &row, change).await?;
                Ok(())
            };
            act(&app, &officer, &form, then, work).await
        }
        Err(problem) => refuse(&app, &officer, &row, &form, &problem).await,
    }
}

async fn refuse(
    app: &App,
    officer: &Officer<SubscribersManage>,
    row: &Model,
    form: &Form<Fields>,
    problem: &Problem,
) -> Result<HttpResponse, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let faults = Faults::of(s.w, problem);
    // What the page showed counts, not what there is by now.
    let tie = Tie::to(form.version.unwrap_or(-1));
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page_of(s, row, tie, form.fields.clone(), faults))
}

fn page_of(s: Shell, row: &Model, tie: Tie, fields: Fields, faults: Faults) -> Page {
    let back = format!("/console/setup/subscribers/{}", row.id);
    let (title, about) = (s.t("subscriber-change-title"), view::name(row));
    Page { title, about, told: fields.told(&s), back, tie, faults, fields, s }
}
