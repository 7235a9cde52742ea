//! `/console/setup/subscribers/{subscriber}/replay`: what was sent or missed before, once more.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::asked::LookedAfter;
use api::auth::scopes::SubscribersManage;
use api::named;
use api::problem::Problem;
use api::subscribers::asked::find;
use askama::Template;
use entities::announcement::replay::{MOST, OnlyMissed, Range, Which, replay};
use entities::db::Txn;
use entities::id::{AnnouncementDeliveryId, SubscriberId};
use entities::subscriber::table::Model;
use entities::time::At;
use jiff::civil::DateTime;
use serde::Deserialize;

use super::view;
use crate::act::{act, once, unchanged};
use crate::dates::Dates;
use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "replay.html")]
struct Page {
    s: Shell,
    title: String,
    tie: Tie,
    faults: Faults,
    about: String,
    back: String,
    id: SubscriberId,
    zone: String,
    fields: Fields,
}

/// What is filled in. Times are the controller's.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    since: String,
    until: String,
    all: String,
}

/// The form.
///
/// # Errors
/// There is no such subscriber within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    id: Path<String>,
) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let tie = Tie::to(row.version);
    page::show(&page_of(s, &row, tie, Fields::default(), Faults::default()))
}

/// Sends all of a time.
///
/// # Errors
/// There is no such subscriber within reach, it is disabled or has changed since, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    id: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let (range, faults) = read(&s, &s.dates_of(row.controller_id), &form.fields);
    let Some(mut range) = range.filter(|_| faults.is_empty()) else {
        let tie = Tie::to(form.version.unwrap_or(-1));
        let page = page_of(s, &row, tie, form.fields.clone(), faults);
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let then = format!("/console/setup/subscribers/{}/deliveries?say=replayed", row.id);
    let done = once(&app, &officer, &form, async |txn: &Txn| {
        let row = Model::lock(txn, officer.reach(), &row.id).await?;
        unchanged(&form, row.version)?;
        loop {
            let sent = replay(txn, app.store.now(), &officer.by.actor, &row, Which::Range(range)).await;
            match sent.map_err(Problem::from)?.next {
                Some(next) => range.after = Some(next),
                None => return Ok(((), then)),
            }
        }
    })
    .await?;
    Ok(page::go_to(&done.then))
}

/// Sends one message.
///
/// # Errors
/// There is none of this id to a subscriber within reach, it is disabled or has changed since, or the database fails.
pub async fn one(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    path: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let id = Model::id(&path.0)?;
    let delivery = named::id(&path.1).map(AnnouncementDeliveryId).ok_or_else(Refused::not_found)?;
    let then = format!("/console/setup/subscribers/{id}/deliveries/{delivery}");
    let work = async |txn: &Txn| {
        let row = Model::lock(txn, officer.reach(), &id).await?;
        unchanged(&form, row.version)?;
        let sent = replay(txn, app.store.now(), &officer.by.actor, &row, Which::One(delivery)).await;
        sent.map_err(Problem::from)?;
        Ok(())
    };
    act(&app, &officer, &form, then, work).await
}

fn read(s: &Shell, dates: &Dates, fields: &Fields) -> (Option<Range>, Faults) {
    let mut faults = Faults::default();
    let mut instant = |field: &'static str, given: &str| -> Option<At> {
        let read = given.trim().parse::<DateTime>().ok().and_then(|at| dates.instant(at));
        if read.is_none() {
            faults.add(field, s.word("fault", &format!("{field}-not-an-instant")));
        }
        read
    };
    let until = match fields.until.trim() {
        "" => None,
        given => instant("until", given),
    };
    let since = match fields.since.trim() {
        "" => None,
        given => instant("since", given),
    };
    if fields.since.trim().is_empty() {
        faults.add("since", s.word("fault", "since-missing"));
    }
    if let (Some(since), Some(until)) = (since, until)
        && until <= since
    {
        faults.add("until", s.word("fault", "until-before-since"));
    }
    let only = if fields.all == "yes" { OnlyMissed::No } else { OnlyMissed::Yes };
    (since.map(|from| Range { from, to: until, only, after: None, limit: MOST }), faults)
}

fn page_of(s: Shell, row: &Model, tie: Tie, fields: Fields, faults: Faults) -> Page {
    let zone = s.controllers.get(&row.controller_id).map(|it| it.time_zone.clone()).unwrap_or_default();
    let back = format!("/console/setup/subscribers/{}/deliveries", row.id);
    let (title, about) = (s.t("subscriber-replay"), view::name(row));
    Page { title, about, back, id: row.id, zone, tie, faults, fields, s }
}
