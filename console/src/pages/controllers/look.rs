//! `POST /console/setup/controllers/{controller}/look`: what the platform lets this controller do, asked just now.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::ControllersManage;
use askama::Template;
use entities::controller::table::Model;
use genesys::error::PlatformError;
use platforms::clients::NotReached;
use platforms::probe::{Check, Finding, Found, Probe, limit};

use crate::controllers;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::parts::{Tag, Tone};
use crate::refused::Refused;
use crate::shell::Shell;

/// How long a page may wait for the platform. A call of ours ends after half a minute.
const WITHIN: Duration = Duration::from_secs(20);

#[derive(Template)]
#[template(path = "controller-look.html")]
struct Page {
    s: Shell,
    slug: String,
    name: String,
    look: Looked,
}

/// What one look found.
pub struct Looked {
    /// Finding by finding.
    pub lines: Vec<Line>,
    /// Whether the controller can do all it must.
    pub is_good: bool,
}

/// One finding.
pub struct Line {
    /// What was looked at.
    pub what: String,
    /// What it is needed for, if that needs saying.
    pub need: Option<String>,
    /// Whether it is as it must be.
    pub state: Tag,
    /// What was found.
    pub says: String,
    /// What the platform itself said.
    pub told: Option<String>,
    /// What to do about it.
    pub way_out: Option<String>,
}

/// Looks, and shows what was found. It changes nothing here or there.
///
/// # Errors
/// The controller is not within reach, or the database fails.
pub async fn look(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    slug: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let row = controllers::named(&app, &officer, &slug).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    page::show(&Page { look: Looked::at(&app, &s, &row).await?, slug: row.slug, name: row.name, s })
}

impl Looked {
    /// Asks the platform about a controller, which need not be stored yet.
    ///
    /// # Errors
    /// The HTTP stack cannot be built.
    pub async fn at(app: &App, s: &Shell, row: &Model) -> Result<Self, Refused> {
        let probe = Probe::new(app.store.clone(), app.plain_http, WITHIN).map_err(Refused::internal)?;
        let findings = probe.look(row).await;
        let lines = findings.iter().map(|finding| Line::of(s, row, finding)).collect();
        Ok(Self { lines, is_good: findings.iter().all(Finding::is_good) })
    }
}

impl Line {
    fn of(s: &Shell, row: &Model, finding: &Finding) -> Self {
        let (what, need) = what(s, finding.check);
        let state = match (finding.is_good(), &finding.found) {
            (true, Found::HeldIn(_)) => Tag::new(Tone::Info, s.t("look-partly")),
            (true, _) => Tag::new(Tone::Good, s.t("look-good")),
            (false, _) => Tag::new(Tone::Alarm, s.t("look-bad")),
        };
        Self {
            what,
            need,
            state,
            says: says(s, row, finding),
            told: told(&finding.found),
            way_out: way_out(s, row, finding),
        }
    }
}

fn what(s: &Shell, check: Check) -> (String, Option<String>) {
    match check {
        Check::Token => (s.t("look-token"), None),
        Check::Organisation => (s.t("look-organisation"), None),
        Check::Permission(permission) => (permission.name.to_owned(), Some(s.word("permission", permission.word))),
        Check::Limits => (s.t("look-limits"), None),
        Check::Time => (s.t("look-time"), None),
    }
}

fn says(s: &Shell, row: &Model, finding: &Finding) -> String {
    match &finding.found {
        Found::Issued => s.with("look-issued", "address", row.login_url.as_str()),
        Found::NoToken(NotReached::BadAddress) => s.t("look-bad-address"),
        Found::NoToken(NotReached::Platform(PlatformError::WrongCredentials { .. })) => s.t("look-unknown"),
        Found::NoToken(_) => s.t("look-no-token"),
        Found::Ours => row.organisation_id.clone(),
        Found::NotOurs => s.with("look-not-ours", "organisation", row.organisation_id.as_str()),
        Found::HeldEverywhere => s.t("look-held"),
        Found::HeldIn(divisions) => s.with("look-held-in", "divisions", divisions.join(", ")),
        Found::Missing(_) => s.t("look-missing"),
        Found::NotTold(_) => s.t("look-not-told"),
        Found::Limits(limits) => limits.iter().map(limit).collect::<Vec<_>>().join(", "),
        Found::TookTooLong(within) => s.with("look-too-long", "seconds", within.as_secs()),
    }
}

/// What the platform itself said. Its errors name status and code, and quote nothing of a person's or of a credential.
fn told(found: &Found) -> Option<String> {
    match found {
        Found::NoToken(NotReached::Platform(error)) | Found::NotTold(error) => Some(error.to_string()),
        _ => None,
    }
}

fn way_out(s: &Shell, row: &Model, finding: &Finding) -> Option<String> {
    match &finding.found {
        Found::NoToken(NotReached::Platform(PlatformError::WrongCredentials { .. })) => {
            Some(s.t("look-way-credential"))
        }
        Found::NoToken(_) => Some(s.with("look-way-address", "address", row.login_url.as_str())),
        Found::NotOurs => Some(s.t("look-way-organisation")),
        Found::Missing(permission) => Some(s.with("look-way-permission", "permission", permission.name)),
        Found::NotTold(_) | Found::TookTooLong(_) => Some(s.t("look-way-again")),
        Found::Issued | Found::Ours | Found::HeldEverywhere | Found::HeldIn(_) | Found::Limits(_) => None,
    }
}
