//! `GET /console/requests/{name}`: one request, what comes next first; and `POST …/reveal`, the same in the clear.

mod asked;
mod letters;
mod next;
mod offers;
mod person;
mod picture;
mod questions;
mod stand;
mod team;
mod way;
mod work;

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::{Needs, RequestsRead, RequestsReveal};
use api::query::Query;
use api::reveal::{Look, RevealQuery};
use askama::Template;
use entities::candidate::table::Model as Candidate;
use entities::client::scope::Scope;
use entities::event::table::Model as Event;
use entities::id::ClientId;
use entities::identifier::table::Model as Identifier;
use entities::inquiry::table::Model as Inquiry;
use entities::letter::table::Model as Letter;
use entities::question::table::Model as Question;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::time::At;
use entities::{artifact, candidate, clock, event, identifier, inquiry, letter, question};
use serde::Deserialize;

use self::asked::AskedRow;
use self::letters::LetterRow;
use self::next::Next;
use self::person::Person;
use self::picture::Picture;
use self::questions::QuestionRow;
use self::stand::Stand;
use self::team::Team;
use self::way::{Way, Ways};
use self::work::Jobs;
use crate::clocks::ClockCard;
use crate::dates::When;
use crate::file_row::FileRow;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::people::People;
use crate::plan::PlanCard;
use crate::refused::Refused;
use crate::reveal::{Purpose, RevealForm};
use crate::risk;
use crate::shell::{Shell, Tie};
use crate::trail::Line;

#[derive(Template)]
#[template(path = "request.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    right: String,
    controller: String,
    regime: String,
    channel: String,
    filed_by: String,
    received: When,
    standing: Tag,
    left: Option<Tag>,
    respond_by: When,
    statutory_by: When,
    is_open: bool,
    on_hold: bool,
    is_test: bool,
    notice: Option<String>,
    next: Next,
    offers: Vec<Way>,
    questions: Vec<QuestionRow>,
    clocks: Vec<ClockCard>,
    settled: Vec<ClockCard>,
    person: Person,
    picture: Option<Picture>,
    is_clear: bool,
    may_reveal: bool,
    may_choose: bool,
    reveal: RevealForm,
    plan: Option<PlanCard>,
    jobs: Jobs,
    /// Whether the work goes on by itself.
    is_moving: bool,
    /// Since when the page asks by itself how it goes on, if it does.
    watched_since: Option<i64>,
    letters: Vec<LetterRow>,
    asked: Vec<AskedRow>,
    team: Team,
    files: Vec<FileRow>,
    may_hand_over: bool,
    history: Vec<Line>,
    events: u64,
}

/// As much of a request's history as its page shows: the whole has a page of its own.
const EVENTS: u64 = 12;

/// What the page is to say besides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    done: Option<String>,
    /// Since when a page has been asking by itself how the work goes on, as `watched_since`.
    watch: Option<String>,
}

/// A page that asks by itself stops after so long: nobody may be looking any more, and asking keeps the session alive.
const WATCHED: Duration = Duration::from_secs(15 * 60);

/// A request, masked.
///
/// # Errors
/// It is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsRead>,
    name: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let Asked { done, watch } = asked.get()?;
    let asks_again = watch.is_some();
    let since = watch.map(|since| since.parse()).transpose().map_err(|_| Refused::Malformed)?;
    let now = app.store.now();
    let since = since.map_or(now, At);
    // No page of ours began before the epoch, or later than now.
    if since < At::ZERO || since > now {
        return Err(Refused::Malformed);
    }
    let masked = Query::of(RevealQuery { reveal: None });
    let look = Look::at(&app, &officer.by, &name, "request", masked).await?;
    let mut page = page_of(&app, &officer, look, done.as_deref()).await?;
    // Once it has begun to ask it goes on past the end of the work: letters go out after that, and a part that somebody was at when
    // it ended is renewed later.
    let goes_on = (page.is_moving || asks_again) && now.since(since) <= WATCHED;
    page.watched_since = goes_on.then_some(since.0);
    page::show(&page)
}

/// The same in the clear. It is the answer of a POST, so that no address leads to it and no history keeps it.
///
/// # Errors
/// It is not within the reach of who may reveal, its data has been erased, or the database fails.
pub async fn reveal(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    name: Path<String>,
    form: Form<Purpose>,
) -> Result<HttpResponse, Refused> {
    let reveal = Query::of(RevealQuery { reveal: Some(form.fields.purpose) });
    let look = Look::at(&app, &officer.by, &name, "request", reveal).await?;
    page::show(&page_of(&app, &officer, look, None).await?)
}

/// Everything that a request's page is made from.
struct Rows {
    identifiers: Vec<Identifier>,
    candidates: Vec<Candidate>,
    letters: Vec<Letter>,
    questions: Vec<Question>,
    inquiries: Vec<Inquiry>,
    events: Vec<Event>,
}

impl Rows {
    fn clients(&self) -> impl Iterator<Item = ClientId> {
        let chosen = self.identifiers.iter().filter_map(|row| row.chosen_by);
        let also = self.candidates.iter().filter_map(|row| row.chosen_by);
        chosen.chain(also).chain(self.events.iter().filter_map(|row| row.actor.parse().ok()))
    }
}

async fn page_of<S: Needs>(app: &App, officer: &Officer<S>, look: Look, done: Option<&str>) -> Result<Page, Refused> {
    let conn = app.store.db.read();
    let id = look.request.id;
    let s = Shell::of(app, officer.visitor()).await?;
    let rows = Rows {
        identifiers: identifier::queries::of_request(conn, id).await?,
        candidates: candidate::queries::of_request(conn, id).await?,
        letters: letter::queries::of_request(conn, id).await?,
        questions: question::queries::of_request(conn, id).await?,
        inquiries: inquiry::queries::of_request(conn, id).await?,
        events: event::queries::newest_of_request(conn, officer.reach(), id, &[], None, EVENTS).await?,
    };
    let people = People::load(conn, s.w, rows.clients().chain([look.request.filed_by])).await?;
    let dates = s.dates_of(look.request.controller_id);
    let plan = PlanCard::of(app, &s, &look).await?;
    let running = clock::queries::current(conn, id).await?;
    let cards = running.iter().map(|row| ClockCard::of(&s, &dates, row)).collect::<Result<Vec<_>, _>>()?;
    let (settled, clocks) = cards.into_iter().partition(|card| card.is_settled);
    let person = Person::of(app, &s, &look, &rows.identifiers, &rows.candidates).await?;
    let request = &look.request;
    let stand = Stand::of(conn, request, &running, &rows.questions, &rows.inquiries).await?;
    let ways = Ways::new(&s, officer, request);
    let jobs = Jobs::of(app, &s, &look, &dates, &ways).await?;
    let open = rows.questions.iter().filter(|row| row.answered_at.is_none());
    let questions: Vec<_> = open.map(|row| QuestionRow::of(&s, &dates, &ways, &stand, row)).collect();
    let next = Next::of(&s, officer, request, plan.as_ref(), &questions);
    let files = artifact::queries::of_request(conn, id).await?;
    let may = |scope: Scope| officer.may(scope, request.controller_id);
    Ok(Page {
        tie: Tie { version: request.version, seen: rows.events.first().map(|row| row.id) },
        right: s.word("right", request.right.as_str()),
        controller: s.controller_name(request.controller_id),
        regime: s.w.known("regime", &request.regime).unwrap_or_else(|| request.regime.clone()),
        channel: s.w.known("channel", &request.channel).unwrap_or_else(|| request.channel.clone()),
        filed_by: people.client(request.filed_by),
        received: dates.weekday(request.received_at),
        standing: risk::standing(&s, request),
        left: risk::left(&s, &dates, request),
        respond_by: dates.weekday(request.cautious_at),
        statutory_by: dates.day(request.statutory_at),
        is_open: !request.status.is_closed(),
        on_hold: request.on_hold,
        is_test: request.is_test,
        notice: done.and_then(|word| s.w.known("request-done", word)),
        offers: offers::of(&ways, &stand, next.way.as_ref()),
        questions,
        is_clear: look.is_clear(),
        may_reveal: may(Scope::RequestsReveal) && look.key.is_some(),
        reveal: RevealForm::to(&s, format!("/console/requests/{}/reveal", request.reference)),
        letters: rows.letters.iter().map(|row| LetterRow::of(&s, &dates, row)).collect(),
        asked: rows.inquiries.iter().map(|row| AskedRow::of(&s, &dates, &look, row)).collect::<Result<_, _>>()?,
        history: rows.events.iter().map(|row| Line::of(&s, &dates, &people, &look, row)).collect::<Result<_, _>>()?,
        events: event::queries::count_of_request(conn, officer.reach(), id).await?,
        team: Team::of(app, &s, officer, &look, &dates).await?,
        files: files.into_iter().map(|row| FileRow::of(&s, &dates, request, row)).collect(),
        may_hand_over: may(Scope::RequestsDecide) && request.right == Right::Access,
        reference: request.reference.clone(),
        is_moving: next.is_moving || jobs.are_running,
        watched_since: None,
        next,
        clocks,
        settled,
        picture: Picture::of(&s, &person),
        may_choose: may(Scope::RequestsDecide) && request.status == RequestStatus::Reviewing,
        person,
        plan,
        jobs,
        s,
    })
}
