//! Links from a mail. Mail programs and scanners follow links before their readers do, so looking shows a button and uses
//! nothing up; and whether a link is good is said only to who presses it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use api::app::App;
use askama::Template;
use entities::guest::link::by_token;
use entities::guest::session::Followed;
use entities::guest::status;
use entities::regulator::sign_in;
use url::form_urlencoded::byte_serialize;
use vault::token::hash_token;

use super::{Door, let_in};
use crate::language::Language;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::visitor::Visitor;
use crate::words::Words;

/// The button behind a link, or that it was no good.
#[derive(Template)]
#[template(path = "guest-link.html")]
struct Page {
    s: Shell,
    title: String,
    says: String,
    /// What the button says and where it leads; none if the link was no good.
    button: Option<(String, String)>,
    ask: String,
}

impl Page {
    /// The button: the same for every token, in the language of its reader where it is one of ours.
    async fn button(app: &App, door: Door, visitor: &Visitor, token: &str) -> Result<Self, Refused> {
        let s = readers(app, door, visitor, token).await?;
        let (title, says, button) = match door {
            Door::Status => (s.t("status-link-title"), s.t("status-link-says"), s.t("status-link-go")),
            Door::Regulator => (s.t("room-link-title"), s.t("room-link-says"), s.t("room-link-go")),
        };
        let ask = door.ask();
        // Encoded, so that the button leads here and nowhere else, whatever stands in the address.
        let here = format!("{ask}/{}", byte_serialize(token.as_bytes()).collect::<String>());
        Ok(Self { title, says, button: Some((button, here)), ask, s })
    }
}

/// Shows the button behind a link.
///
/// # Errors
/// Links were looked at too often, or the database fails.
pub async fn show(app: &App, door: Door, visitor: &Visitor, token: &str) -> Result<HttpResponse, Refused> {
    noted(app, visitor, token)?;
    page::show(&Page::button(app, door, visitor, token).await?)
}

/// Uses a link up and lets its holder in. Of one that is no good it says no more than that: unknown, expired, used and replaced
/// ones are all the same.
///
/// # Errors
/// Links were looked at too often, or the database fails.
pub async fn open(app: &App, door: Door, visitor: &Visitor, token: &str) -> Result<HttpResponse, Refused> {
    noted(app, visitor, token)?;
    let followed = match door {
        Door::Status => status::open(&app.store, token, visitor.address.clone()).await?,
        Door::Regulator => sign_in::open(&app.store, token).await?,
    };
    match followed {
        Followed::Opened(opened) => Ok(let_in(visitor, door, &opened, door.first())),
        Followed::Paused => {
            let page = Page::button(app, door, visitor, token).await?;
            let page = Page { title: page.s.t("guest-paused-title"), says: page.s.t("guest-paused"), ..page };
            page::with_status(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Followed::Gone => {
            let s = readers(app, door, visitor, token).await?;
            let (title, says) = (s.t("guest-gone-title"), s.t("guest-gone"));
            page::with_status(StatusCode::GONE, &Page { title, says, button: None, ask: door.ask(), s })
        }
    }
}

async fn readers(app: &App, door: Door, visitor: &Visitor, token: &str) -> Result<Shell, Refused> {
    let mut shell = Shell::bare(app, visitor);
    let link = by_token(app.store.db.read(), token).await?;
    let link = link.filter(|link| link.guest().is_some_and(|guest| door.admits(guest)));
    if let Some(language) = link.and_then(|link| Language::of_code(&link.language)) {
        shell.w = Words::of(language);
        shell.lang = language.code();
    }
    Ok(shell)
}

/// Counts a look at a link. One too many is refused.
fn noted(app: &App, visitor: &Visitor, token: &str) -> Result<(), Refused> {
    let address = visitor.address.as_deref().and_then(|address| address.parse().ok());
    Ok(app.limits.link(&hash_token(token), address)?)
}
