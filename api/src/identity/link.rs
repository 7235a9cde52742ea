//! `/identity/{token}`: looking at a link changes nothing, its button proves an identity once.
//!
//! Mail programs and scanners follow links before their readers do, so GET only shows the button. A link that is unknown, has
//! expired, was used or was replaced is answered alike: nobody learns which tokens exist.
//!
//! The token in the address is the secret, which no other site knows, so the form needs no other. Where it was sent from is asked
//! all the same, as of every form of ours.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use entities::client::reach::Reach;
use entities::identity_link::prove::prove as prove_by;
use entities::identity_link::queries::by_token;
use entities::{controller, request};
use vault::token::hash_token;

use super::page::{self, Page};
use super::words::{Words, of, of_reader};
use crate::app::App;
use crate::origin::is_from_here;
use crate::problem::Problem;

/// The longest token that is looked up; ours are shorter.
const LONGEST: usize = 100;

/// Shows the button, if the link is good.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, req: HttpRequest, token: Path<String>) -> Result<HttpResponse, Problem> {
    if let Some(stop) = limited(&app, &req, &token) {
        return Ok(stop);
    }
    let conn = app.store.db.read();
    let link = if token.len() <= LONGEST { by_token(conn, &token).await? } else { None };
    let Some(link) = link.filter(|link| link.is_good(app.store.now())) else { return Ok(gone(&req)) };
    let Some(request) = request::queries::by_id(conn, &Reach::installation(), link.request_id).await? else {
        return Ok(gone(&req));
    };
    let Some(controller) = controller::queries::by_id(conn, request.controller_id).await? else {
        return Ok(gone(&req));
    };
    let words = of(&link.language);
    let says = words.ask.replace("{controller}", &controller.name).replace("{reference}", &request.reference);
    Ok(page::answer(200, &Page { words, title: words.title, says: &says, button: Some(words.button) }))
}

/// Proves the identity. What was not sent from a page of ours changes nothing, and uses nothing up.
///
/// # Errors
/// The database fails.
pub async fn prove(app: Data<App>, req: HttpRequest, token: Path<String>) -> Result<HttpResponse, Problem> {
    if let Some(stop) = limited(&app, &req, &token) {
        return Ok(stop);
    }
    if !is_from_here(&req, app.store.public_url.as_deref()) {
        return Ok(from_elsewhere(&req));
    }
    if token.len() > LONGEST {
        return Ok(gone(&req));
    }
    let address = req.peer_addr().map(|address| address.ip().to_canonical().to_string());
    let language = by_token(app.store.db.read(), &token).await?.map(|link| link.language);
    let txn = app.store.db.begin().await?;
    let proven = prove_by(&txn, &app.store, address, &token).await?;
    // Also when it was not: the try has been counted.
    txn.commit().await?;
    match language {
        Some(language) if proven => {
            let words = of(&language);
            Ok(page::answer(200, &Page { words, title: words.done_title, says: words.done, button: None }))
        }
        _ => Ok(gone(&req)),
    }
}

fn gone(req: &HttpRequest) -> HttpResponse {
    let words = reader(req);
    page::answer(404, &Page { words, title: words.gone_title, says: words.gone, button: None })
}

fn from_elsewhere(req: &HttpRequest) -> HttpResponse {
    let words = reader(req);
    page::answer(403, &Page { words, title: words.elsewhere_title, says: words.elsewhere, button: None })
}

fn limited(app: &App, req: &HttpRequest, token: &str) -> Option<HttpResponse> {
    let address = req.peer_addr().map(|address| address.ip());
    let stop = app.limits.link(&hash_token(token), address).err()?;
    let words = reader(req);
    let mut answer = page::answer(429, &Page { words, title: words.often_title, says: words.often, button: None });
    // When to come again, as every answer of this kind says it.
    if let Some(wait) = stop.answer().headers().get(header::RETRY_AFTER) {
        answer.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    Some(answer)
}

fn reader(req: &HttpRequest) -> &'static Words {
    let asked = req.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    of_reader(asked.unwrap_or_default())
}
