//! `POST /regulator/bundle`: the evidence, to be checked offline. Sent by a form, so that nothing fetches it by following links.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::regulator::bundle::stream_of;
use entities::event::bundle::For;
use entities::regulator::look::{self, What};
use entities::regulator::scope;

use crate::form::{Form, Nothing};
use crate::guest::Regulator;
use crate::refused::Refused;

/// The bundle, with who it is for in its signed header.
///
/// # Errors
/// Too many are written already, or the database fails.
pub async fn send(app: Data<App>, regulator: Regulator, _: Form<Nothing>) -> Result<HttpResponse, Refused> {
    let (controller, s) = regulator.shell(&app).await?;
    let row = &regulator.invitation;
    let requests = scope::requests(app.store.db.read(), row).await?;
    look::record(&app.store, row, regulator.visitor().address.clone(), What::Bundle).await?;
    let whom = format!("{}; {} <{}>; invitation {}, {}", row.watermark, row.name, row.address, row.id, row.scope);
    let name = format!("{}-{}.jsonl", controller.slug, s.dates_of(controller.id).date(s.now));
    Ok(stream_of(&app, controller.id, &name, For { whom, requests, invitation: Some(row.id) })?)
}
