//! `/console/requests/{name}/tasks`: setting a task about a request, and ticking one off.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsWork;
use api::decision::Decision;
use api::decisions::work::{LONGEST_TASK, task_id};
use api::named::Named;
use askama::Template;
use entities::id::ClientId;
use entities::request::decide::NewTask;
use entities::request::table::Model;
use entities::task::table::TaskKind;
use jiff::civil::Date;
use serde::Deserialize;

use crate::colleagues;
use crate::decide::{self, decide_at_any};
use crate::faults::{self, Faults};
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "task.html")]
struct Page {
    s: Shell,
    tie: Tie,
    reference: String,
    faults: Faults,
    kinds: Vec<Choice>,
    people: Vec<Choice>,
    words: String,
    until: String,
}

/// What is filled in.
#[derive(Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    assignee: String,
    #[serde(default)]
    until: String,
}

/// The form.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<RequestsWork>, name: Path<String>) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    page::show(&page_of(&app, &officer, &request, &Fields::default(), Faults::default()).await?)
}

/// Sets the task. What happened meanwhile makes no difference: a task decides nothing.
///
/// # Errors
/// The request is not within reach, or its data has been erased.
pub async fn send(
    app: Data<App>,
    officer: Officer<RequestsWork>,
    name: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let request = Named::parse(&name)?.find(app.store.db.read(), officer.reach()).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    match read(&s, &request, &form.fields) {
        Ok(task) => decide_at_any(&app, &officer, &name, &form, Decision::AddTask(task), "task-added").await,
        Err(faults) => {
            let page = page_of(&app, &officer, &request, &form.fields, faults).await?;
            page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Ticks a task off.
///
/// # Errors
/// The request is not within reach, has no such task, or that was done before.
pub async fn done(
    app: Data<App>,
    officer: Officer<RequestsWork>,
    names: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (name, task) = names.into_inner();
    let task = Decision::FinishTask(task_id(&task)?);
    decide_at_any(&app, &officer, &name, &form, task, "task-done").await
}

fn read(s: &Shell, request: &Model, given: &Fields) -> Result<NewTask, Faults> {
    let mut wrong = Faults::default();
    let kind = given.kind.parse::<TaskKind>();
    if kind.is_err() {
        wrong.add("kind", s.t("task-kind-missing"));
    }
    if let Some(says) = faults::of_text(s.w, &given.words, s.t("task-words-missing"), LONGEST_TASK) {
        wrong.add("words", says);
    }
    let assignee = given.assignee.parse::<ClientId>().ok();
    let until = match given.until.trim() {
        "" => None,
        day => match day.parse::<Date>() {
            Ok(day) if day < s.dates_of(request.controller_id).date(s.now) => {
                wrong.add("until", s.t("task-until-past"));
                None
            }
            Ok(day) => Some(day),
            Err(_) => {
                wrong.add("until", s.t("task-until-none"));
                None
            }
        },
    };
    match kind {
        Ok(kind) if wrong.is_empty() => Ok(NewTask { kind, words: given.words.trim().to_owned(), assignee, until }),
        _ => Err(wrong),
    }
}

async fn page_of(
    app: &App,
    officer: &Officer<RequestsWork>,
    request: &Model,
    fields: &Fields,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let tie = decide::tie(app, officer.reach(), request).await?;
    let kinds = TaskKind::ALL.iter().map(|kind| kind.as_str());
    Ok(Page {
        kinds: Choice::words(&s, "task-kind-choose", "task", kinds, Some(&fields.kind)),
        people: colleagues::of(app, request, s.t("task-for-anybody"), &fields.assignee).await?,
        reference: request.reference.clone(),
        faults,
        words: fields.words.clone(),
        until: fields.until.clone(),
        tie,
        s,
    })
}
