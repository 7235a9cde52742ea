//! `GET /console/setup/sources/{source}/tickets`: what became of a source's tickets, and looking at one again.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::asked::LookedAfter;
use api::auth::scopes::SourcesManage;
use api::named;
use api::query::Query;
use api::sources::asked::find;
use askama::Template;
use entities::db::Txn;
use entities::id::TicketId;
use entities::source::again;
use entities::source::table::Model as Source;
use entities::ticket::queries::{Filter, by_id, page as tickets};
use entities::ticket::table::{Model, TicketState};
use serde_json::Value;

use crate::act::act;
use crate::dates::{Dates, When};
use crate::form::{Form, Nothing};
use crate::log::{Asked, Log, Names, Part};
use crate::officer::Officer;
use crate::page;
use crate::parts::{Tag, Tone};
use crate::refused::Refused;
use crate::shell::Shell;

const NAMES: Names = Names { place: "/console/setup/sources", log: "tickets", states: "ticket", says: "source-say" };

#[derive(Template)]
#[template(path = "tickets.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    title: String,
    log: Log,
    rows: Vec<Row>,
}

/// One ticket.
struct Row {
    id: TicketId,
    name: String,
    external: String,
    state: Tag,
    has_request: bool,
    problems: Vec<(String, String)>,
    shown: Option<String>,
    heard: When,
}

/// The tickets, newest first.
///
/// # Errors
/// There is no such source within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    id: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let conn = app.store.db.read();
    let source = find(conn, officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let part = Part::read(&app, NAMES, source.id, asked)?;
    let filter = Filter { source: Some(source.id), state: part.state };
    let before = part.paging.before.map(TicketId);
    let mut found = tickets(conn, officer.reach(), filter, before, part.paging.wanted()).await?;
    let next = part.paging.cut(&app, &mut found, |row| row.id.0);
    let dates = s.dates_of(source.controller_id);
    let page = Page {
        kind: NAMES.log,
        title: s.t("source-tickets"),
        log: part.around(&s, source.slug, TicketState::ALL, next),
        rows: found.into_iter().map(|row| Row::of(&s, &dates, row)).collect(),
        s,
    };
    page::show(&page)
}

impl Row {
    fn of(s: &Shell, dates: &Dates, row: Model) -> Self {
        let tone = match row.state {
            TicketState::Mentioned => Tone::Info,
            TicketState::Filed => Tone::Good,
            TicketState::Triage => Tone::Warn,
            TicketState::Ignored | TicketState::Gone => Tone::Quiet,
        };
        let problems: Vec<Value> = serde_json::from_str(&row.problems).unwrap_or_default();
        let part = |problem: &Value, name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        Self {
            id: row.id,
            name: row.display_id.unwrap_or_else(|| row.external_id.clone()),
            external: row.external_id,
            state: Tag::new(tone, s.word("ticket", row.state.as_str())),
            // Where that is its state, it is said already.
            has_request: row.request_id.is_some() && row.state != TicketState::Filed,
            problems: problems.iter().map(|it| (part(it, "target"), part(it, "reason"))).collect(),
            shown: row.shown,
            heard: dates.minute(row.updated_at),
        }
    }
}

/// Has a ticket looked at again.
///
/// # Errors
/// There is none of this id of a source within reach, or the database fails.
pub async fn retry(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    path: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let id = Source::id(&path.0)?;
    let ticket = named::id(&path.1).map(TicketId).ok_or_else(Refused::not_found)?;
    let then = format!("/console/setup/sources/{id}/tickets?say=retried");
    let work = async |txn: &Txn| {
        Source::lock(txn, officer.reach(), &id).await?;
        let found = by_id(&**txn, officer.reach(), ticket).await?.filter(|it| it.source_id == id);
        again::look(txn, &app.store, &officer.by.actor, &found.ok_or_else(Refused::not_found)?).await?;
        Ok(())
    };
    act(&app, &officer, &form, then, work).await
}
