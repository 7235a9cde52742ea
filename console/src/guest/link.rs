//! Links from a mail. Mail programs and scanners follow links before their readers do, so looking shows a button and uses
//! nothing up; and whether a link is good is said only to who presses it.

use actix_web::HttpRequest;
use api::app::App;
use askama::Template;
use entities::guest::link::by_token;
use vault::token::hash_token;

use super::Door;
use crate::language::Language;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;
use crate::visitor::{Visitor, app_of};
use crate::words::Words;

/// The button behind a link, or that it was no good.
#[derive(Template)]
#[template(path = "guest-link.html")]
pub struct LinkPage {
    s: Shell,
    title: String,
    says: String,
    /// What the button says and where it leads; none if the link was no good.
    button: Option<(String, String)>,
    ask: String,
}

impl LinkPage {
    /// Before it is pressed: the same for every token, in the language of its reader where it is one of ours.
    ///
    /// # Errors
    /// Links were looked at too often, or the database fails.
    pub async fn button(req: &HttpRequest, door: Door, visitor: &Visitor, token: &str) -> Result<Self, Refused> {
        let app = app_of(req)?;
        let s = readers(&app, door, visitor, token).await?;
        let (title, says, button) = match door {
            Door::Status => (s.t("status-link-title"), s.t("status-link-says"), s.t("status-link-go")),
            Door::Regulator => (s.t("room-link-title"), s.t("room-link-says"), s.t("room-link-go")),
        };
        Ok(Self { title, says, button: Some((button, format!("{}/{token}", door.ask()))), ask: door.ask(), s })
    }

    /// After it was pressed in vain: unknown, expired, used and replaced ones are all the same.
    ///
    /// # Errors
    /// The database fails.
    pub async fn gone(req: &HttpRequest, door: Door, visitor: &Visitor, token: &str) -> Result<Self, Refused> {
        let app = app_of(req)?;
        let s = readers(&app, door, visitor, token).await?;
        Ok(Self { title: s.t("guest-gone-title"), says: s.t("guest-gone"), button: None, ask: door.ask(), s })
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

/// Counts a look at a link.
///
/// # Errors
/// It was one too many.
pub fn noted(app: &App, visitor: &Visitor, token: &str) -> Result<(), Refused> {
    let address = visitor.address.as_deref().and_then(|address| address.parse().ok());
    Ok(app.limits.link(&hash_token(token), address)?)
}

/// Counts an attempt to come in, or to have a link sent.
///
/// # Errors
/// It was one too many.
pub fn brake(app: &App, visitor: &Visitor) -> Result<(), Refused> {
    stage::brake(app, visitor)
}
