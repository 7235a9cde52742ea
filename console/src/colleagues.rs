//! Those who work on a controller's requests, to choose one from.

use api::app::App;
use entities::client::scope::Scope;
use entities::officer::queries::active;
use entities::officer::role::holders;
use entities::request::table::Model;
use sea_orm::DbErr;

use crate::parts::Choice;

/// The officers who can have this request, by name, after one choice that stands for none of them.
///
/// # Errors
/// The database fails.
pub async fn of(app: &App, request: &Model, none: String, chosen: &str) -> Result<Vec<Choice>, DbErr> {
    let conn = app.store.db.read();
    let here = holders(conn, request.controller_id, Scope::RequestsWork).await?;
    let people: Vec<_> = active(conn, here).await?.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let people = people.iter().map(|(id, name)| (id.as_str(), name.clone()));
    Ok(Choice::among(none, people, Some(chosen)))
}
