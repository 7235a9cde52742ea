//! `/console/requests/{name}/address`: where letters go from now on; and `…/letters/{letter}/resend`, one that failed sent there.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsDecide;
use api::decision::Decision;
use api::decisions::letters::letter_id;
use api::named::Named;
use api::views::letters::find;
use askama::Template;
use entities::request::table::Model;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use serde::Deserialize;

use crate::decide::{self, decide};
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "address.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    /// Where the form goes.
    to: String,
    /// The letter that is sent there, if it is about one.
    letter: Option<String>,
    faults: Faults,
    fields: Fields,
}

/// What is filled in.
#[derive(Clone, Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    address: String,
    /// `yes` if the officer vouches for the address.
    #[serde(default)]
    vouched: String,
}

impl Fields {
    fn is_vouched(&self) -> bool {
        self.vouched == "yes"
    }

    fn mailbox(&self) -> Option<String> {
        normalise(IdentifierKind::Email, &self.address, None).ok().map(|address| address.value)
    }
}

/// The form for all letters.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    name: Path<String>,
) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    page::show(&page_of(&app, &officer, &request, None, Fields::default(), Faults::default()).await?)
}

/// Has letters go there from now on, or vouches for the address there is.
///
/// # Errors
/// The request is not within reach, has changed since, or is closed.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    name: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let (words, given) = (officer.visitor().words, &form.fields);
    let address = given.mailbox();
    let fault = match (&address, given.address.trim().is_empty()) {
        (None, false) => Some(words.t("address-none")),
        (None, true) if !given.is_vouched() => Some(words.t("address-nothing")),
        _ => None,
    };
    if let Some(says) = fault {
        let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
        let page = page_of(&app, &officer, &request, None, given.clone(), Faults::one("address", says)).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let set = Decision::SetAddress(address, given.is_vouched());
    decide(&app, &officer, &name, &form, set, "address-set").await
}

/// The form for one letter that failed.
///
/// # Errors
/// There is no such letter within reach, or the database fails.
pub async fn show_resend(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    names: Path<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    find(&app, officer.reach(), &request, &letter).await?;
    page::show(&page_of(&app, &officer, &request, Some(&letter), Fields::default(), Faults::default()).await?)
}

/// Sends a letter that failed to another address.
///
/// # Errors
/// There is no such letter within reach, it did not fail, the request has changed since, or nobody vouches for the address.
pub async fn resend(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    names: Path<(String, String)>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    let id = letter_id(&letter)?;
    let Some(address) = form.fields.mailbox() else {
        let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
        find(&app, officer.reach(), &request, &letter).await?;
        let faults = Faults::one("address", officer.visitor().words.t("address-none"));
        let page = page_of(&app, &officer, &request, Some(&letter), form.fields, faults).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let again = Decision::ResendLetter(id, address, form.fields.is_vouched());
    decide(&app, &officer, &name, &form, again, "letter-resent").await
}

async fn page_of(
    app: &App,
    officer: &Officer<RequestsDecide>,
    request: &Model,
    letter: Option<&str>,
    fields: Fields,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let tie = decide::tie(app, officer.reach(), request).await?;
    let reference = request.reference.clone();
    let to = match letter {
        Some(letter) => format!("/console/requests/{reference}/letters/{letter}/resend"),
        None => format!("/console/requests/{reference}/address"),
    };
    Ok(Page { s, tie, reference, to, letter: letter.map(str::to_owned), faults, fields })
}
