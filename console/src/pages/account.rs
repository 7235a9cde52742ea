//! `/console/account`: one's own sessions, each with a way to end it, and what guards the account.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::query::Query;
use askama::Template;
use entities::id::SessionId;
use entities::officer::role::Where;
use entities::officer::table::session as session_row;
use entities::officer::{recovery, session};
use serde::Deserialize;

use crate::dates::When;
use crate::form::Form;
use crate::officer::SignedIn;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    s: Shell,
    notice: Option<String>,
    name: String,
    login: String,
    roles: Vec<(String, String)>,
    codes_left: u64,
    sessions: Vec<SessionRow>,
}

/// One session.
struct SessionRow {
    id: SessionId,
    browser: String,
    address: String,
    opened: When,
    seen: When,
    is_this: bool,
}

/// What the page is to say besides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    say: Option<String>,
}

/// Nothing is filled in.
#[derive(Deserialize)]
pub struct Nothing {}

/// The account.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: SignedIn, asked: Query<Asked>) -> Result<HttpResponse, Refused> {
    let say = asked.get()?.say;
    let s = Shell::of(&app, officer.visitor()).await?;
    let signed = officer.session()?;
    let conn = app.store.db.read();
    let dates = s.dates();
    let rows = session::list(conn, s.now, signed.officer).await?;
    let row = |row: session_row::Model| SessionRow {
        id: row.id,
        browser: row.user_agent.unwrap_or_else(|| s.t("account-browser-unknown")),
        address: row.address.unwrap_or_default(),
        opened: dates.minute(row.created_at),
        seen: dates.minute(row.seen_at),
        is_this: row.id == signed.session,
    };
    let roles = signed.roles().each().map(|(place, role)| {
        let place = match place {
            Where::Everywhere => s.t("account-everywhere"),
            Where::At(controller) => s.controller_name(controller),
        };
        (s.word("role", role.as_str()), place)
    });
    let page = Page {
        notice: say.and_then(|word| s.w.known("account-say", &word)),
        name: signed.name.clone(),
        login: signed.login.clone(),
        roles: roles.collect(),
        codes_left: recovery::left(conn, signed.officer).await?,
        sessions: rows.into_iter().map(row).collect(),
        s,
    };
    page::show(&page)
}

/// Ends one of one's own sessions.
///
/// # Errors
/// It is none of one's own, or the database fails.
pub async fn end(
    app: Data<App>,
    officer: SignedIn,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let id: SessionId = id.parse().map_err(|_| Refused::not_found())?;
    let signed = officer.session()?;
    let txn = app.store.db.begin().await?;
    let by = officer.visitor().from().actor(signed.officer);
    session::end(&txn, &app.store, &by, signed.officer, id).await?;
    txn.commit().await?;
    Ok(page::go_to(&OwnPath::read("/console/account?say=ended")))
}

/// Ends all of one's own sessions but this one.
///
/// # Errors
/// The database fails.
pub async fn end_others(app: Data<App>, officer: SignedIn, _: Form<Nothing>) -> Result<HttpResponse, Refused> {
    let signed = officer.session()?;
    let by = officer.visitor().from().actor(signed.officer);
    let txn = app.store.db.begin().await?;
    for row in session::list(&*txn, app.store.now(), signed.officer).await? {
        if row.id != signed.session {
            session::end(&txn, &app.store, &by, signed.officer, row.id).await?;
        }
    }
    txn.commit().await?;
    Ok(page::go_to(&OwnPath::read("/console/account?say=ended")))
}
