//! What is shown instead of a page that is refused.

use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError};
use api::app::App;
use api::problem::{Problem, codes};
use askama::Template;
use entities::client::scope::Scope;
use entities::event;
use entities::id::{EventId, RequestId};
use entities::officer::role::Role;
use entities::request;

use crate::dates::When;
use crate::own_path::OwnPath;
use crate::page;
use crate::people::People;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    s: Shell,
    eyebrow: String,
    title: String,
    says: Vec<String>,
    detail: Option<String>,
    changes: Vec<Change>,
    onward: String,
    onward_label: String,
    back: Option<String>,
}

/// Something that happened since a page was made.
struct Change {
    what: String,
    who: String,
    when: When,
}

/// The answer to a call that was refused.
///
/// # Errors
/// The page about it fails as well.
pub async fn page(app: &App, visitor: &Visitor, refused: &Refused) -> Result<HttpResponse, Refused> {
    if matches!(refused, Refused::SignIn) {
        return Ok(page::go_to(&stage::entry(visitor, &visitor.here)));
    }
    // The database may be what is away.
    let s = match Shell::of(app, visitor).await {
        Ok(shell) => shell,
        Err(_) => Shell::bare(app, visitor),
    };
    let status = refused.status_code();
    let home = OwnPath::home().as_str().to_owned();
    let mut page = Page {
        eyebrow: s.with("errors-code", "code", status.as_u16().to_string()),
        title: s.t(&format!("error-{}-title", word(refused))),
        says: vec![s.t(&format!("error-{}", word(refused)))],
        detail: None,
        changes: Vec::new(),
        onward: home.clone(),
        onward_label: s.t("errors-home"),
        back: None,
        s,
    };
    match refused {
        Refused::SignIn | Refused::Malformed => {}
        Refused::Forged => {
            page.onward = visitor.here.as_str().to_owned();
            page.onward_label = page.s.t("errors-again");
            page.back = Some(home);
        }
        Refused::NoRight(scope) => page.says.extend(who_could(&page.s, *scope)),
        Refused::Stale(id, seen) => {
            if let Some((reference, changes)) = since(app, visitor, &page.s, *id, *seen).await? {
                page.changes = changes;
                page.onward = format!("/console/requests/{reference}");
                page.onward_label = page.s.t("stale-look");
            }
        }
        Refused::Problem(problem) => explain(&mut page, problem, visitor),
    }
    page::with_status(status, &page)
}

fn word(refused: &Refused) -> &'static str {
    match refused {
        Refused::SignIn => "no-right",
        Refused::NoRight(_) => "no-right",
        Refused::Forged => "forged",
        Refused::Malformed => "malformed",
        Refused::Stale(..) => "stale",
        Refused::Problem(problem) if problem.code() == codes::IDEMPOTENCY_KEY_REUSED => "conflict",
        Refused::Problem(problem) => match problem.code().status {
            404 => "not-found",
            405 => "method",
            409 | 410 | 412 => "conflict",
            429 => "too-fast",
            503 | 504 => "away",
            500.. => "internal",
            _ => "malformed",
        },
    }
}

/// The roles that hold a scope.
fn who_could(s: &Shell, scope: Scope) -> Option<String> {
    let roles = Role::ALL.iter().filter(|role| role.scopes().contains(&scope));
    let names: Vec<_> = roles.map(|role| s.word("role", role.as_str())).collect();
    (!names.is_empty()).then(|| s.with("error-no-right-who", "roles", names.join(", ")))
}

fn explain(page: &mut Page, problem: &Problem, visitor: &Visitor) {
    // What the rules say is said by the rules, in English; a code that we have words for is told in the visitor's own first.
    if matches!(problem.code().status, 400..=403 | 409 | 410 | 412 | 422) {
        if let Some(known) = page.s.w.known("problem", problem.code().word) {
            page.says = vec![known];
        }
        page.detail = Some(problem.detail().to_owned());
        let back = OwnPath::behind(visitor.here.as_str().split('?').next().unwrap_or_default());
        page.back = (back.as_str() != page.onward).then(|| back.as_str().to_owned());
    }
}

async fn since(
    app: &App,
    visitor: &Visitor,
    s: &Shell,
    id: RequestId,
    seen: Option<EventId>,
) -> Result<Option<(String, Vec<Change>)>, Refused> {
    let Some(session) = &visitor.session else { return Ok(None) };
    let reach = session.reach(Scope::RequestsRead);
    let conn = app.store.db.read();
    let Some(request) = request::queries::by_id(conn, &reach, id).await? else { return Ok(None) };
    let events = event::queries::of_request(conn, &reach, id, seen, 20).await?;
    let by = events.iter().filter_map(|row| row.actor.parse().ok());
    let people = People::load(conn, s.w, by).await?;
    let dates = s.dates_of(request.controller_id);
    let change = |row: &event::table::Model| Change {
        what: s.word("event", &row.kind),
        who: people.actor(row.actor_kind, &row.actor),
        when: dates.minute(row.at),
    };
    Ok(Some((request.reference, events.iter().map(change).collect())))
}

/// What is at an address that leads nowhere.
pub async fn nothing_here() -> Result<HttpResponse, Refused> {
    Err(Refused::not_found())
}

/// A page that exists, asked for by another method.
pub async fn other_method(allow: &'static str) -> Result<HttpResponse, Refused> {
    let problem = Problem::new(codes::METHOD_NOT_ALLOWED, "");
    Err(problem.with_header(header::ALLOW, allow).into())
}
