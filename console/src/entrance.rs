//! The way into every page: finds out who comes, makes a page of a refusal, and sets the headers that every page has.

use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse};
use api::app::App;
use api::observe::{KnownCause, POLICY, in_full};

use crate::cookies::Purpose;
use crate::pages::error;
use crate::refused::Refused;
use crate::visitor::{Visiting, Visitor, app_of};

/// What a page may load and where its forms may go: this very origin and nothing else, no script and no style in the page itself.
pub const MAY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                       form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The middleware.
///
/// # Errors
/// What the call itself ended in, if that is none of ours.
pub async fn enter(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = app_of(req.request())?;
    let answered = match Visitor::of(&app, req.request()).await {
        Ok(visitor) => {
            req.extensions_mut().insert(Rc::new(visitor));
            next.call(req).await?.map_into_boxed_body()
        }
        Err(error) => {
            let nobody = Visitor::unknown(&app, req.request());
            req.extensions_mut().insert(Rc::new(nobody));
            let refused = Refused::from(error);
            req.into_response(HttpResponse::from_error(refused))
        }
    };
    let mut response = with_page(&app, answered).await;
    let visitor = Visiting::of(response.request());
    dress(&mut response, &visitor);
    Ok(response)
}

async fn with_page(app: &App, response: ServiceResponse) -> ServiceResponse {
    let Some(refused) = refused(&response) else { return response };
    let page = error::page(app, &Visiting::of(response.request()), refused).await;
    response.into_response(shown(page))
}

/// Why a call was refused, if it was. A cause that is for our log alone is noted for it.
pub fn refused(response: &ServiceResponse) -> Option<&Refused> {
    let refused = response.response().error()?.as_error::<Refused>()?;
    if let Refused::Problem(problem) = refused
        && let Some(cause) = problem.cause()
    {
        response.request().extensions_mut().insert(KnownCause(in_full(cause)));
    }
    Some(refused)
}

/// The page about a failure, and nothing at all if that fails, too.
pub fn shown(page: Result<HttpResponse, Refused>) -> HttpResponse {
    page.unwrap_or_else(|again| {
        tracing::error!(%again, "a page about a failure failed");
        HttpResponse::InternalServerError().finish()
    })
}

/// Sets the headers that every page has.
pub fn dress(response: &mut ServiceResponse, visitor: &Visitor) {
    let fresh = visitor.fresh.clone().filter(|_| !names_cookie(response));
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| drop(headers.insert(name, HeaderValue::from_static(value)));
    set(POLICY, MAY);
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    // `no-referrer` would have browsers send forms with `Origin: null`; to other origins this tells nothing either.
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()");
    set(HeaderName::from_static("x-robots-tag"), "noindex, nofollow");
    set(header::VARY, "Cookie, Accept-Language");
    if let Ok(language) = HeaderValue::from_str(visitor.words.language().code()) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    if let Some(secret) = fresh {
        let cookie = visitor.jar.keep(Purpose::Visit, secret, None);
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// Whether the handler gives the browser a cookie of its own: then the page after it is bound to that one.
fn names_cookie(response: &ServiceResponse) -> bool {
    response.headers().contains_key(header::SET_COOKIE)
}
