//! A page as an answer.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;

use crate::own_path::OwnPath;
use crate::refused::Refused;

/// A page that is as it should be.
///
/// # Errors
/// It does not render.
pub fn show(page: &impl Template) -> Result<HttpResponse, Refused> {
    with_status(StatusCode::OK, page)
}

/// A page with another status, such as a form that was sent with mistakes.
///
/// # Errors
/// It does not render.
pub fn with_status(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Refused> {
    Ok(HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(page.render()?))
}

/// Sends the browser on with a GET, so that reloading repeats nothing.
#[must_use]
pub fn go_to(path: &OwnPath) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path.as_str())).finish()
}
