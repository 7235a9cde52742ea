//! `GET /console/setup/subscribers/{subscriber}/deliveries`: what a subscriber was sent, and one message with its attempts.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::SubscribersManage;
use api::named;
use api::query::Query;
use api::subscribers::asked::find;
use askama::Template;
use entities::announcement::kind::DeliveryState;
use entities::announcement::log::{self, Filter, Line};
use entities::announcement::table::attempt;
use entities::id::{AnnouncementDeliveryId, SubscriberId};

use super::view;
use crate::dates::{Dates, When};
use crate::log::{Asked, Log, Names, Part};
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

const NAMES: Names =
    Names { place: "/console/setup/subscribers", log: "deliveries", states: "delivery", says: "subscriber-say" };

#[derive(Template)]
#[template(path = "deliveries.html")]
struct ListPage {
    s: Shell,
    kind: &'static str,
    title: String,
    log: Log,
    rows: Vec<Row>,
    is_on: bool,
}

/// One message.
struct Row {
    id: AnnouncementDeliveryId,
    told: String,
    seq: Option<i64>,
    happened: When,
    state: Tag,
    tries: i64,
    answer: String,
    next_try: Option<When>,
}

#[derive(Template)]
#[template(path = "delivery.html")]
struct OnePage {
    s: Shell,
    tie: Tie,
    id: SubscriberId,
    name: String,
    message_id: String,
    row: Row,
    payload: String,
    attempts: Vec<Attempt>,
    is_on: bool,
}

/// One attempt.
struct Attempt {
    number: i64,
    at: When,
    took: Option<i64>,
    answer: String,
}

/// What it was sent, newest first.
///
/// # Errors
/// There is no such subscriber within reach, or the database fails.
pub async fn list(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    id: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let conn = app.store.db.read();
    let row = find(conn, officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let part = Part::read(&app, NAMES, row.id, asked)?;
    let filter = Filter { state: part.state, since: None };
    let before = part.paging.before.map(AnnouncementDeliveryId);
    let mut lines = log::page(conn, row.id, filter, before, part.paging.wanted()).await?;
    let next = part.paging.cut(&app, &mut lines, |line| line.delivery.id.0);
    let dates = s.dates_of(row.controller_id);
    let page = ListPage {
        kind: NAMES.log,
        title: s.t("subscriber-log"),
        log: part.around(&s, view::name(&row), DeliveryState::ALL, next),
        rows: lines.into_iter().map(|line| Row::of(&s, &dates, &line)).collect(),
        is_on: row.is_on(),
        s,
    };
    page::show(&page)
}

/// One message: what is sent, and each attempt.
///
/// # Errors
/// There is none of this id to a subscriber within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let conn = app.store.db.read();
    let row = find(conn, officer.reach(), &path.0).await?;
    let id = named::id(&path.1).map(AnnouncementDeliveryId).ok_or_else(Refused::not_found)?;
    let (line, attempts) = log::one(conn, row.id, id).await?.ok_or_else(Refused::not_found)?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let dates = s.dates_of(row.controller_id);
    let payload: serde_json::Value = serde_json::from_str(&line.announcement.payload).map_err(Refused::internal)?;
    let attempt = |it: attempt::Model| Attempt {
        number: it.number,
        at: dates.minute(it.at),
        took: it.took_ms,
        answer: answer(&s, it.status, it.failure.map(|failure| failure.as_str())),
    };
    let page = OnePage {
        tie: Tie::to(row.version),
        name: view::name(&row),
        message_id: line.announcement.message_id(),
        payload: serde_json::to_string_pretty(&payload).map_err(Refused::internal)?,
        attempts: attempts.into_iter().map(attempt).collect(),
        row: Row::of(&s, &dates, &line),
        is_on: row.is_on(),
        id: row.id,
        s,
    };
    page::show(&page)
}

/// What was answered, or why nothing was.
fn answer(s: &Shell, status: Option<i64>, failure: Option<&str>) -> String {
    match (status, failure) {
        (Some(status), _) => format!("HTTP {status}"),
        (None, Some(failure)) => s.word("delivery-failure", failure),
        (None, None) => String::new(),
    }
}

impl Row {
    fn of(s: &Shell, dates: &Dates, line: &Line) -> Self {
        let Line { delivery, announcement } = line;
        let waits = delivery.state == DeliveryState::Waiting;
        Self {
            id: delivery.id,
            told: s.word("told", announcement.kind.as_str()),
            seq: announcement.seq,
            happened: dates.minute(announcement.at),
            state: view::delivery(s, delivery.state),
            tries: delivery.tries,
            answer: answer(s, delivery.last_status, delivery.last_failure.map(|failure| failure.as_str())),
            next_try: waits.then(|| dates.minute(delivery.next_at)),
        }
    }
}
