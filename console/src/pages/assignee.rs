//! `/console/requests/{name}/assignee`: who has a request.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsWork;
use api::decision::Decision;
use api::named::Named;
use askama::Template;
use entities::id::ClientId;
use serde::Deserialize;

use crate::colleagues;
use crate::decide::{self, decide};
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "assignee.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    people: Vec<Choice>,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    /// An officer's id; nobody's, if empty.
    #[serde(default)]
    to: String,
}

/// The form.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<RequestsWork>, name: Path<String>) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let tie = decide::tie(&app, officer.reach(), &request).await?;
    let has = request.assignee.map(|id| id.to_string()).unwrap_or_default();
    let people = colleagues::of(&app, &request, s.t("assignee-nobody"), &has).await?;
    page::show(&Page { tie, reference: request.reference, people, s })
}

/// Gives the request to somebody, or back to all.
///
/// # Errors
/// The request is not within reach or has changed since, or whom it is given to does not work on it.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsWork>,
    name: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let to = match form.fields.to.as_str() {
        "" => None,
        id => Some(id.parse::<ClientId>().map_err(|_| Refused::Malformed)?),
    };
    let done = if to.is_some() { "assigned" } else { "given-back" };
    decide(&app, &officer, &name, &form, Decision::Assign(to), done).await
}
