//! What was written about a request: its letters, one of them in the clear, and a look at one before it is written.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use entities::client::reach::Reach;
use entities::controller;
use entities::id::LetterId;
use entities::letter::compose::{Missing, Order, Subject, compose};
use entities::letter::hold::Sheet;
use entities::letter::kind::{Audience, LetterKind, LetterState, Means};
use entities::letter::outbox::{Draft, Words, words};
use entities::letter::queries::{by_id, of_request};
use entities::letter::table::Model as Letter;
use entities::request::status::Outcome;
use entities::request::table::Model as Request;
use entities::time::At;
use letters::edit::Passage;
use letters::markup::joined;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::{RequestsRead, RequestsReveal};
use crate::fields::Faults;
use crate::json::Unread;
use crate::named::{self, Named};
use crate::problem::{Problem, codes, described};
use crate::query::{NoParameters, Query};
use crate::reveal::{self, Look, Purpose, RevealQuery};
use crate::schema;

/// One letter; its words only where they are revealed.
#[derive(Serialize, ToSchema)]
#[schema(as = Letter)]
struct LetterView {
    /// Its id.
    id: Uuid,
    /// What it is.
    #[schema(schema_with = schema::letter_kind)]
    kind: LetterKind,
    /// `person` or `officer`.
    #[schema(value_type = String)]
    audience: Audience,
    /// Its language; empty for one that was sent by other means.
    language: String,
    /// How it goes out.
    #[schema(schema_with = schema::letter_means)]
    means: Means,
    /// What became of it.
    #[schema(schema_with = schema::letter_state)]
    state: LetterState,
    /// How often it was tried.
    attempts: i64,
    /// How often the connection was lost when the mail server may have taken it already.
    unclear: i64,
    /// What the mail server said last: its code, and at which command.
    last_answer: Option<String>,
    /// What mail servers tell it by.
    message_id: Option<String>,
    /// The template it was made from.
    template: Option<String>,
    /// The SHA-256 of that template.
    template_hash: Option<String>,
    /// The parts that it says.
    parts: Vec<String>,
    /// The event that caused it.
    caused_by: Option<Uuid>,
    /// When it was written or last dated anew: its words bear this day.
    #[schema(schema_with = schema::instant)]
    written_at: At,
    /// Since when it is to be sent: later than it was written, where it was held back or failed.
    #[schema(schema_with = schema::instant)]
    queued_at: At,
    /// When somebody changed its words last.
    #[schema(schema_with = schema::maybe_instant)]
    edited_at: Option<At>,
    /// When it went out.
    #[schema(schema_with = schema::maybe_instant)]
    sent_at: Option<At>,
    /// What it says; only where it is revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

/// What a letter says.
#[derive(Serialize, ToSchema)]
#[schema(as = LetterContent)]
struct Content {
    /// Whom it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    /// Its subject.
    subject: String,
    /// Its text.
    text: String,
    /// The same as HTML.
    html: String,
    /// Its own text, passage by passage; of a letter that is held back, and so can be edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    passages: Option<Vec<PassageView>>,
}

/// A passage of a letter.
#[derive(Serialize, ToSchema)]
#[schema(as = LetterPassage)]
struct PassageView {
    /// Its place in the letter.
    at: usize,
    /// The parts it is, of those that a law may ask for.
    parts: Vec<String>,
    /// Whether it stays as it is.
    fixed: bool,
    /// What it says, as it can be edited.
    text: String,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Letters)]
struct Letters {
    /// Oldest first.
    items: Vec<LetterView>,
}

impl From<Words> for Content {
    fn from(said: Words) -> Self {
        let (subject, text, html) = (said.subject, said.text, said.html);
        Self { recipient: Some(said.recipient), subject, text, html, passages: None }
    }
}

/// The passages of a letter that can be edited now.
fn passages(row: &Letter, said: &Words) -> Result<Option<Vec<PassageView>>, Problem> {
    if row.state != LetterState::Held {
        return Ok(None);
    }
    let all = Sheet::of(row, said)?.passages()?.into_iter().enumerate();
    let one = |(at, it): (usize, Passage)| PassageView {
        at,
        parts: it.parts.iter().map(ToString::to_string).collect(),
        fixed: it.is_fixed,
        text: it.text,
    };
    Ok(Some(all.map(one).collect()))
}

impl LetterView {
    fn of(row: Letter, content: Option<Content>) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind,
            audience: row.audience,
            language: row.language,
            means: row.means,
            state: row.state,
            attempts: row.attempts,
            unclear: row.unclear,
            last_answer: row.last_answer,
            message_id: row.message_id,
            template: row.template,
            template_hash: row.template_hash,
            parts: serde_json::from_str(&row.parts).unwrap_or_default(),
            caused_by: row.caused_by.map(|event| event.0),
            written_at: row.written_at,
            queued_at: row.queued_at,
            edited_at: row.edited_at,
            sent_at: row.sent_at,
            content,
        }
    }
}

/// A request's letters, without what they say.
#[utoipa::path(get, path = "/api/v1/requests/{id}/letters", tag = "letters", operation_id = "listLetters",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference")),
    responses((status = 200, description = "The letters", body = Letters), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let conn = app.store.db.read();
    let request = Named::parse(&name)?.find(conn, &by.reach).await?;
    let rows = of_request(conn, request.id).await?;
    Ok(HttpResponse::Ok().json(Letters { items: rows.into_iter().map(|row| LetterView::of(row, None)).collect() }))
}

/// One letter. What it says and to whom is shown for a purpose, which is recorded.
#[utoipa::path(get, path = "/api/v1/requests/{id}/letters/{letter}", tag = "letters", operation_id = "getLetter",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("letter" = Uuid, Path, description = "The letter's id"), RevealQuery),
    responses((status = 200, description = "The letter", body = LetterView), described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<RequestsRead>,
    path: Path<(String, String)>,
    query: Query<RevealQuery>,
) -> Result<HttpResponse, Problem> {
    let (name, letter) = path.into_inner();
    let look = Look::at(&app, &by, &name, "letter", query).await?;
    let row = find(&app, &by.reach, &look.request, &letter).await?;
    let content = match said(&app, &look, &row).await? {
        Some(said) => Some(Content { passages: passages(&row, &said)?, ..Content::from(said) }),
        None => None,
    };
    Ok(HttpResponse::Ok().json(LetterView::of(row, content)))
}

/// One letter on paper, as a PDF that a screen reader can read as well. That it is printed is recorded first.
#[utoipa::path(get, path = "/api/v1/requests/{id}/letters/{letter}/pdf", tag = "letters", operation_id = "printLetter",
    security(("client_credentials" = ["requests:reveal"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("letter" = Uuid, Path, description = "The letter's id")),
    responses((status = 200, description = "The letter", content_type = "application/pdf", body = String),
              (status = 409, description = "`not_printable`: it was sent by other means, or its script is not one that can \
               be printed", body = crate::problem::ProblemBody, content_type = "application/problem+json"),
              described::Reading))]
pub async fn print(
    app: Data<App>,
    by: Caller<RequestsReveal>,
    path: Path<(String, String)>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let (name, letter) = path.into_inner();
    printed(&app, &by, &name, &letter).await
}

/// The letter of this id, if it is about this request.
///
/// # Errors
/// There is none, or the database fails.
pub async fn find(app: &App, reach: &Reach, request: &Request, letter: &str) -> Result<Letter, Problem> {
    let id = named::id(letter).ok_or_else(|| Problem::not_found("letter"))?;
    let row = by_id(app.store.db.read(), reach, LetterId(id)).await?;
    row.filter(|row| row.request_id == Some(request.id)).ok_or_else(|| Problem::not_found("letter"))
}

/// What a letter says, where whoever looks may see it. A link is for the person alone: whoever holds it proves to be that person.
///
/// # Errors
/// The database fails, or something sealed does not open.
pub async fn said(app: &App, look: &Look, row: &Letter) -> Result<Option<Words>, Problem> {
    if !look.is_clear() || row.text_sealed.is_none() || row.kind.lets_in() {
        return Ok(None);
    }
    Ok(Some(words(app.store.db.read(), &app.store.safe, row).await?))
}

/// One letter on paper, as an answer that is to be saved. That it is printed is recorded first.
///
/// # Errors
/// There is no such letter within reach, or it cannot be printed.
pub async fn printed(
    app: &App,
    by: &Caller<RequestsReveal>,
    name: &str,
    letter: &str,
) -> Result<HttpResponse, Problem> {
    let conn = app.store.db.read();
    let request = Named::parse(name)?.find(conn, &by.reach).await?;
    let row = find(app, &by.reach, &request, letter).await?;
    let language = row.language.parse().ok().filter(|_| row.text_sealed.is_some());
    let not_printable = |why: String| Problem::new(codes::NOT_PRINTABLE, why);
    let language = language.ok_or_else(|| not_printable("the letter was sent by other means".to_owned()))?;
    if row.kind.lets_in() {
        return Err(not_printable("its link is for the person alone".to_owned()));
    }
    let said = words(conn, &app.store.safe, &row).await?;
    let pdf = letters::pdf::print(language, &said.subject, &joined(&said.sections));
    let pdf = pdf.map_err(|error| not_printable(error.to_string()))?;
    reveal::record(app, by, &request, &format!("letter/{}", row.id), &Purpose::read("purpose", "print")?).await?;
    let file = format!("attachment; filename=\"{}-{}.pdf\"", request.reference, row.kind);
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header((header::CONTENT_DISPOSITION, file)).body(pdf))
}

/// What to look at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LetterPreview)]
pub struct Preview {
    /// The kind of letter.
    #[schema(schema_with = schema::letter_kind)]
    kind: String,
    /// How the request would end, for answers.
    #[schema(schema_with = schema::outcome)]
    outcome: Option<String>,
}

/// A letter as it would be written now. Nothing is written, and its link leads nowhere. The look is recorded as any other.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters/preview", tag = "letters", operation_id = "previewLetter",
    security(("client_credentials" = ["requests:reveal"])),
    params(("id" = String, Path, description = "The request's id or reference")),
    request_body = Preview,
    responses((status = 200, description = "The letter", body = Content), described::Reading))]
pub async fn preview(
    app: Data<App>,
    by: Caller<RequestsReveal>,
    name: Path<String>,
    _req: HttpRequest,
    body: Unread,
) -> Result<HttpResponse, Problem> {
    let (given, _) = body.json::<Preview>().await?;
    let mut faults = Faults::default();
    let known = LetterKind::ALL.iter().map(|kind| kind.as_str());
    let kind = faults.word::<LetterKind>("kind", "unknown_kind", &given.kind, known);
    let outcomes = || Outcome::ALL.iter().map(|outcome| outcome.as_str());
    let outcome =
        given.outcome.as_deref().map(|given| faults.word::<Outcome>("outcome", "unknown_outcome", given, outcomes()));
    let kind = faults.finish(kind)?;
    let look = look_before(&app, &by, &name).await?;
    match drafted(&app, &look, kind, outcome.flatten()).await? {
        Ok(draft) => {
            let (subject, text, html) = (draft.subject, draft.text, draft.html);
            Ok(HttpResponse::Ok().json(Content { recipient: None, subject, text, html, passages: None }))
        }
        Err(Missing(missing)) => {
            let detail = format!("the letter cannot be written; it lacks {}", missing.join("; "));
            Err(Problem::new(codes::LETTER_INCOMPLETE, detail))
        }
    }
}

/// A look at a letter before it is written: recorded as any other.
///
/// # Errors
/// There is no such request within reach, or its data has been erased.
pub async fn look_before(app: &App, by: &Caller<RequestsReveal>, name: &str) -> Result<Look, Problem> {
    let purpose = Query::of(RevealQuery { reveal: Some("preview".to_owned()) });
    Look::at(app, by, name, "letter_preview", purpose).await
}

/// A letter as it would be written now, or what it lacks. Nothing is written, and its link leads nowhere.
///
/// # Errors
/// The database fails, or something sealed does not open.
pub async fn drafted(
    app: &App,
    look: &Look,
    kind: LetterKind,
    outcome: Option<Outcome>,
) -> Result<Result<Draft, Missing>, Problem> {
    let conn = app.store.db.read();
    let controller = controller::queries::by_id(conn, look.request.controller_id).await?;
    let controller = controller.ok_or_else(|| Problem::not_found("controller"))?;
    let about = Subject { controller: &controller, request: &look.request, key: look.opened()? };
    let order = Order { kind, outcome, preview: true };
    Ok(compose(conn, &app.store, about, order).await?.map(|composed| composed.draft))
}
