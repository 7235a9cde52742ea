//! `/console/requests/new`: filing a request that came in by mail, telephone or across the counter. First the form, then a page to
//! check what was understood, then it is filed.
//!
//! How each identifier is understood is shown while it is typed, where scripts run.
//!
//! What is known of the person goes to and fro in forms and stands in no address. Nothing is stored before the last step: the page
//! to check carries all that was filled in along with it.

mod draft;
mod fault;
mod form_page;
mod review;
mod understood;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::RequestsFile;
use api::idempotency::at_most_once;
use api::problem::{FieldError, Problem};
use entities::client::scope::Scope;
use entities::controller::table::Model as Controller;
use entities::db::Txn;
use entities::idempotency::queries::Answer;
use entities::request::file::{Filing, NewRequest};

use self::draft::Draft;
use crate::form::Form;
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

/// References are drawn at random; that two are the same three times in a row does not happen.
const DRAWS: usize = 3;

/// The empty form.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<RequestsFile>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let draft = Draft::empty(&s, &within(&s, &officer));
    page::show(&form_page::of(s, &officer, draft, Vec::new()))
}

/// One step on: a row more, the page to check, back to the form, or filed.
///
/// # Errors
/// The database fails.
pub async fn send(app: Data<App>, officer: Officer<RequestsFile>, form: Form<Draft>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let draft = form.fields.clone().tidied();
    match draft.go.as_str() {
        "row" => return page::show(&form_page::of(s, &officer, draft.with_row(), Vec::new())),
        "correction" => return page::show(&form_page::of(s, &officer, draft.with_correction(), Vec::new())),
        // What was typed is looked at while it is typed.
        "edit" | "look" => return page::show(&form_page::of(s, &officer, draft, Vec::new())),
        _ => {}
    }
    let controller = within(&s, &officer).into_iter().find(|row| row.slug == draft.controller).cloned();
    let read = match read(&app, &officer, &draft, controller.as_ref()) {
        Ok(new) => controller.map(|controller| (new, controller)).ok_or_else(Refused::not_found)?,
        Err(problem) if !problem.errors().is_empty() => {
            let page = form_page::of(s, &officer, draft, problem.errors().to_vec());
            return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(problem) => return Err(problem.into()),
    };
    let (new, controller) = read;
    match review::of(&app, s, &officer, &controller, &draft, &new).await {
        Ok(page) if draft.go != "file" => page::show(&page),
        Ok(_) => write(&app, &officer, &form, draft.is_test(), &controller, &new).await,
        // The law knows no such right: what was filled in goes back to be changed.
        Err(Refused::Problem(problem)) if !problem.errors().is_empty() => {
            let s = Shell::of(&app, officer.visitor()).await?;
            let page = form_page::of(s, &officer, draft, problem.errors().to_vec());
            page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(refused) => Err(refused),
    }
}

/// The controllers for which this officer may file, by name.
fn within<'a>(s: &'a Shell, officer: &Officer<RequestsFile>) -> Vec<&'a Controller> {
    let mut rows: Vec<_> = s.controllers.values().filter(|row| officer.reach().covers(row.id)).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

/// What was filled in, read as the API reads it.
fn read(
    app: &App,
    officer: &Officer<RequestsFile>,
    draft: &Draft,
    controller: Option<&Controller>,
) -> Result<NewRequest, Problem> {
    let given = draft.as_call(controller)?;
    let may_decide = controller.is_some_and(|row| officer.may(Scope::RequestsDecide, row.id));
    if given.says_who_it_is() && !may_decide {
        // To say that a person is proven is a decision, also where it comes along with the request.
        let (field, code) = ("identity.method".to_owned(), "not_yours".into());
        return Err(Problem::fields(vec![FieldError { field, code, detail: String::new(), known: None }]));
    }
    given.read(controller, app.store.now())
}

/// Files it, once for each form, and goes to its page.
async fn write(
    app: &App,
    officer: &Officer<RequestsFile>,
    form: &Form<Draft>,
    is_test: bool,
    controller: &Controller,
    new: &NewRequest,
) -> Result<HttpResponse, Refused> {
    let mut draws = 0;
    loop {
        let filed = at_most_once(app, officer.id(), &form.call, &form.raw, async |txn: &Txn| {
            let filing = Filing::prepare(&app.store, officer.id(), controller, new.clone())?;
            let filing = if is_test { filing.as_test() } else { filing };
            filing.write(txn, &officer.by.actor).await?;
            let then = format!("/console/requests/{}?done=filed", filing.request().reference);
            Ok(Answer { status: 303, location: Some(then), body: String::new() })
        });
        draws += 1;
        match filed.await {
            Err(problem) if problem.is_collision() && draws < DRAWS => {}
            Err(problem) => return Err(problem.into()),
            Ok((answer, _)) => return Ok(page::go_to(&OwnPath::read(answer.location.as_deref().unwrap_or_default()))),
        }
    }
}
