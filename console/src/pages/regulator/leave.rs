//! `POST /regulator/leave`: the session ends.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use entities::regulator::sign_in;

use crate::form::{Form, Nothing};
use crate::guest::{Door, Regulator, let_out};
use crate::refused::Refused;

/// Ends the session.
///
/// # Errors
/// The database fails.
pub async fn send(app: Data<App>, regulator: Regulator, _: Form<Nothing>) -> Result<HttpResponse, Refused> {
    let address = regulator.visitor().address.clone();
    sign_in::leave(&app.store, &regulator.visit, &regulator.invitation, address).await?;
    Ok(let_out(regulator.visitor(), Door::Regulator))
}
