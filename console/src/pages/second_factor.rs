//! `/console/sign-in/code`: the second step, by an authenticator's code or a recovery code.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::query::Query;
use askama::Template;
use entities::officer::session::Standing;
use entities::officer::sign_in;
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::Form;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;
use crate::visitor::{Visiting, Visitor};

#[derive(Template)]
#[template(path = "code.html")]
struct Page {
    s: Shell,
    faults: Faults,
    to: String,
    /// Where one gives a passkey instead, if that works here.
    passkey: Option<String>,
}

/// Where one wants to go.
#[derive(Deserialize)]
pub struct Asked {
    to: Option<String>,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    code: String,
    #[serde(default)]
    to: String,
}

/// The form; whoever is elsewhere in signing in goes there.
///
/// # Errors
/// The page does not render.
pub async fn show(app: Data<App>, visitor: Visiting, asked: Query<Asked>) -> Result<HttpResponse, Refused> {
    let to = OwnPath::read(&asked.get()?.to.unwrap_or_default());
    if let Some(elsewhere) = stage::elsewhere(&visitor, Standing::SecondFactor, &to) {
        return Ok(elsewhere);
    }
    page::show(&page_of(&app, &visitor, Faults::default(), &to))
}

/// Looks at the code.
///
/// # Errors
/// Too many tried from this address, or the database fails.
pub async fn send(app: Data<App>, visitor: Visiting, form: Form<Fields>) -> Result<HttpResponse, Refused> {
    stage::brake(&app, &visitor)?;
    let to = OwnPath::read(&form.fields.to);
    if let Some(elsewhere) = stage::elsewhere(&visitor, Standing::SecondFactor, &to) {
        return Ok(elsewhere);
    }
    let token = visitor.session_token()?;
    match sign_in::second_factor(&app.store, token, form.fields.code.trim(), &visitor.from()).await? {
        Some(opened) => Ok(stage::move_on(&visitor, &opened, &to)),
        None => {
            let faults = Faults::one("code", visitor.words.t("code-wrong"));
            page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page_of(&app, &visitor, faults, &to))
        }
    }
}

fn page_of(app: &App, visitor: &Visitor, faults: Faults, to: &OwnPath) -> Page {
    let passkey = stage::site(app).map(|_| stage::with_to("/console/sign-in/passkey", to).as_str().to_owned());
    Page { s: Shell::bare(app, visitor), faults, to: to.as_str().to_owned(), passkey }
}
