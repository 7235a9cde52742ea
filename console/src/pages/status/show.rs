//! `GET /status`: what was asked, where it stands in plain words, by when, what was written, what there is to download, and what
//! else the person may do.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::query::Query;
use askama::Template;
use entities::artifact::handed::to_person;
use entities::clock::facts::is_to_answer;
use entities::clock::table::Model as Clock;
use entities::error::StoreError;
use entities::id::InquiryId;
use entities::inquiry::table::InquiryKind;
use entities::letter::kind::{Audience, LetterState};
use entities::letter::table::Model as Letter;
use entities::request::keys;
use entities::request::right::Right;
use entities::request::status::{RequestEvent, RequestStatus as Status};
use entities::request::table::Model as Request;
use entities::{clock, inquiry, letter};
use vault::data_key::DataKey;

use crate::dates::{Dates, When};
use crate::file_row::FileRow;
use crate::guest::Person;
use crate::page;
use crate::refused::Refused;
use crate::say::Done;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "status.html")]
struct Page {
    s: Shell,
    notice: Option<String>,
    controller: String,
    reference: String,
    right: String,
    received: When,
    title: String,
    says: String,
    dates: Vec<DateRow>,
    files: Vec<FileRow>,
    copy: Option<String>,
    /// Whether the person may just wait.
    needs_nothing: bool,
    questions: Vec<QuestionRow>,
    letters: Vec<(String, When)>,
    may_withdraw: bool,
    contact: Option<String>,
}

/// By when an answer is due under one law.
struct DateRow {
    by: When,
    regime: String,
    source: String,
    is_extended: bool,
}

/// Something the person was asked.
struct QuestionRow {
    id: InquiryId,
    title: String,
    words: Option<String>,
    asked: When,
    hint: String,
    may_answer: bool,
}

/// The page.
///
/// # Errors
/// The database fails, or something stored does not open.
pub async fn show(app: Data<App>, person: Person, asked: Query<Done>) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let (request, controller, s) = person.own(&app).await?;
    let conn = app.store.db.read();
    let dates = s.dates_of(controller.id);
    let clocks = clock::queries::current(conn, request.id).await?;
    let letters = letter::queries::of_request(conn, request.id).await?;
    let (title, says) = standing(&s, &request);
    let key = match keys::of(conn, &app.store.safe, request.id).await {
        Ok(key) => Some(key),
        Err(StoreError::Erased) => None,
        Err(error) => return Err(error.into()),
    };
    // What was sealed under a key that is gone cannot be fetched.
    let theirs = if key.is_some() { to_person(conn, &request).await? } else { Vec::new() };
    let files: Vec<_> = theirs.into_iter().map(|row| FileRow::of(&s, &dates, &request, row)).collect();
    let questions = questions(&app, &s, &dates, &request, key.as_ref()).await?;
    let is_at_work = matches!(request.status, Status::Resolving | Status::Reviewing | Status::Executing);
    let page = Page {
        notice: asked.notice(&s, "status-done"),
        controller: controller.name.clone(),
        right: s.word("right", request.right.as_str()),
        received: dates.day(request.received_at),
        title,
        says,
        dates: due(&s, &dates, &clocks)?,
        copy: copy(&s, &request).filter(|_| files.is_empty()),
        files,
        needs_nothing: is_at_work && questions.is_empty(),
        questions,
        letters: letters.iter().filter_map(|row| sent(&s, &dates, row)).collect(),
        may_withdraw: request.status.transition(RequestEvent::Withdrew).is_ok(),
        contact: controller.policy.writing.privacy_contact.clone(),
        reference: request.reference,
        s,
    };
    page::show(&page)
}

/// Where it stands, in a heading and a sentence or two.
fn standing(s: &Shell, request: &Request) -> (String, String) {
    match request.outcome {
        Some(outcome) => (s.word("ended-title", outcome.as_str()), s.word("ended", outcome.as_str())),
        None => (s.word("stands-title", request.status.as_str()), s.word("stands", request.status.as_str())),
    }
}

/// The days by which the law wants the answer, as long as it is owed.
fn due(s: &Shell, dates: &Dates, clocks: &[Clock]) -> Result<Vec<DateRow>, Refused> {
    let mut rows = Vec::new();
    for row in clocks.iter().filter(|row| is_to_answer(&row.duty) && !row.is_settled() && !row.is_not_before) {
        let whole = row.computed()?;
        rows.push(DateRow {
            by: dates.civil(whole.statutory),
            regime: s.w.known("regime", &row.regime).unwrap_or_else(|| row.regime.clone()),
            source: whole.rule.source.into_owned(),
            is_extended: whole.extended,
        });
    }
    Ok(rows)
}

/// How they get what was collected, as long as nothing of it was handed over to them here.
fn copy(s: &Shell, request: &Request) -> Option<String> {
    let is_about_data = matches!(request.right, Right::Access | Right::Portability | Right::AdmtAccess);
    (is_about_data && !request.status.is_closed()).then(|| s.t("status-copy"))
}

fn sent(s: &Shell, dates: &Dates, row: &Letter) -> Option<(String, When)> {
    let is_theirs = row.audience == Audience::Person && row.state == LetterState::Sent;
    row.sent_at.filter(|_| is_theirs).map(|at| (s.word("letter", row.kind.as_str()), dates.day(at)))
}

async fn questions(
    app: &App,
    s: &Shell,
    dates: &Dates,
    request: &Request,
    key: Option<&DataKey>,
) -> Result<Vec<QuestionRow>, Refused> {
    let asked = inquiry::queries::of_request(app.store.db.read(), request.id).await?;
    let mut rows = Vec::new();
    let open = asked.into_iter().filter(|row| row.answered_at.is_none() && !request.status.is_closed());
    for row in open.filter(|row| row.sent_at.is_some()) {
        // The same words went to them by mail.
        let words = key.map(|key| inquiry::queries::words(key, &row)).transpose()?.map(|(asked, _)| asked);
        rows.push(QuestionRow {
            id: row.id,
            title: s.word("asked", row.kind.as_str()),
            words: words.filter(|words| !words.trim().is_empty()),
            asked: dates.day(row.sent_at.unwrap_or(row.asked_at)),
            hint: s.word("asked-help", row.kind.as_str()),
            may_answer: row.kind == InquiryKind::Clarification,
        });
    }
    Ok(rows)
}
