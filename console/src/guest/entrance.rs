//! The way into guests' pages: finds out who comes by which door, makes a page of a refusal, and sets the headers of every page.

use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use api::app::App;
use askama::Template;

use super::{Door, go_to};
use crate::entrance::{dress, refused, shown};
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::visitor::{Visiting, Visitor, app_of};

/// The middleware of the pages behind `/status`.
///
/// # Errors
/// What the call itself ended in, if that is none of ours.
pub async fn enter_status(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    enter(Door::Status, req, next).await
}

/// The middleware of the pages behind `/regulator`.
///
/// # Errors
/// What the call itself ended in, if that is none of ours.
pub async fn enter_regulator(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    enter(Door::Regulator, req, next).await
}

async fn enter(
    door: Door,
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = app_of(req.request())?;
    let answered = match Visitor::at(&app, req.request(), door).await {
        Ok((visitor, visit)) => {
            req.extensions_mut().insert(Rc::new(visitor));
            if let Some(visit) = visit {
                req.extensions_mut().insert(visit);
            }
            next.call(req).await?.map_into_boxed_body()
        }
        Err(error) => {
            let nobody = Visitor::unknown(&app, req.request());
            req.extensions_mut().insert(Rc::new(nobody));
            req.into_response(HttpResponse::from_error(Refused::from(error)))
        }
    };
    let mut response = with_page(&app, door, answered);
    let visitor = Visiting::of(response.request());
    dress(&mut response, &visitor);
    Ok(response)
}

fn with_page(app: &App, door: Door, response: ServiceResponse) -> ServiceResponse {
    let Some(refused) = refused(&response) else { return response };
    let page = page_of(app, door, response.request(), refused);
    response.into_response(page)
}

#[derive(Template)]
#[template(path = "guest-error.html")]
struct Page {
    s: Shell,
    title: String,
    says: String,
    onward: String,
}

fn page_of(app: &App, door: Door, req: &HttpRequest, refused: &Refused) -> HttpResponse {
    if matches!(refused, Refused::SignIn) {
        return go_to(&door.ask());
    }
    let s = Shell::bare(app, &Visiting::of(req));
    let word = word(refused);
    let page = Page {
        title: s.word("guest-error-title", word),
        says: s.word("guest-error", word),
        onward: door.room().to_owned(),
        s,
    };
    shown(page::with_status(refused.status_code(), &page))
}

fn word(refused: &Refused) -> &'static str {
    match refused {
        Refused::Forged => "forged",
        Refused::SignIn | Refused::NoRight(_) => "nothing",
        Refused::Malformed => "malformed",
        Refused::Stale(..) => "changed",
        Refused::Problem(problem) => match problem.code().status {
            404 | 405 => "nothing",
            409 | 410 => "changed",
            429 => "too-fast",
            503 | 504 => "away",
            500.. => "internal",
            _ => "malformed",
        },
    }
}
