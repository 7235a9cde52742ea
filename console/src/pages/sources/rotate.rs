//! `/console/setup/sources/{source}/rotate`: a new secret, beside which the old one counts for a while.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::asked::LookedAfter;
use api::auth::scopes::SourcesManage;
use api::problem::Problem;
use api::sources::asked::find;
use api::sources::keys::{LONGEST_OVERLAP_S, OVERLAP_S, given_or_made};
use askama::Template;
use entities::db::Txn;
use entities::source::manage::{self, Rotation};
use entities::source::secrets::{previous_until, setup};
use entities::source::table::Model;
use secrecy::SecretString;
use serde::Deserialize;

use super::fields::fault;
use super::secret;
use crate::act::{once, unchanged};
use crate::dates::When;
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

const HOUR_S: u64 = 3600;

#[derive(Template)]
#[template(path = "source-rotate.html")]
struct Page {
    s: Shell,
    title: String,
    tie: Tie,
    faults: Faults,
    about: String,
    back: String,
    hours: String,
    /// Until when the secret before the one in use still counts.
    running: Option<When>,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    secret: String,
    hours: String,
    #[serde(default)]
    force: String,
}

/// The form.
///
/// # Errors
/// There is no such source within reach, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<SourcesManage>, id: Path<String>) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let hours = (OVERLAP_S / HOUR_S).to_string();
    page::show(&page_of(s, &row, Tie::to(row.version), hours, Faults::default()))
}

/// Puts it in place of the one there is.
///
/// # Errors
/// There is no such source within reach, it has changed since, the one before still counts, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    id: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let hours = form.fields.hours.trim().parse::<u64>().ok().filter(|hours| *hours <= LONGEST_OVERLAP_S / HOUR_S);
    let mut faults = Faults::default();
    if let Some(hours) = hours {
        let given = Some(form.fields.secret.trim()).filter(|it| !it.is_empty()).map(SecretString::from);
        let (secret, made) = given_or_made(given, &setup(&row)?);
        let overlap = Duration::from_secs(hours * HOUR_S);
        let new = Rotation { secret, overlap, force: form.fields.force == "yes" };
        let mut refused = None;
        let done = once(&app, &officer, &form, async |txn: &Txn| {
            let row = Model::lock(txn, officer.reach(), &row.id).await?;
            unchanged(&form, row.version)?;
            match manage::rotate(txn, &app.store, &officer.by.actor, &row, new).await {
                Ok(row) => Ok((row.clone(), format!("/console/setup/sources/{}?say=rotate", row.id))),
                Err(error) => {
                    refused = fault(&s, &error);
                    Err(Problem::from(error).into())
                }
            }
        })
        .await;
        match (refused, done) {
            (Some((field, says)), _) => faults.add(field, says),
            (None, Err(error)) => return Err(error),
            (None, Ok(done)) => {
                return match done.now {
                    Some(row) if made.is_some() => secret::show(&app, &officer, &row, made.as_ref()).await,
                    _ => Ok(page::go_to(&done.then)),
                };
            }
        }
    } else {
        faults.add("hours", s.t("source-overlap-bad"));
    }
    let tie = Tie::to(form.version.unwrap_or(-1));
    let page = page_of(s, &row, tie, form.fields.hours.clone(), faults);
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn page_of(s: Shell, row: &Model, tie: Tie, hours: String, faults: Faults) -> Page {
    let dates = s.dates_of(row.controller_id);
    Page {
        title: s.t("source-rotate"),
        about: row.slug.clone(),
        back: format!("/console/setup/sources/{}", row.id),
        running: previous_until(row, s.now).map(|at| dates.minute(at)),
        hours,
        tie,
        faults,
        s,
    }
}
