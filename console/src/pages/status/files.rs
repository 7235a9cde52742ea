//! `POST /status/files/{file}`: the person fetches a file of their export that an officer has handed over. That they do is an
//! event first.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::decisions::files::artifact_id;
use api::problem::Problem;
use api::views::content::Ready;
use entities::artifact::handed::to_person;
use entities::guest::session;
use entities::request::decide::Case;

use crate::form::{Form, Nothing};
use crate::guest::Person;
use crate::refused::Refused;

/// One file, to be saved. It is the answer of a POST, so that no address leads to it.
///
/// # Errors
/// There is no such file of theirs that they may fetch, its data has been erased, or too many are being fetched.
pub async fn fetch(
    app: Data<App>,
    person: Person,
    file: Path<String>,
    _form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let id = artifact_id(&file)?;
    let (request, ..) = person.own(&app).await?;
    let theirs = to_person(app.store.db.read(), &request).await?;
    let file = theirs.iter().find(|row| row.id == id).ok_or_else(Refused::not_found)?;
    let ready = Ready::of(&app, (&app.handouts, request.id.0), &request, file).await?;
    let decider = person.decider();
    let txn = app.store.db.begin().await?;
    // It is asked once more under the request's lock: it may have been taken back since.
    let case = Case::open(&txn, &app.store, &decider, person.request, None).await.map_err(Problem::from)?;
    // So may have been the session, by an address that was corrected: who reads another mailbox gets nothing.
    if !session::is_live(&txn, app.store.now(), person.visit.session).await? {
        return Err(Refused::not_found());
    }
    case.fetch(id).await.map_err(Problem::from)?;
    txn.commit().await?;
    Ok(ready.send())
}
