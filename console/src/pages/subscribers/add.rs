//! `/console/setup/subscribers/add`: somebody who is to be told.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::SubscribersManage;
use api::problem::Problem;
use api::subscribers::make::Making;
use askama::Template;
use entities::db::Txn;
use entities::subscriber::manage;

use super::fields::Fields;
use super::secret;
use crate::act::once;
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::{Check, Choice};
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "subscriber-add.html")]
struct Page {
    s: Shell,
    faults: Faults,
    fields: Fields,
    controllers: Vec<Choice>,
    told: Vec<Check>,
    signatures: Vec<Choice>,
}

/// The form.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<SubscribersManage>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    page::show(&page_of(&officer, s, Fields::default(), Faults::default()))
}

/// Sets it up, and shows what it verifies with.
///
/// # Errors
/// The database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let fields = form.fields.clone();
    let found = s.controllers.values().find(|row| row.slug == fields.controller && officer.reach().covers(row.id));
    let making = Making {
        controller: fields.controller.clone(),
        url: fields.url.trim().to_owned(),
        description: Some(fields.description.clone()),
        types: Some(fields.types.clone()),
        owner: fields.owner.clone(),
        signs: Some(fields.signs.clone()).filter(|word| !word.is_empty()),
    };
    let mut faults = Faults::default();
    if found.is_none() {
        faults.add("controller", s.t("officer-place-missing"));
    }
    let made = match making.read(&app, found.map(|row| row.id)) {
        Ok(new) => {
            once(&app, &officer, &form, async |txn: &Txn| {
                let made = manage::make(txn, &app.store, &officer.by.actor, new).await;
                let (row, secret) = made.map_err(Problem::from)?;
                Ok(((row.id, secret), format!("/console/setup/subscribers/{}?say=shown", row.id)))
            })
            .await
        }
        Err(problem) => Err(problem.into()),
    };
    let refused = match made {
        Ok(done) => {
            return match &done.now {
                Some((id, made)) => secret::show(&app, &officer, *id, made).await,
                None => Ok(page::go_to(&done.then)),
            };
        }
        Err(refused) => refused,
    };
    if let Refused::Problem(problem) = &refused {
        faults.join(Faults::of(s.w, problem));
    }
    if faults.is_empty() {
        return Err(refused);
    }
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page_of(&officer, s, fields, faults))
}

fn page_of(officer: &Officer<SubscribersManage>, s: Shell, fields: Fields, faults: Faults) -> Page {
    Page {
        controllers: Choice::controllers(&s, officer.reach(), &fields.controller),
        told: fields.told(&s),
        signatures: fields.signatures(&s),
        faults,
        fields,
        s,
    }
}
