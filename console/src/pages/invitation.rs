//! `/console/invitation/{token}`: whoever was invited sets a password. Looking changes nothing, because mail programs follow
//! links before their readers do.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::problem::Problem;
use askama::Template;
use entities::officer::invitation;
use entities::officer::password::{NotSet, SHORTEST};
use entities::officer::table::Model;
use secrecy::{ExposeSecret, SecretString};
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
#[template(path = "invitation.html")]
struct Page {
    s: Shell,
    faults: Faults,
    token: String,
    name: String,
    login: String,
    shortest: usize,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    password: SecretString,
    again: SecretString,
}

/// The form.
///
/// # Errors
/// The invitation is not good, or not any more.
pub async fn show(app: Data<App>, visitor: Visiting, token: Path<String>) -> Result<HttpResponse, Refused> {
    stage::brake(&app, &visitor)?;
    let invited = invited(&app, &token).await?;
    page::show(&page_of(&app, &visitor, invited, &token, Faults::default()))
}

/// Sets the password and goes on to enrolling a second factor.
///
/// # Errors
/// The invitation is not good, or not any more.
pub async fn send(
    app: Data<App>,
    visitor: Visiting,
    token: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    stage::brake(&app, &visitor)?;
    let Fields { password, again } = form.fields;
    let words = visitor.words;
    let faults = if password.expose_secret() == again.expose_secret() {
        match invitation::accept(&app.store, &token, &password, &visitor.from()).await {
            Ok(opened) => return Ok(stage::move_on(&visitor, &opened, &OwnPath::home())),
            Err(NotSet::Weak(weak)) => Faults::one("password", stage::weakness(words, weak)),
            Err(NotSet::Refused) => return Err(Problem::not_found("invitation").into()),
            Err(NotSet::Store(error)) => return Err(error.into()),
        }
    } else {
        Faults::one("again", words.t("password-differs"))
    };
    let invited = invited(&app, &token).await?;
    let page = page_of(&app, &visitor, invited, &token, faults);
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn invited(app: &App, token: &str) -> Result<Model, Refused> {
    let found = invitation::look(&app.store, token).await?;
    found.ok_or_else(|| Problem::not_found("invitation").into())
}

fn page_of(app: &App, visitor: &Visitor, invited: Model, token: &str, faults: Faults) -> Page {
    let s = Shell::bare(app, visitor);
    Page { s, faults, token: token.to_owned(), name: invited.name, login: invited.login, shortest: SHORTEST }
}
