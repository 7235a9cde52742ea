//! `POST /console/requests/export`: the list as it is filtered, as a table for a spreadsheet; read and sent batch by batch.
//!
//! It holds no personal data. That it was taken out is an event at every controller it may speak of, written before the first line.

use std::collections::HashMap;
use std::io;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use api::app::App;
use api::auth::scopes::RequestsRead;
use entities::client::reach::Reach;
use entities::event::trail::{self, Entry};
use entities::id::{ControllerId, RequestId};
use entities::request::queries::{Filter, by_urgency, page};
use entities::request::table::Model;
use entities::store::Store;
use entities::time::At;
use futures::stream::{Stream, StreamExt, TryStreamExt, iter, try_unfold};
use jiff::tz::TimeZone;
use reports::period::day;
use reports::sheet::{flag, lines, maybe};
use sea_orm::DbErr;
use serde::Deserialize;
use serde_json::json;

use crate::form::Form;
use crate::listed::{Asked, reached};
use crate::officer::Officer;
use crate::refused::Refused;
use crate::shell::Shell;

/// How many requests are read at once.
const BATCH: u64 = 500;

const COLUMNS: [&str; 14] = [
    "reference",
    "controller",
    "right",
    "regime",
    "channel",
    "status",
    "outcome",
    "on_hold",
    "open_questions",
    "received_on",
    "cautious_on",
    "statutory_on",
    "closed_on",
    "test",
];

/// Which list.
#[derive(Deserialize)]
pub struct Which {
    query: String,
}

/// The table.
///
/// # Errors
/// The database fails before the first line is sent. Later on an answer that ends before its time was broken off.
pub async fn send(app: Data<App>, officer: Officer<RequestsRead>, form: Form<Which>) -> Result<HttpResponse, Refused> {
    let asked = Asked::of_query(&form.fields.query);
    let s = Shell::of(&app, officer.visitor()).await?;
    let filter = asked.filter(&s, officer.id());
    let rows = reached(&s, officer.reach());
    let rows: Vec<_> = rows.into_iter().filter(|row| filter.controller.is_none_or(|only| only == row.id)).collect();
    let data = json!({ "filters": asked.query() });
    let told = rows.iter().map(|row| Entry::on(row.id, "requests.exported", data.clone()));
    let txn = app.store.db.begin().await?;
    trail::record(&*txn, app.store.now(), &officer.by.actor, told).await?;
    txn.commit().await?;
    let places = rows.iter().map(|row| {
        let zone = row.zone().map_err(Refused::from)?;
        Ok((row.id, (row.slug.clone(), zone)))
    });
    let places: HashMap<_, _> = places.collect::<Result<_, Refused>>()?;
    let reading = Reading {
        store: app.store.clone(),
        reach: officer.reach().clone(),
        controllers: rows.iter().map(|row| row.id).collect(),
        are_closed: asked.are_closed(),
        filter,
    };
    let name = format!("attachment; filename=\"requests-{}.csv\"", day(&TimeZone::UTC, app.store.now()));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(pieces(reading, places)))
}

/// What is read, and for whom.
struct Reading {
    store: Store,
    reach: Reach,
    controllers: Vec<ControllerId>,
    are_closed: bool,
    filter: Filter,
}

impl Reading {
    async fn batch(&self, after: Option<(At, RequestId)>) -> Result<Vec<Model>, DbErr> {
        let conn = self.store.db.read();
        if self.are_closed {
            return page(conn, &self.reach, &self.filter, after.map(|(_, id)| id), BATCH).await;
        }
        by_urgency(conn, &self.reach, self.controllers.iter().copied(), &self.filter, after, BATCH).await
    }
}

fn pieces(
    reading: Reading,
    places: HashMap<ControllerId, (String, TimeZone)>,
) -> impl Stream<Item = io::Result<Bytes>> {
    let batches = try_unfold((reading, None), async |(reading, after): (Reading, _)| {
        let rows = reading.batch(after).await?;
        let last = rows.last().map(|row| (row.cautious_at, row.id));
        Ok::<_, DbErr>(last.map(|_| (rows, (reading, last))))
    });
    let written = batches.map_ok(move |rows| {
        let cells = rows.iter().filter_map(|row| Some(cells(row, places.get(&row.controller_id)?)));
        Bytes::from(lines(cells))
    });
    let written = written.map_err(io::Error::other);
    let written = written.inspect_err(|error: &io::Error| tracing::error!(%error, "an export broke off"));
    iter([Ok(Bytes::from(lines([COLUMNS])))]).chain(written)
}

fn cells(row: &Model, (slug, zone): &(String, TimeZone)) -> [String; COLUMNS.len()] {
    [
        row.reference.clone(),
        slug.clone(),
        row.right.to_string(),
        row.regime.clone(),
        row.channel.clone(),
        row.status.to_string(),
        maybe(row.outcome),
        flag(Some(row.on_hold)),
        row.open_questions.to_string(),
        day(zone, row.received_at).to_string(),
        day(zone, row.cautious_at).to_string(),
        day(zone, row.statutory_at).to_string(),
        maybe(row.closed_at.map(|at| day(zone, at))),
        flag(Some(row.is_test)),
    ]
}
