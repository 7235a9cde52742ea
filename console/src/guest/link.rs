//! Links from a mail. Mail programs and scanners follow links before their readers do, so looking shows a button and uses
//! nothing up; and whether a link is good is said only to who presses it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use api::app::App;
use askama::Template;
use entities::guest::link::by_token;
use entities::guest::status;
use entities::regulator::sign_in;
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

/// Shows the button behind a link: the same for every token, in the language of its reader where it is one of ours.
///
/// # Errors
/// Links were looked at too often, or the database fails.
pub async fn show(app: &App, door: Door, visitor: &Visitor, token: &str) -> Result<HttpResponse, Refused> {
    noted(app, visitor, token)?;
    let s = readers(app, door, visitor, token).await?;
    let (title, says, button) = match door {
        Door::Status => (s.t("status-link-title"), s.t("status-link-says"), s.t("status-link-go")),
        Door::Regulator => (s.t("room-link-title"), s.t("room-link-says"), s.t("room-link-go")),
    };
    let ask = door.ask();
    page::show(&Page { title, says, button: Some((button, format!("{ask}/{token}"))), ask, s })
}

/// Uses a link up and lets its holder in. Of one that is no good it says no more than that: unknown, expired, used and replaced
/// ones are all the same.
///
/// # Errors
/// Links were looked at too often, or the database fails.
pub async fn open(app: &App, door: Door, visitor: &Visitor, token: &str) -> Result<HttpResponse, Refused> {
    noted(app, visitor, token)?;
    let opened = match door {
        Door::Status => status::open(&app.store, token, visitor.address.clone()).await?,
        Door::Regulator => sign_in::open(&app.store, token).await?,
    };
    if let Some(opened) = opened {
        return Ok(let_in(visitor, door, &opened, door.first()));
    }
    let s = readers(app, door, visitor, token).await?;
    let page = Page { title: s.t("guest-gone-title"), says: s.t("guest-gone"), button: None, ask: door.ask(), s };
    page::with_status(StatusCode::GONE, &page)
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
