//! Taking a decision by a form: the API's decision, done once for each form, at the version that the page showed.

use actix_web::HttpResponse;
use api::app::App;
use api::auth::scopes::Needs;
use api::decision::{Decision, take};
use api::etag::IfMatch;
use api::idempotency::at_most_once;
use api::named::Named;
use api::problem::codes;
use entities::client::reach::Reach;
use entities::db::Txn;
use entities::event;
use entities::idempotency::queries::Answer;
use entities::request::table::Model;

use crate::form::Form;
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Tie;

/// Takes a decision about the request of this name and goes back to its page, which says `done`, a word of `request.ftl`
/// (`request-done-<done>`). A form that was sent twice goes to the same page, and does nothing the second time.
///
/// # Errors
/// The request is not within reach of scope `S`, has changed since, or the rules say no.
pub async fn decide<T, S: Needs>(
    app: &App,
    officer: &Officer<S>,
    name: &str,
    form: &Form<T>,
    decision: Decision,
    done: &str,
) -> Result<HttpResponse, Refused> {
    decide_at(app, officer, name, form, &form.expected(), decision, done).await
}

/// The same for what is right whatever happened meanwhile: a note, a task.
///
/// # Errors
/// The request is not within reach of scope `S`, or the rules say no.
pub async fn decide_at_any<T, S: Needs>(
    app: &App,
    officer: &Officer<S>,
    name: &str,
    form: &Form<T>,
    decision: Decision,
    done: &str,
) -> Result<HttpResponse, Refused> {
    decide_at(app, officer, name, form, &IfMatch::any(), decision, done).await
}

async fn decide_at<T, S: Needs>(
    app: &App,
    officer: &Officer<S>,
    name: &str,
    form: &Form<T>,
    expected: &IfMatch,
    decision: Decision,
    done: &str,
) -> Result<HttpResponse, Refused> {
    let request = Named::parse(name)?.find(app.store.db.read(), officer.reach()).await?;
    let decider = officer.by.decider();
    let then = format!("/console/requests/{}?done={done}", request.reference);
    let taken = at_most_once(app, officer.id(), &form.call, &form.raw, async |txn: &Txn| {
        take(app, txn, &decider, request.id, expected, &decision).await?;
        Ok(Answer { status: 303, location: Some(then), body: String::new() })
    })
    .await;
    match taken {
        Ok((answer, _)) => Ok(page::go_to(&OwnPath::read(answer.location.as_deref().unwrap_or_default()))),
        Err(problem) if problem.code() == codes::STALE => Err(Refused::Stale(request.id, form.seen)),
        Err(problem) => Err(problem.into()),
    }
}

/// What ties a form to a request as it stands now.
///
/// # Errors
/// The database fails.
pub async fn tie(app: &App, reach: &Reach, request: &Model) -> Result<Tie, Refused> {
    let seen = event::queries::last_of_request(app.store.db.read(), reach, request.id).await?;
    Ok(Tie { version: request.version, seen })
}
