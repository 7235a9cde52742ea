//! `/console/setup/sources/{source}/settings`: how a source's calls are signed, where its API is, what its tickets are told.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::asked::LookedAfter;
use api::auth::scopes::SourcesManage;
use api::problem::Problem;
use api::sources::asked::find;
use askama::Template;
use entities::db::Txn;
use entities::source::manage::{self, Change};
use entities::source::table::Model;
use sources::description::Description;
use sources::guide::{CredentialKind, Guide};

use super::fields::{Fields, fault};
use crate::act::{act, unchanged};
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "source-settings.html")]
struct Page {
    s: Shell,
    title: String,
    tie: Tie,
    faults: Faults,
    about: String,
    back: String,
    fields: Fields,
    regimes: Vec<Choice>,
    credentials: Option<CredentialKind>,
    has_credentials: bool,
}

/// The form, with what there is.
///
/// # Errors
/// There is no such source within reach, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<SourcesManage>, id: Path<String>) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let described = Description::of(&row)?;
    let fields = Fields::of(&described).map_err(Refused::internal)?;
    page::show(&page_of(s, &row, &described, Tie::to(row.version), fields, Faults::default()))
}

/// Changes them. Credentials that are left empty stay.
///
/// # Errors
/// There is no such source within reach, it has changed since, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    id: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let before = Description::of(&row)?;
    let faults = match form.fields.description(&before) {
        Ok(described) => {
            let change = Change {
                setup: Some(described.setup().map_err(Refused::internal)?),
                credentials: form.fields.credentials(described.system),
                settings: Some(described.settings),
                ..Change::default()
            };
            let mut refused = None;
            let work = async |txn: &Txn| {
                let row = Model::lock(txn, officer.reach(), &row.id).await?;
                unchanged(&form, row.version)?;
                let done = manage::change(txn, &app.store, &officer.by.actor, &row, change).await;
                done.map(drop).map_err(|error| {
                    refused = fault(&s, &error);
                    Problem::from(error).into()
                })
            };
            let then = format!("/console/setup/sources/{}?say=changed", row.id);
            let done = act(&app, &officer, &form, then, work).await;
            match refused {
                Some((field, says)) => Faults::one(field, says),
                None => return done,
            }
        }
        Err(faults) => faults,
    };
    let tie = Tie::to(form.version.unwrap_or(-1));
    let page = page_of(s, &row, &before, tie, form.fields.shown(), faults);
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn page_of(s: Shell, row: &Model, described: &Description, tie: Tie, fields: Fields, faults: Faults) -> Page {
    Page {
        title: s.t("source-settings-title"),
        about: row.slug.clone(),
        back: format!("/console/setup/sources/{}", row.id),
        regimes: fields.regimes(&s),
        credentials: Guide::of(described.system).credentials(),
        has_credentials: row.credentials_sealed.is_some(),
        tie,
        faults,
        fields,
        s,
    }
}
