//! From one step of signing in to the next: each opens a session of its own, so each gives the browser a new cookie.

use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use api::app::App;
use entities::officer::password::{SHORTEST, Weak};
use entities::officer::session::{Opened, Standing};
use secrecy::ExposeSecret;
use url::form_urlencoded;
use vault::passkey::Site;

use crate::cookies::Purpose;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::visitor::Visitor;
use crate::words::Words;

/// Under which name browsers keep our passkeys.
const NAME: &str = "dsr";

/// Counts an attempt to sign in from where the visitor comes from.
///
/// # Errors
/// It was one too many.
pub fn brake(app: &App, visitor: &Visitor) -> Result<(), Refused> {
    let address: Option<IpAddr> = visitor.address.as_deref().and_then(|address| address.parse().ok());
    if let Some(address) = address {
        app.limits.password(address)?;
    }
    Ok(())
}

/// Where passkeys are made for; none where browsers make none.
#[must_use]
pub fn site(app: &App) -> Option<Site> {
    Site::at(app.store.public_url.as_deref()?, NAME)
}

/// Gives the browser the session that a step has opened, and sends it to the next.
#[must_use]
pub fn move_on(visitor: &Visitor, opened: &Opened, to: &OwnPath) -> HttpResponse {
    let mut response = page::go_to(&page_for(opened.standing, to));
    give(&mut response, visitor, opened);
    response
}

/// Gives the browser a session, in place of the one it had.
pub fn give(response: &mut HttpResponse, visitor: &Visitor, opened: &Opened) {
    let session = visitor.jar.keep(Purpose::Session, opened.token.expose_secret().to_owned(), None);
    for cookie in [session, visitor.jar.forget(Purpose::Visit)] {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}

/// Where a visitor belongs who is not at this step.
#[must_use]
pub fn elsewhere(visitor: &Visitor, step: Standing, to: &OwnPath) -> Option<HttpResponse> {
    match visitor.session.as_ref().map(|signed| signed.standing) {
        Some(standing) if standing == step => None,
        Some(standing) => Some(page::go_to(&page_for(standing, to))),
        None => Some(page::go_to(&with_to("/console/sign-in", to))),
    }
}

fn page_for(standing: Standing, to: &OwnPath) -> OwnPath {
    match standing {
        Standing::SecondFactor => with_to("/console/sign-in/code", to),
        Standing::Enrolment => OwnPath::read("/console/enrol"),
        Standing::Full => to.clone(),
    }
}

/// The sign-in page at which a visitor goes on who wants to get to `to`.
#[must_use]
pub fn entry(visitor: &Visitor, to: &OwnPath) -> OwnPath {
    match visitor.session.as_ref().map(|signed| signed.standing) {
        Some(Standing::Full) | None => with_to("/console/sign-in", to),
        Some(standing) => page_for(standing, to),
    }
}

/// A page, and where one wants to go from there.
#[must_use]
pub fn with_to(page: &str, to: &OwnPath) -> OwnPath {
    if *to == OwnPath::home() {
        return OwnPath::read(page);
    }
    let to = form_urlencoded::byte_serialize(to.as_str().as_bytes()).collect::<String>();
    OwnPath::read(&format!("{page}?to={to}"))
}

/// What is wrong with a new password.
#[must_use]
pub fn weakness(words: Words, weak: Weak) -> String {
    match weak {
        Weak::TooShort => words.with("password-too-short", "least", SHORTEST),
        Weak::TooLong => words.t("password-too-long"),
        Weak::Common => words.t("password-common"),
        Weak::Own => words.t("password-own"),
    }
}
