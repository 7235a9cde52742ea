//! `/status/link` has a link sent, `/status/link/{token}` lets its holder in. Neither says whether there is a request.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use askama::Template;
use entities::guest::status;
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::guest::{Door, link};
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;
use crate::visitor::Visiting;

#[derive(Template)]
#[template(path = "status-ask.html")]
struct Page {
    s: Shell,
    faults: Faults,
    reference: String,
    address: String,
    is_sent: bool,
}

/// What is filled in.
#[derive(Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    reference: String,
    #[serde(default)]
    address: String,
}

/// The form to ask by.
///
/// # Errors
/// It does not render.
pub async fn ask(app: Data<App>, visitor: Visiting) -> Result<HttpResponse, Refused> {
    page::show(&page_of(&app, &visitor, Fields::default(), Faults::default(), false))
}

/// Has a link sent, if there is anything to send one about. The work is done once the answer is out: how long it takes would
/// tell what the answer does not.
///
/// # Errors
/// Too many were asked for from this address.
pub async fn send(app: Data<App>, visitor: Visiting, form: Form<Fields>) -> Result<HttpResponse, Refused> {
    stage::brake(&app, &visitor)?;
    let mut faults = Faults::default();
    if form.fields.reference.trim().is_empty() {
        faults.add("reference", visitor.words.t("status-ask-reference-missing"));
    }
    if !form.fields.address.contains('@') {
        faults.add("address", visitor.words.t("status-ask-address-missing"));
    }
    if !faults.is_empty() {
        let page = page_of(&app, &visitor, form.fields, faults, false);
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let Fields { reference, address } = form.fields;
    let store = app.store.clone();
    app.runtime.spawn(async move {
        if let Err(error) = status::send_again(&store, &reference, &address).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a link to a status page could not be sent");
        }
    });
    page::show(&page_of(&app, &visitor, Fields::default(), Faults::default(), true))
}

fn page_of(app: &App, visitor: &Visiting, fields: Fields, faults: Faults, is_sent: bool) -> Page {
    let Fields { reference, address } = fields;
    Page { s: Shell::bare(app, visitor), faults, reference, address, is_sent }
}

/// The button behind a link.
///
/// # Errors
/// Links were looked at too often, or the database fails.
pub async fn show(app: Data<App>, visitor: Visiting, token: Path<String>) -> Result<HttpResponse, Refused> {
    link::show(&app, Door::Status, &visitor, &token).await
}

/// Uses the link up and lets its holder in.
///
/// # Errors
/// Links were looked at too often, or the database fails.
pub async fn open(
    app: Data<App>,
    visitor: Visiting,
    token: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    link::open(&app, Door::Status, &visitor, &token).await
}
