//! `/console/account/passkeys/new`: making a passkey, and removing one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use askama::Template;
use entities::id::PasskeyId;
use entities::officer::passkey::{self, Answer, LONGEST_NAME, MOST, NotAdded, Removal};
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::officer::SignedIn;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;

#[derive(Template)]
#[template(path = "new-passkey.html")]
struct Page {
    s: Shell,
    faults: Faults,
    options: String,
    asked: String,
    name: String,
}

/// What is filled in, by its owner and by the script.
#[derive(Deserialize)]
pub struct Fields {
    name: String,
    asked: String,
    told: String,
}

/// The question, for the browser.
///
/// # Errors
/// Passkeys do not work here, or the database fails.
pub async fn show(app: Data<App>, officer: SignedIn) -> Result<HttpResponse, Refused> {
    form(&app, &officer, StatusCode::OK, Faults::default(), String::new()).await
}

/// Takes the passkey that the browser has made.
///
/// # Errors
/// Passkeys do not work here, or the database fails.
pub async fn send(app: Data<App>, officer: SignedIn, sent: Form<Fields>) -> Result<HttpResponse, Refused> {
    let site = stage::site(&app).ok_or_else(Refused::not_found)?;
    let visitor = officer.visitor();
    stage::brake(&app, visitor)?;
    let Fields { name, asked, told } = sent.fields;
    let answer = Answer { token: &asked, told: &told, bound_to: &visitor.bound_to };
    let words = visitor.words;
    let added = passkey::add(&app.store, &site, officer.session()?, &name, answer, &visitor.from()).await;
    let faults = match added {
        Ok(()) => return Ok(page::go_to(&OwnPath::read("/console/account?say=passkey-added"))),
        Err(NotAdded::NotFresh) => return Ok(sign_in_again()),
        Err(NotAdded::BadName) => Faults::one("name", words.with("passkey-name-bad", "most", LONGEST_NAME)),
        Err(NotAdded::TooMany) => Faults::one("name", words.with("passkey-too-many", "most", MOST)),
        Err(NotAdded::Refused) => Faults::one("name", words.t("passkey-not-made")),
        Err(NotAdded::Store(error)) => return Err(error.into()),
    };
    form(&app, &officer, StatusCode::UNPROCESSABLE_ENTITY, faults, name).await
}

/// Removes one.
///
/// # Errors
/// It is none of one's own, or the database fails.
pub async fn remove(
    app: Data<App>,
    officer: SignedIn,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let id: PasskeyId = id.parse().map_err(|_| Refused::not_found())?;
    let to = match passkey::remove(&app.store, officer.session()?, id, &officer.visitor().from()).await? {
        Removal::Removed => "/console/account?say=passkey-removed",
        Removal::Last => "/console/account?say=passkey-last",
        Removal::NotFresh => return Ok(sign_in_again()),
        Removal::NotThere => return Err(Refused::not_found()),
    };
    Ok(page::go_to(&OwnPath::read(to)))
}

/// It takes a fresh second factor to change what guards the account.
fn sign_in_again() -> HttpResponse {
    page::go_to(&OwnPath::read("/console/account?say=sign-in-again"))
}

async fn form(
    app: &App,
    officer: &SignedIn,
    status: StatusCode,
    faults: Faults,
    name: String,
) -> Result<HttpResponse, Refused> {
    let site = stage::site(app).ok_or_else(Refused::not_found)?;
    let visitor = officer.visitor();
    let asked = passkey::ask_new(&app.store, &site, officer.session()?, &visitor.bound_to).await?;
    let Some(asked) = asked else { return Ok(sign_in_again()) };
    let s = Shell::of(app, visitor).await?;
    let token = asked.token.expose_secret().to_owned();
    page::with_status(status, &Page { s, faults, options: asked.options, asked: token, name })
}
