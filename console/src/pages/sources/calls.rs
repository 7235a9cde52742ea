//! `GET /console/setup/sources/{source}/calls`: what a source has sent, and reading a call again that nobody could read.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::asked::LookedAfter;
use api::auth::scopes::SourcesManage;
use api::named;
use api::problem::{Problem, codes};
use api::query::Query;
use api::sources::asked::find;
use askama::Template;
use entities::db::Txn;
use entities::delivery::queries::{self, of_source};
use entities::delivery::table::{DeliveryState, Model};
use entities::id::DeliveryId;
use entities::source::again;
use entities::source::table::Model as Source;

use crate::act::act;
use crate::dates::{Dates, When};
use crate::form::{Form, Nothing};
use crate::log::{Asked, Log, Names, Part};
use crate::officer::Officer;
use crate::page;
use crate::parts::{Tag, Tone};
use crate::refused::Refused;
use crate::shell::Shell;

const NAMES: Names = Names { place: "/console/setup/sources", log: "calls", states: "call", says: "source-say" };

#[derive(Template)]
#[template(path = "calls.html")]
struct Page {
    s: Shell,
    kind: &'static str,
    title: String,
    log: Log,
    rows: Vec<Row>,
}

/// One call, without what it says.
struct Row {
    id: DeliveryId,
    received: When,
    state: Tag,
    problem: Option<String>,
    kind: String,
    size: i64,
    is_vouched: bool,
    may_be_read: bool,
}

/// The calls, newest first.
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
    let before = part.paging.before.map(DeliveryId);
    let mut found = of_source(conn, officer.reach(), (source.id, part.state), before, part.paging.wanted()).await?;
    let next = part.paging.cut(&app, &mut found, |row| row.id.0);
    let dates = s.dates_of(source.controller_id);
    let page = Page {
        kind: NAMES.log,
        title: s.t("source-calls"),
        log: part.around(&s, source.slug, DeliveryState::ALL, next),
        rows: found.into_iter().map(|row| Row::of(&s, &dates, row)).collect(),
        s,
    };
    page::show(&page)
}

impl Row {
    fn of(s: &Shell, dates: &Dates, row: Model) -> Self {
        let tone = match row.state {
            DeliveryState::Received => Tone::Info,
            DeliveryState::Read => Tone::Good,
            DeliveryState::Ignored => Tone::Quiet,
            DeliveryState::Unreadable => Tone::Alarm,
        };
        let waits = matches!(row.state, DeliveryState::Unreadable | DeliveryState::Received);
        Self {
            id: row.id,
            received: dates.minute(row.received_at),
            state: Tag::new(tone, s.word("call", row.state.as_str())),
            problem: row.problem,
            kind: row.content_type.unwrap_or_default(),
            size: row.size,
            is_vouched: row.vouched,
            may_be_read: waits && row.body_sealed.is_some(),
        }
    }
}

/// Has a call read again, once what kept us from it was mended.
///
/// # Errors
/// There is none of this id of a source within reach, nothing of it is kept, or the database fails.
pub async fn read_again(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    path: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let id = Source::id(&path.0)?;
    let call = named::id(&path.1).map(DeliveryId).ok_or_else(Refused::not_found)?;
    let then = format!("/console/setup/sources/{id}/calls?say=read-again");
    let work = async |txn: &Txn| {
        Source::lock(txn, officer.reach(), &id).await?;
        let found = queries::find(&**txn, officer.reach(), call).await?.filter(|it| it.source_id == id);
        let found = found.ok_or_else(Refused::not_found)?;
        if again::read(txn, &app.store, &officer.by.actor, &found).await? {
            return Ok(());
        }
        Err(Problem::new(codes::conflict("call_not_kept"), "nothing is kept of a call that was read").into())
    };
    act(&app, &officer, &form, then, work).await
}
