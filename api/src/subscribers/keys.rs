//! `POST /api/v1/subscribers/{subscriber}/rotate`: a new key, beside which the old one signs for a day.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::subscriber::manage;
use serde::Deserialize;
use utoipa::ToSchema;

use super::asked::Asked;
use super::make::{version, with_secret};
use super::view::SubscriberView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::fields::Faults;
use crate::problem::{Problem, described};
use crate::schema;

/// A new key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyRotation)]
pub struct Rotating {
    /// `v1` (HMAC-SHA256) or `v1a` (Ed25519); `v1` if left away.
    #[schema(schema_with = schema::signing_version)]
    signs: Option<String>,
}

/// Gives a subscriber a new key. The answer shows what it verifies with, once. For 24 hours every message carries a signature
/// by the old key as well, so that the subscriber can change at its leisure.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/rotate", tag = "subscribers",
    operation_id = "rotateSubscriberKey", security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Rotating,
    responses((status = 200, description = "As it is now. The secret is shown this once", body = SubscriberView,
               headers(("ETag" = String))), described::Managing))]
pub async fn rotate(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let read = |given: Rotating| {
        let mut faults = Faults::default();
        let version = version(&mut faults, given.signs.as_deref());
        faults.finish(version)
    };
    let mut made = None;
    let kept = asked
        .about(&app, &by, &name, read, async |txn, row, version| {
            let (row, secret) = manage::rotate(txn, &app.store, &by.actor, &row, version).await?;
            let view = SubscriberView::of(&app, &**txn, row).await?;
            let answer = view.answer(200)?;
            made = Some(view.showing(&secret));
            Ok(answer)
        })
        .await?;
    Ok(with_secret(kept, made))
}
