//! `POST /api/v1/requests`: takes a data subject request in. Once it is answered, nothing can lose it.
//!
//! What it costs: one statement for the caller, one for the controller, and one transaction of five inserts (the request, its
//! key, its identifiers, its events, its first step), or of seven statements if it comes with an idempotency key.

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::controller;
use entities::request::file::file;

use super::parse::FileRequest;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsFile;
use crate::idempotency::{Call, once};
use crate::json::Unread;
use crate::problem::{Problem, described};
use crate::request_view::{RequestView, location};

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
    // A slug is short and printable. Whatever else is asked for is not worth a query, nor fit for one.
    let askable = given.controller.len() <= 100 && given.controller.bytes().all(|byte| byte.is_ascii_graphic());
    let found =
        if askable { controller::queries::by_slug(app.store.db.read(), &given.controller).await? } else { None };
    let within = found.filter(|found| by.reach.covers(found.id));
    let new = given.read(within.as_ref(), app.store.now())?; // from here on, domain types only
    let controller = within.ok_or_else(|| Problem::not_found("controller"))?;
    let mut draws = 0;
    loop {
        let outcome = once(&app, by.client, &call, &raw, async |txn| {
            let request = file(txn, &app.store, &by.actor, by.client, &controller, new.clone()).await?;
            let place = location(&request);
            RequestView::with_controller(request, controller.slug.clone()).answer(201, Some(place))
        })
        .await;
        draws += 1;
        match outcome {
            Err(problem) if problem.is_collision() && draws < DRAWS => {}
            outcome => return outcome,
        }
    }
}
