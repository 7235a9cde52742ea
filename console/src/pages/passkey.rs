//! `/console/sign-in/passkey`: signing in by a passkey, alone or after the password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::query::Query;
use askama::Template;
use entities::officer::passkey::{self, Answer};
use entities::officer::session::{Signed, Standing};
use secrecy::ExposeSecret;
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
#[template(path = "passkey.html")]
struct Page {
    s: Shell,
    faults: Faults,
    options: String,
    asked: String,
    to: String,
    /// Where one goes on without a passkey.
    other: String,
    is_second: bool,
}

/// Where one wants to go.
#[derive(Deserialize)]
pub struct Asked {
    to: Option<String>,
}

/// What the script fills in.
#[derive(Deserialize)]
pub struct Fields {
    asked: String,
    told: String,
    #[serde(default)]
    to: String,
}

/// The question, for the browser; whoever is signed in goes on.
///
/// # Errors
/// Passkeys do not work here, too many tried from this address, or the database fails.
pub async fn show(app: Data<App>, visitor: Visiting, asked: Query<Asked>) -> Result<HttpResponse, Refused> {
    let to = OwnPath::read(&asked.get()?.to.unwrap_or_default());
    stage::site(&app).ok_or_else(Refused::not_found)?;
    stage::brake(&app, &visitor)?;
    if let Some(elsewhere) = elsewhere(&visitor, &to) {
        return Ok(elsewhere);
    }
    form(&app, &visitor, StatusCode::OK, Faults::default(), &to).await
}

/// Looks at the answer.
///
/// # Errors
/// Passkeys do not work here, too many tried from this address, or the database fails.
pub async fn send(app: Data<App>, visitor: Visiting, sent: Form<Fields>) -> Result<HttpResponse, Refused> {
    let site = stage::site(&app).ok_or_else(Refused::not_found)?;
    stage::brake(&app, &visitor)?;
    let Fields { asked, told, to } = sent.fields;
    let to = OwnPath::read(&to);
    if let Some(elsewhere) = elsewhere(&visitor, &to) {
        return Ok(elsewhere);
    }
    let answer = Answer { token: &asked, told: &told, bound_to: &visitor.bound_to };
    match passkey::sign_in(&app.store, &site, half(&visitor), answer, &visitor.from()).await? {
        Some(opened) => Ok(stage::move_on(&visitor, &opened, &to)),
        None => {
            let faults = Faults::one("passkey", visitor.words.t("passkey-wrong"));
            form(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, faults, &to).await
        }
    }
}

fn half(visitor: &Visitor) -> Option<&Signed> {
    visitor.session.as_ref().filter(|signed| signed.standing == Standing::SecondFactor)
}

/// Where whoever is further belongs, and who has to enrol first.
fn elsewhere(visitor: &Visitor, to: &OwnPath) -> Option<HttpResponse> {
    match visitor.session.as_ref()?.standing {
        Standing::SecondFactor => None,
        Standing::Full => Some(page::go_to(to)),
        Standing::Enrolment => Some(page::go_to(&OwnPath::read("/console/enrol"))),
    }
}

async fn form(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    faults: Faults,
    to: &OwnPath,
) -> Result<HttpResponse, Refused> {
    let site = stage::site(app).ok_or_else(Refused::not_found)?;
    let asked = passkey::ask_used(&app.store, &site, half(visitor), &visitor.bound_to).await?;
    let is_second = half(visitor).is_some();
    let other = stage::with_to(if is_second { "/console/sign-in/code" } else { "/console/sign-in" }, to);
    let page = Page {
        s: Shell::bare(app, visitor),
        faults,
        options: asked.options,
        asked: asked.token.expose_secret().to_owned(),
        to: to.as_str().to_owned(),
        other: other.as_str().to_owned(),
        is_second,
    };
    page::with_status(status, &page)
}
