//! `POST /api/v1/subscribers`, and changing one. What makes a key answers with it once; the answer that is kept for a
//! repetition does not hold it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use egress::target;
use entities::announcement::kind::AnnouncementKind;
use entities::controller;
use entities::db::Txn;
use entities::id::ControllerId;
use entities::subscriber::fields::{self, Fault};
use entities::subscriber::manage::{self, Change, NewSubscriber, NotMade};
use entities::subscriber::table::Model as Subscriber;
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;
use webhooks::keys::Version;

use super::view::SubscriberView;
use crate::app::App;
use crate::asked::{Asked, whole};
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::fields::Faults;
use crate::idempotency::{Call, once};
use crate::json::Unread;
use crate::problem::{Problem, described};
use crate::schema;

/// A subscriber to be set up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSubscriber)]
pub struct Making {
    /// The controller whose requests it is told of, by its short name.
    #[schema(example = "acme")]
    pub controller: String,
    /// Where it is called: https, a public address, port 443 or 8443, unless the operator allows more.
    #[schema(max_length = 2048, example = "https://hooks.example.com/dsr")]
    pub url: String,
    /// What it is, for people.
    #[schema(max_length = 200)]
    pub description: Option<String>,
    /// What it is told; everything if left away or empty.
    #[schema(schema_with = schema::announcement_kinds)]
    pub types: Option<Vec<String>>,
    /// Whom we write to when it does not take what it is told: a mail address of your own people.
    #[schema(max_length = 254, example = "integrations@example.com")]
    pub owner: String,
    /// `v1` (HMAC-SHA256, one secret on both sides) or `v1a` (Ed25519); `v1` if left away.
    #[schema(schema_with = schema::signing_version)]
    pub signs: Option<String>,
}

/// What to change of a subscriber; what is left away stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SubscriberChange)]
pub struct Changing {
    /// Where it is called. What waits goes there.
    #[schema(max_length = 2048)]
    pub url: Option<String>,
    /// What it is, for people.
    #[schema(max_length = 200)]
    pub description: Option<String>,
    /// What it is told; everything if empty.
    #[schema(schema_with = schema::announcement_kinds)]
    pub types: Option<Vec<String>>,
    /// Whom we write to when it does not take what it is told.
    #[schema(max_length = 254)]
    pub owner: Option<String>,
}

fn url(app: &App, faults: &mut Faults, given: &str) -> Option<Url> {
    target::check(given, &app.allowed).map_err(|bad| faults.add("url", bad.code(), bad.to_string())).ok()
}

/// Takes what the rules for a subscriber's fields say.
fn ruled(faults: &mut Faults, field: &'static str, given: Result<String, Fault>) -> Option<String> {
    given.map_err(|fault| faults.add(field, fault.code(), fault.to_string())).ok()
}

fn types(faults: &mut Faults, given: &[String]) -> Option<Vec<AnnouncementKind>> {
    let known = || schema::TOLD.iter().map(|kind| kind.as_str());
    let mut types: Vec<AnnouncementKind> = given
        .iter()
        .enumerate()
        .filter_map(|(at, word)| {
            let word = if known().any(|known| known == word) { word } else { "" };
            faults.word(format!("types[{at}]"), "unknown_type", word, known())
        })
        .collect();
    types.sort_unstable();
    types.dedup();
    Some(types)
}

/// How to sign; `v1` unless something else is asked for.
pub(super) fn version(faults: &mut Faults, given: Option<&str>) -> Option<Version> {
    let known = Version::ALL.iter().map(|version| version.as_str());
    match given {
        Some(given) => faults.word("signs", "unknown_signature", given, known),
        None => Some(Version::V1),
    }
}

impl Making {
    /// What is to be set up, for the controller that was found by its name.
    ///
    /// # Errors
    /// Every field that cannot be used; there is no such controller.
    pub fn read(&self, app: &App, within: Option<ControllerId>) -> Result<NewSubscriber, Problem> {
        let mut faults = Faults::default();
        let url = url(app, &mut faults, &self.url);
        let given = self.description.as_deref().unwrap_or_default();
        let description = ruled(&mut faults, "description", fields::description(given));
        let kinds = types(&mut faults, self.types.as_deref().unwrap_or_default());
        let owner = ruled(&mut faults, "owner", fields::owner(&self.owner));
        let version = version(&mut faults, self.signs.as_deref());
        let (url, description, kinds, owner, version) =
            faults.finish((|| Some((url?, description?, kinds?, owner?, version?)))())?;
        let controller = within.ok_or_else(|| Problem::not_found("controller"))?;
        Ok(NewSubscriber { controller, url, description, kinds, owner, version })
    }
}

impl Changing {
    /// What is to change.
    ///
    /// # Errors
    /// Every field that cannot be used.
    pub fn read(self, app: &App) -> Result<Change, Problem> {
        let mut faults = Faults::default();
        let change = Change {
            url: self.url.as_deref().and_then(|given| url(app, &mut faults, given)),
            description: (self.description.as_deref())
                .and_then(|given| ruled(&mut faults, "description", fields::description(given))),
            kinds: self.types.as_deref().and_then(|given| types(&mut faults, given)),
            owner: (self.owner.as_deref()).and_then(|given| ruled(&mut faults, "owner", fields::owner(given))),
        };
        faults.finish(Some(change))
    }
}

impl From<NotMade> for Problem {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::TooMany => {
                let mut faults = Faults::default();
                faults.add("controller", "too_many", error.to_string());
                faults.finish(None::<()>).err().unwrap_or_else(Self::busy)
            }
            NotMade::Store(error) => error.into(),
        }
    }
}

/// Sets a subscriber up. The answer shows what it verifies with, once: a repetition with the same `Idempotency-Key` does not, nor
/// where it is called.
/// It is told of what happens from now on.
#[utoipa::path(post, path = "/api/v1/subscribers", tag = "subscribers", operation_id = "makeSubscriber",
    security(("client_credentials" = ["subscribers:manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = Making,
    responses((status = 201, description = "Set up. The secret is shown this once", body = SubscriberView,
               headers(("Location" = String), ("ETag" = String), ("Idempotent-Replay" = Option<String>))),
              described::Managing))]
pub async fn make(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    call: Call,
    body: Unread,
) -> Result<HttpResponse, Problem> {
    let (given, raw) = body.json::<Making>().await?;
    let within = controller::queries::within(app.store.db.read(), &by.reach).await?;
    let controller = within.into_iter().find(|row| row.slug == given.controller).map(|row| row.id);
    let new = given.read(&app, controller)?;
    let mut made = None;
    let answer = once(&app, by.client, &call, &raw, async |txn: &Txn| {
        let (row, secret) = manage::make(txn, &app.store, &by.actor, new).await?;
        let view = SubscriberView::within(&app, &**txn, row).await?.showing(Some(&secret));
        let answer = view.answer(201)?;
        made = Some(view);
        Ok(answer)
    })
    .await?;
    Ok(whole(answer, made))
}

/// Changes a subscriber.
#[utoipa::path(post, path = "/api/v1/subscribers/{subscriber}/change", tag = "subscribers",
    operation_id = "changeSubscriber", security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = uuid::Uuid, Path, description = "Its id"), crate::decision::DecisionHeaders),
    request_body = Changing,
    responses((status = 200, description = "As it is now", body = SubscriberView, headers(("ETag" = String))),
              described::Managing))]
pub async fn change(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let read = |given: Changing| given.read(&app);
    asked
        .change(&app, &by, &name, read, async |txn, row: Subscriber, change| {
            Ok((manage::change(txn, &app.store, &by.actor, &row, change).await?, None))
        })
        .await
}
