//! Switching a subscriber off and on, and removing it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::idempotency::queries::Answer;
use entities::subscriber::manage;
use entities::subscriber::table::{DisabledFor, Model as Subscriber};

use super::view::SubscriberView;
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::decision::Nothing;
use crate::problem::{Problem, described};

/// Tells a subscriber nothing any more, until it is enabled. What waits is abandoned, what happens meanwhile is noted: both can
/// be replayed.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/disable", tag = "subscribers",
    operation_id = "disableSubscriber", security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Nothing,
    responses((status = 200, description = "As it is now", body = SubscriberView, headers(("ETag" = String))),
              described::Managing))]
pub async fn disable(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked
        .change(
            &app,
            &by,
            &name,
            |Nothing {}| Ok(()),
            async |txn, row: Subscriber, ()| {
                Ok((manage::disable(txn, app.store.now(), &by.actor, &row, DisabledFor::Decided).await?, None))
            },
        )
        .await
}

/// Tells a subscriber again what happens from now on. What it missed is sent by `replay`.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/enable", tag = "subscribers",
    operation_id = "enableSubscriber", security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Nothing,
    responses((status = 200, description = "As it is now", body = SubscriberView, headers(("ETag" = String))),
              described::Managing))]
pub async fn enable(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked
        .change(
            &app,
            &by,
            &name,
            |Nothing {}| Ok(()),
            async |txn, row: Subscriber, ()| Ok((manage::enable(txn, app.store.now(), &by.actor, &row).await?, None)),
        )
        .await
}

/// Removes a subscriber for good, with its keys.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/remove", tag = "subscribers",
    operation_id = "removeSubscriber", security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Nothing,
    responses((status = 200, description = "An empty object: it is gone", body = Object), described::Managing))]
pub async fn remove(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked
        .about(
            &app,
            &by,
            &name,
            |Nothing {}| Ok(()),
            async |txn, row: Subscriber, ()| {
                manage::remove(txn, app.store.now(), &by.actor, &row).await?;
                Ok(Answer { status: 200, location: None, body: "{}".to_owned() })
            },
        )
        .await
}
