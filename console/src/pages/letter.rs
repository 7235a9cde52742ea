//! `/console/requests/{name}/letters/{letter}`: one letter, how it fares, what it says, on paper, held back, sent, tried again.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::{Needs, RequestsDecide, RequestsOperate, RequestsRead, RequestsReveal};
use api::decision::Decision;
use api::decisions::letters::letter_id;
use api::query::Query;
use api::reveal::{Look, RevealQuery};
use api::views::letters::{find, printed, said};
use askama::Template;
use entities::client::scope::Scope;
use entities::event::queries::newest_of_request;
use entities::letter::kind::{Audience, LetterState};
use entities::letter::outbox::Words;
use entities::letter::table::Model;
use letters::markup::joined;

use crate::dates::When;
use crate::decide::{self, decide};
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::parts::{Tag, Tone};
use crate::people::People;
use crate::refused::Refused;
use crate::reveal::{Purpose, RevealForm};
use crate::shell::{Shell, Tie};
use crate::trail::Line;
use crate::written::{self, PartRow, Shown};

#[derive(Template)]
#[template(path = "letter.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    id: String,
    kind: String,
    audience: String,
    means: String,
    state: Tag,
    written: When,
    edited: Option<When>,
    sent: Option<When>,
    attempts: i64,
    unclear: i64,
    last_answer: Option<String>,
    message_id: Option<String>,
    template: Option<(String, String)>,
    parts: Vec<PartRow>,
    lines: Vec<Line>,
    content: Option<Content>,
    is_clear: bool,
    is_link: bool,
    is_by_hand: bool,
    reveal: Option<RevealForm>,
    may_print: bool,
    may_retry: bool,
    may_resend: bool,
    is_held: bool,
    may_hold: bool,
    may_edit: bool,
    may_send: bool,
}

/// What a letter says.
struct Content {
    recipient: String,
    subject: String,
    blocks: Vec<Shown>,
}

/// As many events of letters as are looked through for this one's.
const EVENTS: u64 = 500;

/// A letter, without what it says.
///
/// # Errors
/// There is no such letter within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsRead>,
    names: Path<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    let look = Look::at(&app, &officer.by, &name, "letter", Query::of(RevealQuery { reveal: None })).await?;
    page::show(&page_of(&app, &officer, look, &letter).await?)
}

/// The same with what it says, and to whom. It is the answer of a POST, so that no address leads to it.
///
/// # Errors
/// There is no such letter within the reach of who may reveal, or its data has been erased.
pub async fn reveal(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    names: Path<(String, String)>,
    form: Form<Purpose>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    let purpose = Query::of(RevealQuery { reveal: Some(form.fields.purpose) });
    let look = Look::at(&app, &officer.by, &name, "letter", purpose).await?;
    page::show(&page_of(&app, &officer, look, &letter).await?)
}

/// The letter on paper, to be saved.
///
/// # Errors
/// There is no such letter within the reach of who may reveal, or it cannot be printed.
pub async fn print(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    names: Path<(String, String)>,
    _form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    Ok(printed(&app, &officer.by, &name, &letter).await?)
}

/// Has a letter go out again that failed.
///
/// # Errors
/// There is no such letter within reach, it did not fail, or the request has changed since.
pub async fn retry(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    names: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    let again = Decision::RetryLetter(letter_id(&letter)?);
    decide(&app, &officer, &name, &form, again, "letter-retried").await
}

/// Holds a letter back that waits to be sent.
///
/// # Errors
/// There is no such letter within reach, it is on its way, or the request has changed since.
pub async fn hold_back(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    names: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    let hold = Decision::HoldLetter(letter_id(&letter)?);
    decide(&app, &officer, &name, &form, hold, "letter-held").await
}

/// Sends a letter that was held back.
///
/// # Errors
/// There is no such letter within reach, it is not held back, or the request has changed since.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    names: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (name, letter) = names.into_inner();
    let send = Decision::SendLetter(letter_id(&letter)?);
    decide(&app, &officer, &name, &form, send, "letter-released").await
}

async fn page_of<S: Needs>(app: &App, officer: &Officer<S>, look: Look, letter: &str) -> Result<Page, Refused> {
    let (conn, request) = (app.store.db.read(), &look.request);
    let row = find(app, officer.reach(), request, letter).await?;
    let s = Shell::of(app, officer.visitor()).await?;
    let dates = s.dates_of(request.controller_id);
    let id = row.id.to_string();
    let events = newest_of_request(conn, officer.reach(), request.id, &["letter."], None, EVENTS).await?;
    let about: Vec<_> = events.into_iter().filter(|event| event.data.contains(&id)).collect();
    let people = People::load(conn, s.w, about.iter().filter_map(|event| event.actor.parse().ok())).await?;
    let lines = about.iter().map(|event| Line::of(&s, &dates, &people, &look, event));
    let has: Vec<_> = row.said_parts()?.iter().map(ToString::to_string).collect();
    let is_person = row.audience == Audience::Person;
    let is_by_hand = row.text_sealed.is_none();
    let parts = written::parts(&s, &row.demanded()?, &has);
    let content = said(app, &look, &row).await?.map(Content::of);
    let is_link = row.kind.lets_in();
    let may = |scope: Scope| officer.may(scope, request.controller_id);
    let may_see = look.key.is_some() && may(Scope::RequestsReveal) && !is_by_hand && !is_link;
    let may_decide = may(Scope::RequestsDecide);
    let is_held = row.state == LetterState::Held;
    let has_failed = row.state == LetterState::Failed;
    let reveal = (may_see && !look.is_clear())
        .then(|| RevealForm::to(&s, format!("/console/requests/{}/letters/{id}/reveal", request.reference)));
    Ok(Page {
        tie: decide::tie(app, officer.reach(), request).await?,
        reference: request.reference.clone(),
        kind: s.word("letter", row.kind.as_str()),
        audience: s.word("audience", row.audience.as_str()),
        means: s.word("means", row.means.as_str()),
        state: state(&s, &row),
        written: dates.minute(row.written_at),
        edited: row.edited_at.map(|at| dates.minute(at)),
        sent: row.sent_at.map(|at| dates.minute(at)),
        attempts: row.attempts,
        unclear: row.unclear,
        last_answer: row.last_answer,
        message_id: row.message_id,
        template: row.template.zip(row.template_hash),
        parts,
        lines: lines.collect::<Result<_, _>>()?,
        content,
        is_clear: look.is_clear(),
        is_link,
        is_by_hand,
        reveal,
        may_print: may_see,
        may_retry: has_failed && may(Scope::RequestsOperate),
        may_resend: has_failed && is_person && may_decide,
        may_hold: may_decide && is_person && !is_link && row.state == LetterState::Queued && row.attempts == 0,
        is_held,
        may_edit: may_decide && may_see && is_held,
        may_send: may_decide && is_held,
        id,
        s,
    })
}

impl Content {
    fn of(said: Words) -> Self {
        let blocks = written::shown(&joined(&said.sections));
        Self { recipient: said.recipient, subject: said.subject, blocks }
    }
}

fn state(s: &Shell, row: &Model) -> Tag {
    let tone = match row.state {
        LetterState::Queued => Tone::Info,
        LetterState::Held => Tone::Warn,
        LetterState::Sent => Tone::Good,
        LetterState::Failed => Tone::Alarm,
        LetterState::Superseded => Tone::Quiet,
    };
    Tag::new(tone, s.word("letter-state", row.state.as_str()))
}
