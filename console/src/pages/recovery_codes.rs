//! `/console/account/recovery-codes`: new codes for the day the authenticator is lost. They are shown once.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use askama::Template;
use entities::officer::recovery;

use crate::codes::Codes;
use crate::form::{Form, Nothing};
use crate::officer::SignedIn;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "recovery-codes.html")]
struct Page {
    s: Shell,
    left: u64,
}

/// How many are left, and the button.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: SignedIn) -> Result<HttpResponse, Refused> {
    let left = recovery::left(app.store.db.read(), officer.session()?.officer).await?;
    page::show(&Page { s: Shell::of(&app, officer.visitor()).await?, left })
}

/// Makes them; those from before are worth nothing from now on.
///
/// # Errors
/// The database fails.
pub async fn send(app: Data<App>, officer: SignedIn, _: Form<Nothing>) -> Result<HttpResponse, Refused> {
    let visitor = officer.visitor();
    let Some(codes) = recovery::renew(&app.store, officer.session()?, &visitor.from()).await? else {
        return Ok(page::go_to(&OwnPath::read("/console/account?say=sign-in-again")));
    };
    page::show(&Codes::of(Shell::of(&app, visitor).await?, &codes, "/console/account"))
}
