//! `GET /console/requests`: the requests within reach, the one whose day comes first on top.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::RequestsRead;
use api::cursor;
use api::query::Query;
use askama::Template;
use entities::client::scope::Scope;
use entities::id::RequestId;
use entities::request::queries;
use entities::saved_view;
use entities::time::At;
use uuid::Uuid;

use crate::faults::Faults;
use crate::listed::{Asked, Fields, reached};
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::request_row::Row;
use crate::shell::Shell;
use crate::sought::{self, KINDS};

const LIST: &str = "console.requests";
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "queue.html")]
struct Page {
    s: Shell,
    rows: Vec<Row>,
    fields: Fields,
    caption: String,
    query: String,
    here: String,
    views: Vec<ViewLink>,
    kinds: Vec<Choice>,
    faults: Faults,
    may_file: bool,
    acts: Vec<Act>,
    is_filtered: bool,
    first: Option<String>,
    next: Option<String>,
}

/// A saved view.
struct ViewLink {
    name: String,
    address: String,
    is_here: bool,
}

/// Something that can be done about several requests at once.
struct Act {
    word: &'static str,
    label: String,
}

/// What can be done about several at once: its word in `queue.ftl`, the end of its address below `/console/together`, and the
/// scope without which it is not offered.
const ACTS: [(&str, Scope); 4] = [
    ("hold", Scope::RequestsOperate),
    ("release", Scope::RequestsOperate),
    ("acknowledge", Scope::RequestsDecide),
    ("extend", Scope::RequestsDecide),
];

/// The queue.
///
/// # Errors
/// The database fails, or the place to go on from is none of ours.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsRead>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let filter = asked.filter(&s, officer.id());
    let place = asked.after.as_deref().map(|text| place(&app, text)).transpose()?;
    let limit = SHOWN as u64 + 1;
    let conn = app.store.db.read();
    let mut found = if asked.are_closed() {
        queries::page(conn, officer.reach(), &filter, place.map(|(_, id)| id), limit).await?
    } else {
        let controllers = reached(&s, officer.reach()).into_iter().map(|row| row.id);
        queries::by_urgency(conn, officer.reach(), controllers, &filter, place, limit).await?
    };
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let next = found.last().filter(|_| more).map(|row| {
        let mut bytes = row.cautious_at.0.to_be_bytes().to_vec();
        bytes.extend_from_slice(row.id.0.as_bytes());
        asked.address(Some(&cursor::seal(&app.store.safe, LIST, &bytes)))
    });
    let query = asked.query();
    let views = saved_view::queries::of_officer(conn, officer.id()).await?;
    let link = |row: saved_view::table::Model| {
        let kept = Asked::of_query(&row.query);
        ViewLink { name: row.name, address: kept.address(None), is_here: kept.query() == query }
    };
    let may = |scope| officer.visitor().session.as_ref().is_some_and(|session| session.may(scope));
    let offered = ACTS.into_iter().filter(|(_, scope)| may(*scope) && !asked.are_closed());
    let page = Page {
        rows: found.into_iter().map(|row| Row::of(&s, row)).collect(),
        fields: asked.fields(&s, officer.reach()),
        caption: if asked.are_closed() { s.t("queue-caption-closed") } else { s.t("queue-caption") },
        here: asked.address(asked.after.as_deref()),
        views: views.into_iter().map(link).collect(),
        kinds: sought::choices(&s, KINDS[0]),
        faults: Faults::default(),
        may_file: may(Scope::RequestsFile),
        acts: offered.map(|(word, _)| Act { word, label: s.word("together", word) }).collect(),
        is_filtered: asked.is_filtered(),
        first: asked.after.is_some().then(|| asked.address(None)),
        next,
        query,
        s,
    };
    page::show(&page)
}

fn place(app: &App, text: &str) -> Result<(At, RequestId), Refused> {
    let bytes: [u8; 24] = cursor::open(&app.store.safe, LIST, text)?;
    let (at, id) = bytes.split_at(8);
    // The array's length makes both parts long enough.
    let at = i64::from_be_bytes(at.try_into().unwrap_or_default());
    let id = Uuid::from_slice(id).unwrap_or_default();
    Ok((At(at), RequestId(id)))
}
