//! `/console/requests/{name}/history`: all that happened to a request, newest first, page by page.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::{Needs, RequestsRead, RequestsReveal};
use api::problem::{Problem, codes};
use api::query::Query;
use api::reveal::{Look, RevealQuery};
use askama::Template;
use entities::client::scope::Scope;
use entities::event::queries::newest_of_request;
use entities::id::EventId;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::people::People;
use crate::refused::Refused;
use crate::reveal::RevealForm;
use crate::shell::Shell;
use crate::trail::Line;

#[derive(Template)]
#[template(path = "history.html")]
struct Page {
    s: Shell,
    reference: String,
    abouts: Vec<Choice>,
    lines: Vec<Line>,
    is_clear: bool,
    reveal: Option<RevealForm>,
    first: Option<String>,
    next: Option<String>,
}

/// As many lines as a page has.
const SHOWN: usize = 50;

/// What one can look for: its word, and how the kinds of those events begin.
const ABOUT: [(&str, &[&str]); 7] = [
    ("decisions", &["request.", "extension.", "candidate.", "term."]),
    ("dates", &["clock.", "law.", "extension."]),
    ("letters", &["letter.", "addressee.", "inquiry."]),
    ("platform", &["job.", "artifact.", "identifier."]),
    ("work", &["note.", "task.", "question.", "request.assigned"]),
    ("looks", &["personal_data."]),
    ("tickets", &["ticket."]),
];

/// What to show. Words that are not understood show everything, as an old bookmark should.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    about: Option<String>,
    after: Option<String>,
}

/// A page of the history, masked.
///
/// # Errors
/// The request is not within reach, the place to go on from is none, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsRead>,
    name: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let look = Look::at(&app, &officer.by, &name, "history", Query::of(RevealQuery { reveal: None })).await?;
    page::show(&page_of(&app, &officer, look, &asked).await?)
}

/// For what a page of the history is to be shown in the clear, and which.
#[derive(Deserialize)]
pub struct Revealing {
    purpose: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    after: String,
}

/// The same with what people wrote. It is the answer of a POST, so that no address leads to it.
///
/// # Errors
/// The request is not within the reach of who may reveal, its data has been erased, or the database fails.
pub async fn reveal(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    name: Path<String>,
    form: Form<Revealing>,
) -> Result<HttpResponse, Refused> {
    let Revealing { purpose, about, after } = form.fields;
    let query = Query::of(RevealQuery { reveal: Some(purpose) });
    let look = Look::at(&app, &officer.by, &name, "history", query).await?;
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    page::show(&page_of(&app, &officer, look, &Asked { about: given(about), after: given(after) }).await?)
}

async fn page_of<S: Needs>(app: &App, officer: &Officer<S>, look: Look, asked: &Asked) -> Result<Page, Refused> {
    let (conn, request) = (app.store.db.read(), &look.request);
    let s = Shell::of(app, officer.visitor()).await?;
    let about = ABOUT.iter().find(|(word, _)| Some(*word) == asked.about.as_deref());
    let kinds = about.map_or(&[][..], |(_, kinds)| kinds);
    let after = match asked.after.as_deref() {
        None => None,
        Some(id) => Some(id.parse::<EventId>().map_err(|_| invalid())?),
    };
    let mut rows = newest_of_request(conn, officer.reach(), request.id, kinds, after, SHOWN as u64 + 1).await?;
    let has_more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let people = People::load(conn, s.w, rows.iter().filter_map(|row| row.actor.parse().ok())).await?;
    let dates = s.dates_of(request.controller_id);
    let lines = rows.iter().map(|row| Line::of(&s, &dates, &people, &look, row));
    let address = |after: Option<&EventId>| address(&request.reference, asked.about.as_deref(), after);
    let may_reveal = look.key.is_some() && officer.may(Scope::RequestsReveal, request.controller_id);
    let reveal = (may_reveal && !look.is_clear()).then(|| {
        let kept = [("about", &asked.about), ("after", &asked.after)];
        let kept = kept.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        let to = format!("/console/requests/{}/history/reveal", request.reference);
        RevealForm { kept: kept.collect(), ..RevealForm::to(&s, to) }
    });
    Ok(Page {
        reference: request.reference.clone(),
        abouts: Choice::words(&s, "history-all", "about", ABOUT.map(|(word, _)| word), asked.about.as_deref()),
        lines: lines.collect::<Result<_, _>>()?,
        is_clear: look.is_clear(),
        reveal,
        first: asked.after.is_some().then(|| address(None)),
        next: rows.last().filter(|_| has_more).map(|row| address(Some(&row.id))),
        s,
    })
}

fn invalid() -> Refused {
    Problem::new(codes::INVALID_CURSOR, "`after` is the id of an event").into()
}

fn address(reference: &str, about: Option<&str>, after: Option<&EventId>) -> String {
    let mut query = Serializer::new(String::new());
    if let Some(about) = about {
        query.append_pair("about", about);
    }
    if let Some(after) = after {
        query.append_pair("after", &after.to_string());
    }
    let (path, query) = (format!("/console/requests/{reference}/history"), query.finish());
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
