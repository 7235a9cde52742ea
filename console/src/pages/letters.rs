//! `/console/requests/{name}/letters`: writing a letter, after a look at what it would say.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::{RequestsDecide, RequestsReveal};
use api::decision::Decision;
use api::named::Named;
use api::views::letters::{drafted, look_before};
use askama::Template;
use entities::client::scope::Scope;
use entities::letter::kind::{Audience, LetterKind};
use entities::letter::owe::answer_to;
use entities::request::status::{Outcome, RequestEvent, RequestStatus};
use entities::request::table::Model;
use letters::markup::joined;
use serde::Deserialize;

use crate::decide::{self, decide};
use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};
use crate::written::{self, PartRow, Shown};

#[derive(Template)]
#[template(path = "letters.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    faults: Faults,
    kinds: Vec<Choice>,
    outcomes: Vec<Choice>,
    may_decide: bool,
    may_link: bool,
}

#[derive(Template)]
#[template(path = "letter-preview.html")]
struct Preview {
    s: Shell,
    tie: Tie,
    reference: String,
    kind: String,
    word: &'static str,
    subject: String,
    blocks: Vec<Shown>,
    parts: Vec<PartRow>,
    lacks: Vec<(String, String)>,
    may_write: bool,
    may_hold: bool,
    is_late: bool,
}

/// How an answer can be looked at: as if the request ended so.
const ENDS: [Outcome; 3] = [Outcome::Fulfilled, Outcome::PartiallyFulfilled, Outcome::NoDataFound];

/// What is filled in.
#[derive(Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    outcome: String,
    /// `yes`, if it is to be held back once it is written.
    #[serde(default)]
    hold: String,
}

/// The kinds of letters that one can write to the person about a request.
fn kinds(request: &Model) -> impl Iterator<Item = LetterKind> + use<> {
    let answer = answer_to(request.right);
    let all = LetterKind::ALL.iter().copied();
    all.filter(move |kind| {
        kind.audience() == Audience::Person && !kind.lets_in() && (!kind.is_answer() || *kind == answer)
    })
}

/// What can be written.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    name: Path<String>,
) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    page::show(&page_of(&app, &officer, &request, &Fields::default(), Faults::default()).await?)
}

/// A letter as it would be written now, or what it lacks. Nothing is written; that somebody looked is.
///
/// # Errors
/// The request is not within the reach of who may reveal, or its data has been erased.
pub async fn preview(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    name: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let Ok(kind) = form.fields.kind.parse::<LetterKind>() else {
        let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
        let says = officer.visitor().words.t("letters-kind-missing");
        let page = page_of(&app, &officer, &request, &form.fields, Faults::one("kind", says)).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let outcome = form.fields.outcome.parse::<Outcome>().ok();
    let look = look_before(&app, &officer.by, &name).await?;
    let drafted = drafted(&app, &look, kind, outcome).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let request = &look.request;
    let (subject, blocks, parts, lacks) = match drafted {
        Ok(draft) => {
            let parts = written::parts(&s, &draft.demands, &draft.parts);
            (draft.subject, written::shown(&joined(&draft.sections)), parts, Vec::new())
        }
        Err(missing) => {
            let lacks = missing.0.iter().map(|it| written::lacking(&s, it)).collect();
            (String::new(), Vec::new(), Vec::new(), lacks)
        }
    };
    let is_late = kind.is_answer() && request.status != RequestStatus::Answering;
    let may_write = lacks.is_empty() && !is_late && officer.may(Scope::RequestsDecide, request.controller_id);
    page::show(&Preview {
        tie: decide::tie(&app, officer.reach(), request).await?,
        reference: request.reference.clone(),
        kind: s.word("letter", kind.as_str()),
        word: kind.as_str(),
        subject,
        blocks,
        parts,
        may_write,
        may_hold: may_write && !kind.is_answer(),
        lacks,
        is_late,
        s,
    })
}

/// Writes the letter, and has it sent or held back.
///
/// # Errors
/// The request is not within reach or has changed since, there is no occasion for the letter, or it lacks something.
pub async fn write(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    name: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let kind = form.fields.kind.parse().map_err(|_| Refused::Malformed)?;
    let holds = form.fields.hold == "yes";
    let done = if holds { "letter-held" } else { "letter-written" };
    decide(&app, &officer, &name, &form, Decision::WriteLetter(kind, Some(holds)), done).await
}

/// Sends a new link by which the person proves who they are.
///
/// # Errors
/// The request is not within reach or has changed since, or identity is not in question.
pub async fn identity_link(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    name: Path<String>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    decide(&app, &officer, &name, &form, Decision::SendIdentityLink, "link-sent").await
}

async fn page_of(
    app: &App,
    officer: &Officer<RequestsReveal>,
    request: &Model,
    fields: &Fields,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let may_decide = officer.may(Scope::RequestsDecide, request.controller_id);
    let kinds = kinds(request).map(|kind| kind.as_str());
    let ends = ENDS.iter().map(|outcome| outcome.as_str());
    Ok(Page {
        tie: decide::tie(app, officer.reach(), request).await?,
        reference: request.reference.clone(),
        kinds: Choice::words(&s, "letters-kind-choose", "letter", kinds, Some(&fields.kind)),
        outcomes: Choice::words(&s, "letters-as-it-stands", "outcome", ends, Some(&fields.outcome)),
        may_link: may_decide && request.status.transition(RequestEvent::IdentityProven).is_ok(),
        may_decide,
        faults,
        s,
    })
}
