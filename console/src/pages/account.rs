//! `/console/account`: one's own sessions, each with a way to end it, and what guards the account.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::query::Query;
use askama::Template;
use entities::id::{PasskeyId, SessionId};
use entities::officer::role::Where;
use entities::officer::table::{passkey as passkey_row, session as session_row};
use entities::officer::{passkey, recovery, session};
use fluent_bundle::FluentArgs;

use crate::dates::When;
use crate::device;
use crate::form::{Form, Nothing};
use crate::officer::SignedIn;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::say::Say;
use crate::shell::Shell;
use crate::stage;
use crate::words::Words;

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    s: Shell,
    notice: Option<String>,
    name: String,
    login: String,
    roles: Vec<(String, String)>,
    codes_left: u64,
    passkeys: Vec<PasskeyRow>,
    /// Whether passkeys work here.
    makes_passkeys: bool,
    /// When sessions end.
    sessions_end: String,
    sessions: Vec<SessionRow>,
}

/// One passkey.
struct PasskeyRow {
    id: PasskeyId,
    name: String,
    added: When,
    used: Option<When>,
    is_synced: bool,
}

/// One session.
struct SessionRow {
    id: SessionId,
    device: Option<String>,
    browser: String,
    address: String,
    opened: When,
    seen: When,
    ends: When,
    is_this: bool,
}

/// The account.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: SignedIn, asked: Query<Say>) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let signed = officer.session()?;
    let conn = app.store.db.read();
    let dates = s.dates();
    let rows = session::list(conn, s.now, signed.officer).await?;
    let row = |row: session_row::Model| SessionRow {
        id: row.id,
        device: row.user_agent.as_deref().and_then(device::named).map(|it| told(s.w, it)),
        browser: row.user_agent.unwrap_or_else(|| s.t("account-browser-unknown")),
        address: row.address.unwrap_or_default(),
        opened: dates.minute(row.created_at),
        seen: dates.minute(row.seen_at),
        ends: dates.minute(row.expires_at.min(row.seen_at + session::IDLE)),
        is_this: row.id == signed.session,
    };
    let key = |row: passkey_row::Model| PasskeyRow {
        id: row.id,
        name: row.name,
        added: dates.minute(row.created_at),
        used: row.used_at.map(|at| dates.minute(at)),
        is_synced: row.is_synced,
    };
    let mut limits = FluentArgs::with_capacity(2);
    limits.set("minutes", session::IDLE.as_secs() / 60);
    limits.set("hours", session::LONGEST.as_secs() / 3600);
    let roles = signed.roles().each().map(|(place, role)| {
        let place = match place {
            Where::Everywhere => s.t("account-everywhere"),
            Where::At(controller) => s.controller_name(controller),
        };
        (s.word("role", role.as_str()), place)
    });
    let page = Page {
        notice: asked.notice(&s, "account-say"),
        name: signed.name.clone(),
        login: signed.login.clone(),
        roles: roles.collect(),
        passkeys: passkey::list(conn, signed.officer).await?.into_iter().map(key).collect(),
        makes_passkeys: stage::site(&app).is_some(),
        sessions_end: s.w.filled("account-sessions-end", &limits),
        codes_left: recovery::left(conn, signed.officer).await?,
        sessions: rows.into_iter().map(row).collect(),
        s,
    };
    page::show(&page)
}

fn told(words: Words, (browser, system): (&'static str, &'static str)) -> String {
    let mut names = FluentArgs::with_capacity(2);
    names.set("browser", browser);
    names.set("system", system);
    words.filled("account-device", &names)
}

/// Ends one of one's own sessions.
///
/// # Errors
/// It is none of one's own or has ended, or the database fails.
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
    if !session::end(&txn, &app.store, &by, signed.officer, id).await? {
        return Err(Refused::not_found());
    }
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
