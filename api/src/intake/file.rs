//! `POST /api/v1/requests`: takes a data subject request in. Once it is answered, nothing can lose it.
//!
//! What it costs: one statement for the caller, one for the controller, and its share of a transaction that writes all
//! requests of the same instant in one round trip.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::controller;
use entities::request::file::Filing;

use super::parse::FileRequest;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::{RequestsDecide, RequestsFile};
use crate::idempotency::{Call, Key, once_foretold, respond};
use crate::json::Unread;
use crate::problem::{Problem, described};
use crate::request_view::{RequestView, location};
use crate::together::{Intake, Item, Written};

/// References are drawn at random; that two are the same three times in a row does not happen.
const DRAWS: usize = 3;

/// Files a request. Repeat it with the same `Idempotency-Key` if the answer is lost.
#[utoipa::path(post, path = "/api/v1/requests", tag = "requests", operation_id = "fileRequest",
    security(("client_credentials" = ["requests:file"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = FileRequest,
    responses(
        (status = 201, description = "Filed. `Location` names it, `ETag` its version", body = RequestView,
         headers(("Location" = String), ("ETag" = String), ("Idempotent-Replay" = Option<String>))),
        described::Filing))]
pub async fn submit(
    app: Data<App>,
    by: Caller<RequestsFile>,
    call: Call,
    body: Unread,
) -> Result<HttpResponse, Problem> {
    let (given, raw) = body.json::<FileRequest>().await?;
    if given.says_who_it_is() {
        // To say that a person is proven is a decision, also where it comes along with the request.
        by.also::<RequestsDecide>()?;
    }
    // A slug is short and printable. Whatever else is asked for is not worth a query, nor fit for one.
    let askable = given.controller.len() <= 100 && given.controller.bytes().all(|byte| byte.is_ascii_graphic());
    let found =
        if askable { controller::queries::by_slug(app.store.db.read(), &given.controller).await? } else { None };
    let is_test = given.test;
    let within = found.filter(|found| by.reach.covers(found.id));
    let new = given.read(within.as_ref(), app.store.now())?; // from here on, domain types only
    let controller = within.ok_or_else(|| Problem::not_found("controller"))?;
    let key = Key::of(&app, &call, &raw)?;
    let mut draws = 0;
    loop {
        let filing = Filing::prepare(&app.store, by.client, &controller, new.clone())?;
        let filing = if is_test { filing.as_test() } else { filing };
        let place = location(filing.request());
        let view = RequestView::with_controller(filing.request().clone(), controller.slug.clone(), app.store.now());
        let answer = view.answer(201, Some(place))?;
        let intake = Arc::new(Intake { filing, by: by.actor.clone(), client: by.client, key: key.clone(), answer });
        match app.together.write(Item::Request(intake.clone())).await {
            Written::Yes => return Ok(respond(intake.answer.clone(), false)),
            Written::Unknown if key.is_none() => {
                return Err(Problem::internal(anyhow::anyhow!("the answer to a commit was lost")));
            }
            Written::No | Written::Unknown => {}
        }
        let alone = once_foretold(&app, by.client, key.as_ref(), &intake.answer, async |txn| {
            Ok(intake.filing.write(txn, &intake.by).await?)
        });
        draws += 1;
        match alone.await {
            Err(problem) if problem.is_collision() && draws < DRAWS => {}
            outcome => return outcome,
        }
    }
}
