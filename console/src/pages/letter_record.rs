//! `/console/requests/{name}/letters/record`: a letter that was sent by other means. It counts as the service's own would, so
//! what was filled in is shown once more before it is taken.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsDecide;
use api::decision::Decision;
use api::named::Named;
use askama::Template;
use entities::letter::kind::{Audience, LetterKind, Means};
use entities::letter::owe::answer_to;
use entities::request::table::Model;
use entities::time::At;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::dates::When;
use crate::decide::{self, decide};
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "letter-record.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    faults: Faults,
    kinds: Vec<Choice>,
    means: Vec<Choice>,
    fields: Fields,
    check: Option<Check>,
}

/// What was filled in, for looking at it once more.
struct Check {
    kind: String,
    means: String,
    sent: When,
    ends_request: bool,
}

/// What is filled in.
#[derive(Clone, Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    means: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    sure: String,
}

/// What it means.
struct Sent {
    kind: LetterKind,
    means: Means,
    /// When; none for the present minute.
    at: Option<At>,
}

/// The form.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    name: Path<String>,
) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let now = app.store.now().timestamp().to_zoned(zone(&s, &request));
    let (day, time) = (now.date().to_string(), format!("{:02}:{:02}", now.hour(), now.minute()));
    let fields = Fields { day, time, ..Fields::default() };
    page::show(&page_of(&app, &officer, s, &request, fields, Faults::default(), None).await?)
}

/// Shows what was filled in once more; the second time, takes it.
///
/// # Errors
/// The request is not within reach, has changed since, or the rules say no.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    name: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    match read(&s, &request, &form.fields) {
        Ok(sent) if form.fields.sure == "yes" => {
            let record = Decision::RecordLetter(sent.kind, sent.at, sent.means);
            decide(&app, &officer, &name, &form, record, "letter-recorded").await
        }
        Ok(sent) => {
            let check = Check {
                kind: s.word("letter", sent.kind.as_str()),
                means: s.word("means", sent.means.as_str()),
                sent: s.dates_of(request.controller_id).minute(sent.at.unwrap_or(s.now)),
                ends_request: sent.kind.is_answer(),
            };
            let fields = form.fields;
            page::show(&page_of(&app, &officer, s, &request, fields, Faults::default(), Some(check)).await?)
        }
        Err(faults) => {
            let page = page_of(&app, &officer, s, &request, form.fields, faults, None).await?;
            page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn zone(s: &Shell, request: &Model) -> TimeZone {
    s.controllers.get(&request.controller_id).and_then(|row| row.zone().ok()).unwrap_or(TimeZone::UTC)
}

fn read(s: &Shell, request: &Model, given: &Fields) -> Result<Sent, Faults> {
    let mut faults = Faults::default();
    let kind = given.kind.parse::<LetterKind>();
    if kind.is_err() {
        faults.add("kind", s.t("letters-kind-missing"));
    }
    let means = given.means.parse::<Means>();
    if means.is_err() {
        faults.add("means", s.t("record-means-missing"));
    }
    let (day, time) = (given.day.trim().parse::<Date>(), given.time.trim().parse::<Time>());
    if day.is_err() {
        faults.add("day", s.t("record-day-none"));
    }
    if time.is_err() {
        faults.add("time", s.t("record-time-none"));
    }
    let mut at = None;
    if let (Ok(day), Ok(time)) = (day, time) {
        let there = DateTime::from_parts(day, time).to_zoned(zone(s, request));
        at = there.ok().map(|there| At::from(there.timestamp()));
        if at.is_none_or(|at| at > s.now) {
            faults.add("day", s.t("record-future"));
        } else if at.is_some_and(|at| at < request.received_at) {
            faults.add("day", s.t("record-before"));
        }
    }
    match (kind, means, at) {
        (Ok(kind), Ok(means), Some(at)) if faults.is_empty() => {
            // The present minute has begun already: it stands for now, or the letter would come before what it tells of.
            let is_now = s.now.since(at).as_secs() < 60;
            Ok(Sent { kind, means, at: (!is_now).then_some(at) })
        }
        _ => Err(faults),
    }
}

async fn page_of(
    app: &App,
    officer: &Officer<RequestsDecide>,
    s: Shell,
    request: &Model,
    fields: Fields,
    faults: Faults,
    check: Option<Check>,
) -> Result<Page, Refused> {
    let answer = answer_to(request.right);
    let fits = |kind: &&LetterKind| kind.audience() == Audience::Person && (!kind.is_answer() || **kind == answer);
    let kinds = LetterKind::ALL.iter().filter(fits).map(|kind| kind.as_str());
    let means = Means::ALL.iter().map(|means| means.as_str());
    Ok(Page {
        tie: decide::tie(app, officer.reach(), request).await?,
        reference: request.reference.clone(),
        kinds: Choice::words(&s, "letters-kind-choose", "letter", kinds, Some(&fields.kind)),
        means: Choice::words(&s, "record-means-choose", "means", means, Some(&fields.means)),
        faults,
        fields,
        check,
        s,
    })
}
