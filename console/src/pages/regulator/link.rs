//! `/regulator/link` has a link sent, `/regulator/link/{token}` uses one up. Neither says whether there is an invitation.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use askama::Template;
use entities::regulator::sign_in;
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
#[template(path = "room-ask.html")]
struct Page {
    s: Shell,
    faults: Faults,
    address: String,
    is_sent: bool,
}

/// What is filled in.
#[derive(Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    address: String,
}

/// The form to ask by.
///
/// # Errors
/// It does not render.
pub async fn ask(app: Data<App>, visitor: Visiting) -> Result<HttpResponse, Refused> {
    page::show(&page_of(&app, &visitor, String::new(), Faults::default(), false))
}

/// Has a link sent, if there is an invitation to send one for. The work is done once the answer is out: how long it takes would
/// tell what the answer does not.
///
/// # Errors
/// Too many were asked for from this address.
pub async fn send(app: Data<App>, visitor: Visiting, form: Form<Fields>) -> Result<HttpResponse, Refused> {
    stage::brake(&app, &visitor)?;
    let address = form.fields.address;
    if !address.contains('@') {
        let faults = Faults::one("address", visitor.words.t("status-ask-address-missing"));
        let page = page_of(&app, &visitor, address, faults, false);
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let store = app.store.clone();
    app.runtime.spawn(async move {
        if let Err(error) = sign_in::send_again(&store, &address).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a link to the room could not be sent");
        }
    });
    page::show(&page_of(&app, &visitor, String::new(), Faults::default(), true))
}

fn page_of(app: &App, visitor: &Visiting, address: String, faults: Faults, is_sent: bool) -> Page {
    Page { s: Shell::bare(app, visitor), faults, address, is_sent }
}

/// The button behind a link.
///
/// # Errors
/// Links were looked at too often, or the database fails.
pub async fn show(app: Data<App>, visitor: Visiting, token: Path<String>) -> Result<HttpResponse, Refused> {
    link::show(&app, Door::Regulator, &visitor, &token).await
}

/// Uses the link up, has a code sent, and asks for it.
///
/// # Errors
/// Links were looked at too often, or the database fails.
pub async fn open(
    app: Data<App>,
    visitor: Visiting,
    token: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    link::open(&app, Door::Regulator, &visitor, &token).await
}
