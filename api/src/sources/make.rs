//! `POST /api/v1/sources`, and changing one. A secret that is made is answered with once; the answer that is kept for a repetition
//! does not hold it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::controller;
use entities::db::Txn;
use entities::source::manage::{self, Change, NewSource};
use entities::source::table::Model as Source;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use sources::description::{Description, Fault};
use ticketing::link::Credentials;
use utoipa::ToSchema;

use super::asked::no_name_twice;
use super::keys::given_or_made;
use super::view::SourceView;
use crate::app::App;
use crate::asked::{Asked, whole};
use crate::auth::caller::Caller;
use crate::auth::scopes::SourcesManage;
use crate::fields::Faults;
use crate::idempotency::{Call, once};
use crate::json::{Object, Unread};
use crate::problem::{Problem, described};

/// A source to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSource)]
pub struct Making {
    /// The controller whose requests it brings, by its short name.
    #[schema(example = "acme")]
    controller: String,
    /// Its short name, the last part of the address that its system calls: a-z, 0-9 and -.
    #[schema(min_length = 1, max_length = 60, pattern = "^[a-z0-9-]+$", example = "zendesk")]
    slug: String,
    /// What it is, as `docs/integrations` describes it: `system`, `signing`, `settings`, `mapping`.
    #[schema(value_type = Object)]
    description: Object<Description>,
    /// What its system signs with. If left away, one is made and shown this once.
    #[schema(value_type = Option<String>, min_length = 16)]
    secret: Option<SecretString>,
    /// Who we are at its API: kind basic with user and secret, kind bearer with token, or kind client with token_path, id and secret.
    #[schema(value_type = Option<Object>)]
    credentials: Option<Value>,
}

/// What to change of a source; what is left away stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SourceChange)]
pub struct Changing {
    /// What it is from now on; its system stays.
    #[schema(value_type = Option<Object>)]
    description: Option<Object<Description>>,
    /// Who we are at its API.
    #[schema(value_type = Option<Object>)]
    credentials: Option<Value>,
}

/// A description that can be used.
pub(super) fn usable(faults: &mut Faults, described: &Description) {
    for Fault { place, reason } in described.check().err().unwrap_or_default() {
        faults.add(format!("description.{place}"), "unusable", reason);
    }
}

fn credentials(faults: &mut Faults, given: Option<&Value>) -> Option<SecretString> {
    let text = given?.to_string();
    if let Err(error) = Credentials::read(&text) {
        faults.add("credentials", "unusable", error.to_string());
    }
    Some(text.into())
}

/// Adds a source, and says the address that its system calls. Where no secret is given the answer shows the one that was made,
/// once: a repetition with the same `Idempotency-Key` does not.
#[utoipa::path(post, path = "/api/v1/sources", tag = "sources", operation_id = "addSource",
    security(("client_credentials" = ["sources:manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = Making,
    responses((status = 201, description = "Added. A secret that was made is shown this once", body = SourceView,
               headers(("Location" = String), ("ETag" = String), ("Idempotent-Replay" = Option<String>))),
              described::Connecting))]
pub async fn make(
    app: Data<App>,
    by: Caller<SourcesManage>,
    call: Call,
    body: Unread,
) -> Result<HttpResponse, Problem> {
    let (given, raw) = body.json::<Making>().await?;
    no_name_twice(&raw)?;
    let within = controller::queries::within(app.store.db.read(), &by.reach).await?;
    let controller = within.into_iter().find(|row| row.slug == given.controller).map(|row| row.id);
    let described = given.description.0;
    let mut faults = Faults::default();
    if let Err(bad) = manage::check_slug(&given.slug) {
        faults.add("slug", "not_a_slug", bad.to_string());
    }
    usable(&mut faults, &described);
    let credentials = credentials(&mut faults, given.credentials.as_ref());
    faults.finish(Some(()))?;
    let controller = controller.ok_or_else(|| Problem::not_found("controller"))?;
    let (secret, shown) = given_or_made(given.secret, &described.signing);
    let new = NewSource {
        slug: given.slug,
        controller,
        system: described.system.as_str().to_owned(),
        setup: described.setup().map_err(Problem::internal)?,
        secret,
        settings: described.settings.clone(),
        mapping: described.mapping().map_err(Problem::internal)?,
        credentials,
    };
    let mut made = None;
    let answer = once(&app, by.client, &call, &raw, async |txn: &Txn| {
        let row = manage::add(txn, &app.store, &by.actor, new).await?;
        let view = SourceView::of(&app, &**txn, row).await?;
        let answer = view.answer(201)?;
        made = Some(view.showing(shown.as_ref()));
        Ok(answer)
    })
    .await?;
    Ok(whole(answer, made))
}

/// Describes a source anew, or says who we are at its API. The secret in use must do for how calls are signed from now on; one before
/// it that does not counts no more.
#[utoipa::path(post, path = "/api/v1/sources/{source}/change", tag = "sources", operation_id = "changeSource",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Changing,
    responses((status = 200, description = "As it is now", body = SourceView, headers(("ETag" = String))),
              described::Connecting))]
pub async fn change(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let read = |given: Changing| {
        let described = given.description.map(|Object(described)| described);
        let mut faults = Faults::default();
        if let Some(described) = &described {
            usable(&mut faults, described);
        }
        let credentials = credentials(&mut faults, given.credentials.as_ref());
        faults.finish(Some((described, credentials)))
    };
    asked
        .change(&app, &by, &name, read, async |txn, row: Source, (described, credentials)| {
            if described.as_ref().is_some_and(|new| new.system.as_str() != row.system) {
                let mut faults = Faults::default();
                faults.add("description.system", "fixed", "stays as it is; another system is another source");
                faults.finish(Some(()))?;
            }
            let change = Change {
                setup: described.as_ref().map(Description::setup).transpose().map_err(Problem::internal)?,
                mapping: described.as_ref().map(Description::mapping).transpose().map_err(Problem::internal)?,
                settings: described.map(|it| it.settings),
                credentials,
                paused: None,
            };
            Ok((manage::change(txn, &app.store, &by.actor, &row, change).await?, None))
        })
        .await
}
