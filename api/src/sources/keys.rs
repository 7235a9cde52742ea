//! `POST /api/v1/sources/{source}/rotate`: a new secret, beside which the old one counts for a while.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::source::manage::{self, Rotation};
use entities::source::secrets::setup;
use entities::source::table::Model as Source;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use webhooks::setup::Setup;

use super::view::SourceView;
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::SourcesManage;
use crate::fields::Faults;
use crate::problem::{Problem, described};

/// A day: time to tell the system.
pub const OVERLAP_S: u64 = 24 * 3_600;
/// Longer is no rotation any more.
pub const LONGEST_OVERLAP_S: u64 = 90 * 24 * 3_600;

/// A new secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecretRotation)]
pub struct Rotating {
    /// What its system signs with from now on. If left away, one is made and shown this once.
    #[schema(value_type = Option<String>, min_length = 16)]
    secret: Option<SecretString>,
    /// How long the old one still counts, in seconds; a day if left away.
    #[schema(maximum = 7_776_000)]
    overlap_s: Option<u64>,
    /// Whether the secret before the one in use may end now, if it still counts.
    force: Option<bool>,
}

/// The secret that was given, or one that is made, which is to be shown then.
#[must_use]
pub fn given_or_made(given: Option<SecretString>, signing: &Setup) -> (SecretString, Option<SecretString>) {
    match given {
        Some(given) => (given, None),
        None => {
            let made = signing.generate_secret();
            (made.clone(), Some(made))
        }
    }
}

/// Gives a source a new secret. Beside it the old one counts for a while, and there is room for one: while the one before still
/// counts, a new rotation is refused unless `force` says that it may end.
#[utoipa::path(post, path = "/api/v1/sources/{source}/rotate", tag = "sources", operation_id = "rotateSourceSecret",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Rotating,
    responses((status = 200, description = "As it is now. A secret that was made is shown this once", body = SourceView,
               headers(("ETag" = String))), described::Connecting))]
pub async fn rotate(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let read = |given: Rotating| {
        let mut faults = Faults::default();
        let overlap = given.overlap_s.unwrap_or(OVERLAP_S);
        if overlap > LONGEST_OVERLAP_S {
            faults.add("overlap_s", "too_long", "at most 7776000 seconds (90 days)");
        }
        faults.finish(Some((given.secret, Duration::from_secs(overlap), given.force.unwrap_or_default())))
    };
    asked
        .change(&app, &by, &name, read, async |txn, row: Source, (secret, overlap, force)| {
            let signing = setup(&row)?;
            let (secret, made) = given_or_made(secret, &signing);
            let new = Rotation { secret, overlap, force };
            Ok((manage::rotate(txn, &app.store, &by.actor, &row, new).await?, made))
        })
        .await
}
