//! `/console/enrol`: enrolling an authenticator, by a picture to scan or a secret to type; then the recovery codes, once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use askama::Template;
use entities::officer::enrolment;
use entities::officer::session::Standing;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;

use crate::codes::Codes;
use crate::faults::Faults;
use crate::form::Form;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;
use crate::visitor::{Visiting, Visitor};

#[derive(Template)]
#[template(path = "enrol.html")]
struct Page {
    s: Shell,
    faults: Faults,
    secret: String,
    path: String,
    size: i32,
    is_anew: bool,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    code: String,
}

/// Under which name an authenticator lists us.
const ISSUER: &str = "dsr";

/// The picture and the form.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, visitor: Visiting) -> Result<HttpResponse, Refused> {
    form(&app, &visitor, StatusCode::OK, Faults::default()).await
}

/// Looks at the code that the authenticator shows.
///
/// # Errors
/// Too many tried from this address, or the database fails.
pub async fn send(app: Data<App>, visitor: Visiting, form_sent: Form<Fields>) -> Result<HttpResponse, Refused> {
    stage::brake(&app, &visitor)?;
    let token = visitor.session_token()?;
    let Some(done) = enrolment::finish(&app.store, token, form_sent.fields.code.trim(), &visitor.from()).await? else {
        let faults = Faults::one("code", visitor.words.t("enrol-wrong"));
        return form(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, faults).await;
    };
    // The session has changed with this answer: its forms are bound to the new one.
    let s = Shell::bound_to(&app, &visitor, &done.opened.token);
    let mut response = page::show(&Codes::of(s, &done.codes, OwnPath::HOME))?;
    stage::give(&mut response, &visitor, &done.opened);
    Ok(response)
}

async fn form(app: &App, visitor: &Visitor, status: StatusCode, faults: Faults) -> Result<HttpResponse, Refused> {
    let Some(signed) = &visitor.session else { return Err(Refused::SignIn) };
    if signed.standing == Standing::SecondFactor {
        return Ok(page::go_to(&OwnPath::read("/console/sign-in/code")));
    }
    let Some(offer) = enrolment::offer(&app.store, visitor.session_token()?, ISSUER).await? else {
        // It takes a fresh second factor to replace one.
        return Ok(page::go_to(&OwnPath::read("/console/account?say=sign-in-again")));
    };
    let (path, size) = picture(&offer.uri)?;
    let secret = grouped(&offer.secret);
    let is_anew = signed.standing == Standing::Full;
    page::with_status(status, &Page { s: Shell::of(app, visitor).await?, faults, secret, path, size, is_anew })
}

/// A QR code as the path of an SVG, and the length of its side.
fn picture(text: &str) -> Result<(String, i32), Refused> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(Refused::internal)?;
    let size = code.size();
    let dark = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    Ok((dark.map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect(), size))
}

/// In fours, as one reads it from a screen.
fn grouped(secret: &str) -> String {
    let letters: Vec<_> = secret.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
