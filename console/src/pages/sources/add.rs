//! `/console/setup/sources/add/{kind}`: a source, step by step. It begins paused, with the mapping of its guide: nothing is read
//! before somebody has said what its fields mean.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::SourcesManage;
use api::problem::Problem;
use api::sources::keys::given_or_made;
use askama::Template;
use entities::db::Txn;
use entities::id::ControllerId;
use entities::source::manage::{self, Change, NewSource, NotDone};
use secrecy::SecretString;
use sources::description::Description;
use sources::guide::{CredentialKind, Guide};
use ticketing::kind::SystemKind;

use super::fields::{Fields, fault};
use super::secret;
use crate::act::once;
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "source-add.html")]
struct Page {
    s: Shell,
    faults: Faults,
    kind: &'static str,
    title: &'static str,
    fields: Fields,
    controllers: Vec<Choice>,
    regimes: Vec<Choice>,
    credentials: Option<CredentialKind>,
    has_credentials: bool,
}

fn read(kind: &str) -> Result<(SystemKind, Guide, Description), Refused> {
    let kind: SystemKind = kind.parse().map_err(|_| Refused::not_found())?;
    let guide = Guide::of(kind);
    Ok((kind, guide, guide.description().map_err(Refused::internal)?))
}

/// The form, with what the guide has.
///
/// # Errors
/// There is no such kind, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    kind: Path<String>,
) -> Result<HttpResponse, Refused> {
    let (kind, guide, described) = read(&kind)?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let mut fields = Fields::of(&described).map_err(Refused::internal)?;
    // These two are somebody else's on the guide's page.
    (fields.base, fields.actor) = (String::new(), String::new());
    kind.as_str().clone_into(&mut fields.slug);
    page::show(&page_of(&officer, s, kind, guide, fields, Faults::default()))
}

/// Adds it, paused; shows its secret, and what to enter on the other side.
///
/// # Errors
/// There is no such kind, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    kind: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let (kind, guide, begun) = read(&kind)?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let fields = &form.fields;
    let found = s.controllers.values().find(|row| row.slug == fields.controller && officer.reach().covers(row.id));
    let mut faults = Faults::default();
    if found.is_none() {
        faults.add("controller", s.t("officer-place-missing"));
    }
    if let Some((field, says)) = manage::check_slug(fields.slug.trim()).err().and_then(|error| fault(&s, &error)) {
        faults.add(field, says);
    }
    let described = fields.description(&begun).map_err(|found| faults.join(found)).ok();
    if let (Some(controller), Some(described)) = (found, described)
        && faults.is_empty()
    {
        let given = Some(fields.secret.trim()).filter(|it| !it.is_empty()).map(SecretString::from);
        let (secret, made) = given_or_made(given, &described.signing);
        let new = new_source(fields, kind, controller.id, &described, secret)?;
        let mut refused = None;
        let done = once(&app, &officer, &form, async |txn: &Txn| match add(&app, txn, &officer, new).await {
            Ok(row) => Ok((row.clone(), format!("/console/setup/sources/{}?say=shown", row.id))),
            Err(error) => {
                refused = fault(&s, &error);
                Err(Problem::from(error).into())
            }
        })
        .await;
        match (refused, done) {
            (Some((field, says)), _) => faults.add(field, says),
            (None, Err(error)) => return Err(error),
            (None, Ok(done)) => {
                return match done.now {
                    Some(row) => secret::show(&app, &officer, &row, made.as_ref()).await,
                    None => Ok(page::go_to(&done.then)),
                };
            }
        }
    }
    let page = page_of(&officer, s, kind, guide, fields.shown(), faults);
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn add(
    app: &App,
    txn: &Txn,
    officer: &Officer<SourcesManage>,
    new: NewSource,
) -> Result<entities::source::table::Model, NotDone> {
    let row = manage::add(txn, &app.store, &officer.by.actor, new).await?;
    let paused = Change { paused: Some(true), ..Change::default() };
    manage::change(txn, &app.store, &officer.by.actor, &row, paused).await
}

fn new_source(
    fields: &Fields,
    kind: SystemKind,
    controller: ControllerId,
    described: &Description,
    secret: SecretString,
) -> Result<NewSource, Refused> {
    Ok(NewSource {
        slug: fields.slug.trim().to_owned(),
        controller,
        system: kind.as_str().to_owned(),
        setup: described.setup().map_err(Refused::internal)?,
        secret,
        settings: described.settings.clone(),
        mapping: described.mapping().map_err(Refused::internal)?,
        credentials: described.settings.link.as_ref().and_then(|_| fields.credentials(kind)),
    })
}

fn page_of(
    officer: &Officer<SourcesManage>,
    s: Shell,
    kind: SystemKind,
    guide: Guide,
    fields: Fields,
    faults: Faults,
) -> Page {
    Page {
        kind: kind.as_str(),
        title: guide.title(),
        controllers: Choice::controllers(&s, officer.reach(), &fields.controller),
        regimes: fields.regimes(&s),
        credentials: guide.credentials(),
        has_credentials: false,
        faults,
        fields,
        s,
    }
}
