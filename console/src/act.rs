//! Doing something by a form that is no decision about a request: setting up, giving a new secret, taking a right away. Done once,
//! however often the form is sent.

use actix_web::HttpResponse;
use api::app::App;
use api::auth::scopes::Needs;
use api::idempotency::at_most_once;
use api::problem::Problem;
use entities::db::Txn;
use entities::idempotency::queries::Answer;

use crate::form::Form;
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;

/// Holds a form to the version that its page showed.
///
/// # Errors
/// Somebody changed the thing since.
pub fn unchanged<T>(form: &Form<T>, version: i64) -> Result<(), Refused> {
    if form.expected().allows(version) { Ok(()) } else { Err(Problem::stale(version).into()) }
}

/// What came of a form.
pub struct Done<R> {
    /// What the work says; nothing if this very form had been sent before, and all was done then.
    pub now: Option<R>,
    /// Where one goes on.
    pub then: OwnPath,
}

/// Does the work of a form, which says what came of it and where one goes on.
///
/// # Errors
/// What the work says.
pub async fn once<T, S: Needs, R>(
    app: &App,
    officer: &Officer<S>,
    form: &Form<T>,
    work: impl AsyncFnOnce(&Txn) -> Result<(R, String), Refused>,
) -> Result<Done<R>, Refused> {
    let (mut now, mut refused) = (None, None);
    let taken = at_most_once(app, officer.id(), &form.call, &form.raw, async |txn: &Txn| match work(txn).await {
        Ok((done, then)) => {
            now = Some(done);
            Ok(Answer { status: 303, location: Some(then), body: String::new() })
        }
        Err(why) => {
            refused = Some(why);
            // Never seen: it only has nothing kept of this try.
            Err(Problem::busy())
        }
    })
    .await;
    match (taken, refused) {
        (_, Some(why)) => Err(why),
        (Err(problem), None) => Err(problem.into()),
        (Ok((answer, _)), None) => Ok(Done { now, then: OwnPath::read(&answer.location.unwrap_or_default()) }),
    }
}

/// The same for work that leaves nothing to show but the page one goes on to.
///
/// # Errors
/// What the work says.
pub async fn act<T, S: Needs>(
    app: &App,
    officer: &Officer<S>,
    form: &Form<T>,
    then: String,
    work: impl AsyncFnOnce(&Txn) -> Result<(), Refused>,
) -> Result<HttpResponse, Refused> {
    let done = once(app, officer, form, async |txn: &Txn| work(txn).await.map(|()| ((), then))).await?;
    Ok(page::go_to(&done.then))
}
