//! `/status/answer/{inquiry}`: answering what one was asked, in one's own words. They are sealed like all that is personal.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::problem::Problem;
use askama::Template;
use entities::id::InquiryId;
use entities::inquiry;
use entities::inquiry::table::{InquiryKind, Model as Inquiry};
use entities::request::decide::{Case, NotDecided};
use entities::request::keys;
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::Form;
use crate::guest::{Person, go_to};
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

/// The longest answer, in characters.
const LONGEST: usize = 4000;

#[derive(Template)]
#[template(path = "status-answer.html")]
struct Page {
    s: Shell,
    faults: Faults,
    id: InquiryId,
    reference: String,
    question: String,
    words: String,
}

/// What is filled in.
#[derive(Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    words: String,
}

/// The question and its form.
///
/// # Errors
/// There is no such question of theirs that waits, or the database fails.
pub async fn show(app: Data<App>, person: Person, id: Path<String>) -> Result<HttpResponse, Refused> {
    match asked(&app, &person, &id).await? {
        Some(asked) => page::show(&page_of(&app, &person, &asked, String::new(), Faults::default()).await?),
        None => Ok(go_to("/status?done=answered-already")),
    }
}

/// Takes the answer. It counts from now; what that does to the dates is the law's matter.
///
/// # Errors
/// There is no such question of theirs, or the database fails.
pub async fn send(
    app: Data<App>,
    person: Person,
    id: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let Some(asked) = asked(&app, &person, &id).await? else { return Ok(go_to("/status?done=answered-already")) };
    let (words, w) = (form.fields.words.trim(), person.visitor().words);
    let fault = match words.chars().count() {
        0 => Some(w.t("status-answer-missing")),
        n if n > LONGEST => Some(w.with("status-answer-too-long", "most", LONGEST)),
        _ => None,
    };
    if let Some(says) = fault {
        let typed = form.fields.words.clone();
        let page = page_of(&app, &person, &asked, typed, Faults::one("words", says)).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let decider = person.decider();
    let txn = app.store.db.begin().await?;
    let case = Case::open(&txn, &app.store, &decider, person.request, None).await.map_err(Problem::from)?;
    let now = case.now();
    match case.answer_inquiry(asked.kind, now, Some(words)).await {
        Ok(_) => {
            txn.commit().await?;
            Ok(go_to("/status?done=answered"))
        }
        Err(NotDecided::Conflict { .. }) => Ok(go_to("/status?done=answered-already")),
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// The question of this id, if it is one of theirs that words can answer. None if it has been answered, or its request ended.
async fn asked(app: &App, person: &Person, id: &str) -> Result<Option<Inquiry>, Refused> {
    let id: InquiryId = id.parse().map_err(|_| Refused::not_found())?;
    let own = inquiry::queries::of_request(app.store.db.read(), person.request).await?;
    let row = own.into_iter().find(|row| row.id == id && row.kind == InquiryKind::Clarification);
    let row = row.filter(|row| row.sent_at.is_some()).ok_or_else(Refused::not_found)?;
    let (request, ..) = person.own(app).await?;
    Ok(Some(row).filter(|row| row.answered_at.is_none() && !request.status.is_closed()))
}

async fn page_of(app: &App, person: &Person, asked: &Inquiry, words: String, faults: Faults) -> Result<Page, Refused> {
    let (request, _, s) = person.own(app).await?;
    let key = keys::of(app.store.db.read(), &app.store.safe, request.id).await?;
    let (question, _) = inquiry::queries::words(&key, asked)?;
    Ok(Page { faults, id: asked.id, reference: request.reference, question, words, s })
}
