//! `/console/sign-in`: address and password, the first step.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::{App, Federation};
use api::query::Query;
use askama::Template;
use entities::officer::session::Standing;
use entities::officer::sign_in;
use secrecy::SecretString;
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
#[template(path = "sign-in.html")]
struct Page {
    s: Shell,
    faults: Faults,
    login: String,
    to: String,
    /// Where one signs in by a passkey, if that works here.
    passkey: Option<String>,
    /// Where one signs in at the organisation's provider, and its name.
    provider: Option<(String, String)>,
    /// Whether one has just signed out.
    is_out: bool,
}

/// Where one wants to go.
#[derive(Deserialize)]
pub struct Asked {
    to: Option<String>,
    out: Option<String>,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    login: String,
    password: SecretString,
    #[serde(default)]
    to: String,
}

/// The form; whoever is signed in goes on.
///
/// # Errors
/// The page does not render.
pub async fn show(app: Data<App>, visitor: Visiting, asked: Query<Asked>) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let to = OwnPath::read(&asked.to.unwrap_or_default());
    if let Some(signed) = &visitor.session
        && signed.standing == Standing::Full
    {
        return Ok(page::go_to(&to));
    }
    let page = page_of(&app, &visitor, Faults::default(), String::new(), &to);
    page::show(&Page { is_out: asked.out.is_some(), ..page })
}

/// Looks at the password. Whatever is wrong, the answer is the same.
///
/// # Errors
/// Too many tried from this address, or the database fails.
pub async fn send(app: Data<App>, visitor: Visiting, form: Form<Fields>) -> Result<HttpResponse, Refused> {
    stage::brake(&app, &visitor)?;
    let Fields { login, password, to } = form.fields;
    let to = OwnPath::read(&to);
    match sign_in::password(&app.store, &login, &password, &visitor.from()).await? {
        Some(opened) => Ok(stage::move_on(&visitor, &opened, &to)),
        None => {
            let faults = Faults::one("login", visitor.words.t("sign-in-wrong"));
            let page = page_of(&app, &visitor, faults, login, &to);
            page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn page_of(app: &App, visitor: &Visitor, faults: Faults, login: String, to: &OwnPath) -> Page {
    let way = |page| stage::with_to(page, to).as_str().to_owned();
    let named = |federation: &Arc<Federation>| {
        let name = federation.name.clone().unwrap_or_else(|| visitor.words.t("provider-name"));
        (way("/console/sign-in/provider"), name)
    };
    Page {
        passkey: stage::site(app).map(|_| way("/console/sign-in/passkey")),
        provider: app.federation.as_ref().map(named),
        is_out: false,
        s: Shell::bare(app, visitor),
        faults,
        login,
        to: to.as_str().to_owned(),
    }
}
