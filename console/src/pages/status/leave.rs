//! `POST /status/leave`: the session ends.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use entities::guest::status;

use crate::form::{Form, Nothing};
use crate::guest::{Door, Person, let_out};
use crate::refused::Refused;

/// Ends the session.
///
/// # Errors
/// The database fails.
pub async fn send(app: Data<App>, person: Person, _: Form<Nothing>) -> Result<HttpResponse, Refused> {
    status::leave(&app.store, &person.visit, person.request, &person.decider()).await?;
    Ok(let_out(person.visitor(), Door::Status))
}
