//! `/console/setup/sources/{source}/mapping`: what a source's fields mean, part by part, and beside it what would come of a call.
//!
//! The form has three buttons: one looks at a part more, one tries what is typed, one keeps it. A script tries it while one types, by
//! the same button; without one it is pressed.

mod parts;
mod preview;

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
use sources::guide::Guide;

use self::parts::{Accept, Filled, Part};
use self::preview::Preview;
use crate::act::{act, unchanged};
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "source-mapping.html")]
struct Page {
    s: Shell,
    tie: Tie,
    faults: Faults,
    about: String,
    back: String,
    parts: Vec<Part>,
    accept: Vec<Accept>,
    more: Vec<Choice>,
    body: String,
    content_type: String,
    is_document: bool,
    preview: Preview,
}

/// The form, with what there is, tried with the guide's call.
///
/// # Errors
/// There is no such source within reach, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<SourcesManage>, id: Path<String>) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let described = Description::of(&row)?;
    let mut filled = Filled::of(&described.mapping);
    if let Some((content_type, body)) = Guide::of(described.system).call() {
        filled.set("body", body);
        filled.set("content_type", content_type);
    }
    let tie = Tie::to(row.version);
    page::show(&page_of(s, &row, &described, tie, &filled))
}

/// Tries what is typed, or keeps it.
///
/// # Errors
/// There is no such source within reach, it has changed since, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    id: Path<String>,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Refused> {
    let row = find(app.store.db.read(), officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let mut described = Description::of(&row)?;
    let mut filled = Filled::read(&form.fields);
    if filled.is("go", "add") {
        filled.open_another();
    }
    let tie = Tie::to(form.version.unwrap_or(-1));
    let keeps = filled.is("go", "save");
    if keeps && let Ok(draft) = filled.draft(&s) {
        described.mapping = draft;
        if described.check().is_ok() {
            let mapping = Some(described.mapping().map_err(Refused::internal)?);
            let then = format!("/console/setup/sources/{}?say=mapped", row.id);
            let work = async |txn: &Txn| {
                let row = Model::lock(txn, officer.reach(), &row.id).await?;
                unchanged(&form, row.version)?;
                let change = Change { mapping, ..Change::default() };
                let done = manage::change(txn, &app.store, &officer.by.actor, &row, change).await;
                Ok(done.map(drop).map_err(Problem::from)?)
            };
            return act(&app, &officer, &form, then, work).await;
        }
    }
    let page = page_of(s, &row, &described, tie, &filled);
    let status = if keeps { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::with_status(status, &page)
}

fn page_of(s: Shell, row: &Model, described: &Description, tie: Tie, filled: &Filled) -> Page {
    let mut described = described.clone();
    let (faults, preview) = match filled.draft(&s) {
        Ok(draft) => {
            described.mapping = draft;
            let faults = match described.check() {
                Ok(_) => Faults::default(),
                Err(found) => parts::faults(filled, &found),
            };
            (faults, Preview::of(&s, &described, filled))
        }
        Err(faults) => (faults, Preview::none(s.t("map-preview-first"))),
    };
    let system = described.system;
    let sample = Guide::of(system).call();
    Page {
        about: row.slug.clone(),
        back: format!("/console/setup/sources/{}", row.id),
        parts: filled.parts(&s, &faults),
        accept: filled.accept(),
        more: filled.more(&s),
        body: filled.get("body").to_owned(),
        content_type: match filled.get("content_type") {
            "" => sample.map_or("application/json", |(kind, _)| kind).to_owned(),
            given => given.to_owned(),
        },
        is_document: filled.is("document", "yes"),
        preview,
        faults,
        tie,
        s,
    }
}
