//! `/regulator/cases/{name}`: one case by its number, and, where it was granted, the person's data. What lies outside the
//! invitation is not there, in the same words as what does not exist.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::regulator::case::{Who, happened};
use askama::Template;
use entities::error::StoreError;
use entities::regulator::look::{self, What};
use entities::regulator::{grant, scope};
use entities::request::keys;
use entities::request::table::Model as Request;
use entities::{clock, identifier};

use super::Mark;
use crate::clocks::ClockCard;
use crate::dates::When;
use crate::form::{Form, Nothing};
use crate::guest::Regulator;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::risk;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "room-case.html")]
struct Page {
    s: Shell,
    mark: Mark,
    reference: String,
    right: String,
    regime: String,
    standing: Tag,
    received: When,
    closed: Option<When>,
    refusal: Option<String>,
    clocks: Vec<ClockCard>,
    settled: Vec<ClockCard>,
    timeline: Vec<Line>,
    granted: Option<String>,
    data: Vec<(String, String)>,
}

/// Something that happened.
struct Line {
    what: String,
    who: String,
    when: When,
}

/// The case.
///
/// # Errors
/// It is not within the invitation, or the database fails.
pub async fn show(app: Data<App>, regulator: Regulator, name: Path<String>) -> Result<HttpResponse, Refused> {
    let request = find(&app, &regulator, &name).await?;
    let address = regulator.visitor().address.clone();
    look::record(&app.store, &regulator.invitation, address, What::Case(&request)).await?;
    page::show(&page_of(&app, &regulator, request, Vec::new()).await?)
}

/// The same with the person's data, where it was granted. It is the answer of a POST, so that no address leads to it.
///
/// # Errors
/// It is not within the invitation or was not granted, its data has been erased, or the database fails.
pub async fn reveal(
    app: Data<App>,
    regulator: Regulator,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let request = find(&app, &regulator, &name).await?;
    let conn = app.store.db.read();
    let given = grant::of(conn, regulator.invitation.id, request.id).await?.ok_or_else(Refused::not_found)?;
    let key = keys::of(conn, &app.store.safe, request.id).await?;
    let address = regulator.visitor().address.clone();
    look::record(&app.store, &regulator.invitation, address, What::Data(&request, &given)).await?;
    let words = regulator.visitor().words;
    let mut data = Vec::new();
    for row in identifier::queries::of_request(conn, request.id).await? {
        data.push((words.word("identifier", &row.kind), identifier::queries::value(&key, &row)?));
    }
    page::show(&page_of(&app, &regulator, request, data).await?)
}

async fn find(app: &App, regulator: &Regulator, name: &str) -> Result<Request, Refused> {
    let found = scope::find(app.store.db.read(), &regulator.invitation, name).await?;
    if let Some(request) = found {
        return Ok(request);
    }
    let address = regulator.visitor().address.clone();
    look::record(&app.store, &regulator.invitation, address, What::NoCase).await?;
    Err(Refused::not_found())
}

async fn page_of(
    app: &App,
    regulator: &Regulator,
    request: Request,
    data: Vec<(String, String)>,
) -> Result<Page, Refused> {
    let (_, s) = regulator.shell(app).await?;
    let conn = app.store.db.read();
    let dates = s.dates_of(request.controller_id);
    let cards = clock::queries::current(conn, request.id).await?;
    let cards = cards.iter().map(|row| ClockCard::of(&s, &dates, row)).collect::<Result<Vec<_>, _>>()?;
    let (settled, clocks) = cards.into_iter().partition(|card| card.is_settled);
    let timeline = happened(conn, request.id).await?.into_iter().rev();
    let line = |it: api::regulator::case::Happened| Line {
        what: s.w.known("event", &it.kind).unwrap_or(it.kind),
        who: who(&s, it.who),
        when: dates.minute(it.at),
    };
    let granted = match grant::of(conn, regulator.invitation.id, request.id).await? {
        Some(row) => match keys::of(conn, &app.store.safe, request.id).await {
            Ok(key) => Some(grant::reason(&key, &row)?),
            // There is nothing left to see.
            Err(StoreError::Erased) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    Ok(Page {
        mark: Mark::of(&s, regulator),
        right: s.word("right", request.right.as_str()),
        regime: s.w.known("regime", &request.regime).unwrap_or_else(|| request.regime.clone()),
        standing: risk::standing(&s, &request),
        received: dates.weekday(request.received_at),
        closed: request.closed_at.map(|at| dates.weekday(at)),
        refusal: request.refusal_basis.clone(),
        timeline: timeline.map(line).collect(),
        reference: request.reference,
        clocks,
        settled,
        granted,
        data,
        s,
    })
}

fn who(s: &Shell, who: Who) -> String {
    match who {
        Who::Officer(place) => s.with("room-officer", "place", place),
        Who::Service => s.t("actor-worker"),
        Who::Operator => s.t("actor-operator"),
        Who::Person => s.t("actor-person"),
    }
}
