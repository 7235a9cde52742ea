//! `/console/requests/{name}/status-link`: sends the person a link to the page on which they see where their request stands.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsDecide;
use api::decision::Decision;
use api::named::Named;
use askama::Template;
use entities::addressee;
use entities::letter::kind::LetterKind;

use crate::decide::{self, decide};
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "status-link.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    is_proven: bool,
}

/// The check.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    name: Path<String>,
) -> Result<HttpResponse, Refused> {
    let conn = app.store.db.read();
    let request = Named::parse(&name)?.find(conn, officer.reach()).await?;
    let to = addressee::queries::of_request(conn, request.id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let tie = decide::tie(&app, officer.reach(), &request).await?;
    let is_proven = to.is_some_and(|row| row.proven_at.is_some() && row.address_sealed.is_some());
    page::show(&Page { s, tie, reference: request.reference, is_proven })
}

/// Sends it. Older links hold no more.
///
/// # Errors
/// The request is not within reach, has changed since, or no letter can go to the person.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    name: Path<String>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    decide(&app, &officer, &name, &form, Decision::WriteLetter(LetterKind::StatusLink, None), "status-link").await
}
