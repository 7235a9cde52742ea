//! `/regulator/code`: the code that came by mail.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use askama::Template;
use entities::guest::code::LIFE;
use entities::regulator::sign_in;
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::Form;
use crate::guest::{Door, HalfRegulator, let_in};
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;

#[derive(Template)]
#[template(path = "room-code.html")]
struct Page {
    s: Shell,
    faults: Faults,
    minutes: u64,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    code: String,
}

/// The form.
///
/// # Errors
/// It does not render.
pub async fn show(app: Data<App>, half: HalfRegulator) -> Result<HttpResponse, Refused> {
    page::show(&page_of(&app, &half, Faults::default()))
}

/// Looks at the code.
///
/// # Errors
/// Too many were tried from this address, or the database fails.
pub async fn send(app: Data<App>, half: HalfRegulator, form: Form<Fields>) -> Result<HttpResponse, Refused> {
    let visitor = half.visitor();
    stage::brake(&app, visitor)?;
    let token = visitor.session_token()?;
    match sign_in::confirm(&app.store, token, &form.fields.code, visitor.address.clone()).await? {
        Some(opened) => Ok(let_in(visitor, Door::Regulator, &opened, Door::Regulator.room())),
        None => {
            let faults = Faults::one("code", visitor.words.t("room-code-wrong"));
            page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page_of(&app, &half, faults))
        }
    }
}

fn page_of(app: &App, half: &HalfRegulator, faults: Faults) -> Page {
    Page { s: Shell::bare(app, half.visitor()), faults, minutes: LIFE.as_secs() / 60 }
}
