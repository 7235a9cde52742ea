//! `/console/account/password`: a new password for oneself. Every other session ends with it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use askama::Template;
use entities::officer::password::{NotSet, SHORTEST, change};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::Form;
use crate::officer::SignedIn;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;

#[derive(Template)]
#[template(path = "password.html")]
struct Page {
    s: Shell,
    faults: Faults,
    login: String,
    shortest: usize,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    present: SecretString,
    password: SecretString,
    again: SecretString,
}

/// The form.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: SignedIn) -> Result<HttpResponse, Refused> {
    page::show(&page_of(&app, &officer, Faults::default()).await?)
}

/// Changes it.
///
/// # Errors
/// Too many tried from this address, or the database fails.
pub async fn send(app: Data<App>, officer: SignedIn, form: Form<Fields>) -> Result<HttpResponse, Refused> {
    let visitor = officer.visitor();
    stage::brake(&app, visitor)?;
    let Fields { present, password, again } = form.fields;
    let words = visitor.words;
    let faults = if password.expose_secret() == again.expose_secret() {
        match change(&app.store, officer.session()?, &present, &password, &visitor.from()).await {
            Ok(()) => return Ok(page::go_to(&OwnPath::read("/console/account?say=password-changed"))),
            Err(NotSet::Weak(weak)) => Faults::one("password", stage::weakness(words, weak)),
            Err(NotSet::Refused) => Faults::one("present", words.t("password-present-wrong")),
            Err(NotSet::Store(error)) => return Err(error.into()),
        }
    } else {
        Faults::one("again", words.t("password-differs"))
    };
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page_of(&app, &officer, faults).await?)
}

async fn page_of(app: &App, officer: &SignedIn, faults: Faults) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    Ok(Page { s, faults, login: officer.session()?.login.clone(), shortest: SHORTEST })
}
