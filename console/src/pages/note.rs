//! `/console/requests/{name}/notes`: noting something on a request.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsWork;
use api::decision::Decision;
use api::decisions::work::LONGEST_NOTE;
use api::named::Named;
use askama::Template;
use entities::request::table::Model;
use serde::Deserialize;

use crate::decide::{self, decide_at_any};
use crate::faults::{self, Faults};
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "note.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    faults: Faults,
    words: String,
}

/// What is filled in.
#[derive(Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    words: String,
}

/// The form.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<RequestsWork>, name: Path<String>) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    page::show(&page_of(&app, &officer, &request, Fields::default(), Faults::default()).await?)
}

/// Notes it. What happened meanwhile makes no difference: a note decides nothing.
///
/// # Errors
/// The request is not within reach, or its data has been erased.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsWork>,
    name: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let words = officer.visitor().words;
    if let Some(says) = faults::of_text(words, &form.fields.words, words.t("note-missing"), LONGEST_NOTE) {
        let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
        let fields = Fields { words: form.fields.words };
        let page = page_of(&app, &officer, &request, fields, Faults::one("words", says)).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let note = Decision::Note(form.fields.words.trim().to_owned());
    decide_at_any(&app, &officer, &name, &form, note, "noted").await
}

async fn page_of(
    app: &App,
    officer: &Officer<RequestsWork>,
    request: &Model,
    fields: Fields,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let tie = decide::tie(app, officer.reach(), request).await?;
    Ok(Page { s, tie, reference: request.reference.clone(), faults, words: fields.words })
}
