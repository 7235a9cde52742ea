//! `/console/requests/{name}/hold`: stopping a request and letting it go on. The smallest decision, and the model of the others.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsOperate;
use api::decision::{Decision, LONGEST_REASON};
use api::named::Named;
use askama::Template;
use entities::request::table::Model;
use serde::Deserialize;

use crate::decide::{self, decide};
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "hold.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    faults: Faults,
    reason: String,
}

/// What is filled in.
#[derive(Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    reason: String,
}

/// The form.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    name: Path<String>,
) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    page::show(&page_of(&app, &officer, &request, Fields::default(), Faults::default()).await?)
}

/// Stops everything further on the platform.
///
/// # Errors
/// The request is not within reach, has changed since, or cannot be held.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    name: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let reason = form.fields.reason.trim();
    let words = officer.visitor().words;
    let fault = match reason.chars().count() {
        0 => Some(words.t("hold-reason-missing")),
        n if n > LONGEST_REASON => Some(words.with("reason-too-long", "most", LONGEST_REASON)),
        _ => None,
    };
    if let Some(says) = fault {
        let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
        let fields = Fields { reason: form.fields.reason.clone() };
        let page = page_of(&app, &officer, &request, fields, Faults::one("reason", says)).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    decide(&app, &officer, &name, &form, Decision::Hold(reason.to_owned()), "held").await
}

/// What is sent to let it go on: nothing but that.
#[derive(Deserialize)]
pub struct Nothing {}

/// Lets the work go on where it stood.
///
/// # Errors
/// The request is not within reach, has changed since, or is not on hold.
pub async fn release(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    name: Path<String>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    decide(&app, &officer, &name, &form, Decision::Release, "released").await
}

async fn page_of(
    app: &App,
    officer: &Officer<RequestsOperate>,
    request: &Model,
    fields: Fields,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let tie = decide::tie(app, officer.reach(), request).await?;
    Ok(Page { s, tie, reference: request.reference.clone(), faults, reason: fields.reason })
}
