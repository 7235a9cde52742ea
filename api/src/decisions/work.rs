//! Working on a request with others: notes, tasks, and who has it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::id::{ClientId, TaskId};
use entities::request::decide::NewTask;
use entities::task::table::TaskKind;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsWork;
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, Nothing};
use crate::fields::Faults;
use crate::named;
use crate::problem::{Problem, described};
use crate::schema;

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 4000;
/// The longest description of a task, in characters.
pub const LONGEST_TASK: usize = 1000;

/// A note. Its words are stored sealed under the request's key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewNote)]
pub struct Noting {
    /// What is noted.
    #[schema(min_length = 1, max_length = 4000)]
    words: String,
}

impl Noting {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let words = faults.text("words", &self.words, LONGEST_NOTE);
        faults.finish(words.map(Decision::Note))
    }
}

/// Something that is to be done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTask)]
pub struct Setting {
    /// What kind of thing. Whoever sees the request sees it.
    #[schema(schema_with = schema::task_kind)]
    kind: String,
    /// What exactly; stored sealed under the request's key.
    #[schema(min_length = 1, max_length = 1000)]
    words: String,
    /// The officer who is to do it; anybody, if left away.
    #[schema(value_type = Option<Uuid>)]
    assignee: Option<String>,
    /// The last day for it, in the controller's time zone. Not in the past.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<String>,
}

impl Setting {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let known = TaskKind::ALL.iter().map(|kind| kind.as_str());
        let kind = faults.word::<TaskKind>("kind", "unknown_task_kind", &self.kind, known);
        let words = faults.text("words", &self.words, LONGEST_TASK);
        let until = self.until.as_deref().and_then(|given| faults.day("until", given));
        let assignee = self.assignee.as_deref().and_then(|given| officer(&mut faults, "assignee", given));
        let read = || Some(Decision::AddTask(NewTask { kind: kind?, words: words?, assignee, until }));
        faults.finish(read())
    }
}

/// Who is to have a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Assignment)]
pub struct Assigning {
    /// The officer; nobody, if null or left away.
    #[schema(value_type = Option<Uuid>)]
    to: Option<String>,
}

impl Assigning {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let to = self.to.as_deref().and_then(|given| officer(&mut faults, "to", given));
        faults.finish(Some(Decision::Assign(to)))
    }
}

fn officer(faults: &mut Faults, field: &str, given: &str) -> Option<ClientId> {
    let id = named::id(given).map(ClientId);
    if id.is_none() {
        faults.add(field, "not_an_id", "is the id of an officer");
    }
    id
}

/// The task that a path names.
///
/// # Errors
/// It is no id.
pub fn task_id(text: &str) -> Result<TaskId, Problem> {
    named::id(text).map(TaskId).ok_or_else(|| Problem::not_found("task"))
}

/// Notes something on a request, for whoever works on it. A note is never changed; it goes with the request's data.
#[utoipa::path(post, path = "/api/v1/requests/{id}/notes", tag = "work", operation_id = "addNote",
    security(("client_credentials" = ["requests:work"])),
    params(("id" = String, Path, description = "The request's id or reference"), DecisionHeaders, DecisionQuery),
    request_body = Noting, responses(Decided, described::Deciding))]
pub async fn note(
    app: Data<App>,
    by: Caller<RequestsWork>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Noting::read).await
}

/// Sets a task. It holds up neither the service's own work nor any date.
#[utoipa::path(post, path = "/api/v1/requests/{id}/tasks", tag = "work", operation_id = "addTask",
    security(("client_credentials" = ["requests:work"])),
    params(("id" = String, Path, description = "The request's id or reference"), DecisionHeaders, DecisionQuery),
    request_body = Setting, responses(Decided, described::Deciding))]
pub async fn task(
    app: Data<App>,
    by: Caller<RequestsWork>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Setting::read).await
}

/// Ticks a task off.
#[utoipa::path(post, path = "/api/v1/requests/{id}/tasks/{task}/done", tag = "work", operation_id = "finishTask",
    security(("client_credentials" = ["requests:work"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("task" = uuid::Uuid, Path, description = "The task's id"), DecisionHeaders, DecisionQuery),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn done(
    app: Data<App>,
    by: Caller<RequestsWork>,
    names: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, task) = names.into_inner();
    let task = task_id(&task)?;
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::FinishTask(task))).await
}

/// Says who has a request. It gives no right and takes none: whoever may decide may do so whoever has it.
#[utoipa::path(post, path = "/api/v1/requests/{id}/assign", tag = "work", operation_id = "assignRequest",
    security(("client_credentials" = ["requests:work"])),
    params(("id" = String, Path, description = "The request's id or reference"), DecisionHeaders, DecisionQuery),
    request_body = Assigning, responses(Decided, described::Deciding))]
pub async fn assign(
    app: Data<App>,
    by: Caller<RequestsWork>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Assigning::read).await
}
