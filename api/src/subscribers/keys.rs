//! `POST /api/v1/subscribers/{subscriber}/rotate`: a new key, beside which the old one signs for a day.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::subscriber::keys::NotMade;
use entities::subscriber::manage;
use entities::subscriber::table::Model as Subscriber;
use serde::Deserialize;
use utoipa::ToSchema;

use super::make::version;
use super::view::SubscriberView;
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::fields::Faults;
use crate::problem::{Problem, codes, described};
use crate::schema;

impl From<NotMade> for Problem {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::TooMany(_) => Self::new(codes::TOO_MANY_KEYS, error.to_string()),
            NotMade::Store(error) => error.into(),
        }
    }
}

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
/// by the old key as well, so that the subscriber can change at its leisure. Five keys sign at once at most: 409
/// `too_many_keys` says from when on another can be made.
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
    asked
        .change(&app, &by, &name, read, async |txn, row: Subscriber, version| {
            let (row, secret) = manage::rotate(txn, &app.store, &by.actor, &row, version).await?;
            Ok((row, Some(secret)))
        })
        .await
}
