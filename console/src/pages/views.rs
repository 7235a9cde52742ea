//! `/console/views`: the lists that an officer keeps under a name. They are shared with nobody.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsRead;
use api::idempotency::at_most_once;
use api::problem::{Problem, codes};
use api::query::{NoParameters, Query};
use askama::Template;
use entities::db::Txn;
use entities::id::SavedViewId;
use entities::idempotency::queries::Answer;
use entities::saved_view::queries::{LONGEST_NAME, MOST, NotKept, keep, of_officer, remove, rename};
use entities::saved_view::table::Model;
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::listed::Asked;
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "views.html")]
struct Page {
    s: Shell,
    faults: Faults,
    rows: Vec<Row>,
}

/// One view.
struct Row {
    id: SavedViewId,
    name: String,
    address: String,
}

impl Row {
    fn name_id(&self) -> String {
        format!("name-{}", self.id)
    }
}

/// What a list is to be called, and which one it is.
#[derive(Deserialize)]
pub struct Fields {
    name: String,
    #[serde(default)]
    query: String,
}

/// All of one's own.
///
/// # Errors
/// The database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsRead>,
    asked: Query<NoParameters>,
) -> Result<HttpResponse, Refused> {
    asked.get()?;
    page::show(&page_of(&app, &officer, Faults::default()).await?)
}

/// Keeps one more, once for each form, and goes to it.
///
/// # Errors
/// The database fails.
pub async fn save(app: Data<App>, officer: Officer<RequestsRead>, form: Form<Fields>) -> Result<HttpResponse, Refused> {
    let asked = Asked::of_query(&form.fields.query);
    let saved = at_most_once(&app, officer.id(), &form.call, &form.raw, async |txn: &Txn| {
        let kept = keep(txn, app.store.now(), officer.id(), &form.fields.name, &asked.query()).await;
        kept.map_err(problem)?;
        Ok(Answer { status: 303, location: Some(asked.address(None)), body: String::new() })
    });
    match saved.await {
        Ok((answer, _)) => Ok(page::go_to(&OwnPath::read(answer.location.as_deref().unwrap_or_default()))),
        Err(problem) => refused(&app, &officer, problem, "views".to_owned()).await,
    }
}

/// Calls one otherwise.
///
/// # Errors
/// It is none of one's own, or the database fails.
pub async fn change(
    app: Data<App>,
    officer: Officer<RequestsRead>,
    id: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let id: SavedViewId = id.parse().map_err(|_| Refused::not_found())?;
    let txn = app.store.db.begin().await?;
    match rename(&txn, officer.id(), id, &form.fields.name).await {
        Ok(true) => {
            txn.commit().await?;
            Ok(page::go_to(&OwnPath::read("/console/views")))
        }
        Ok(false) => Err(Refused::not_found()),
        Err(error) => {
            txn.rollback().await?;
            refused(&app, &officer, problem(error), format!("name-{id}")).await
        }
    }
}

/// Removes one.
///
/// # Errors
/// It is none of one's own, or the database fails.
pub async fn forget(
    app: Data<App>,
    officer: Officer<RequestsRead>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let id: SavedViewId = id.parse().map_err(|_| Refused::not_found())?;
    let txn = app.store.db.begin().await?;
    if !remove(&txn, officer.id(), id).await? {
        return Err(Refused::not_found());
    }
    txn.commit().await?;
    Ok(page::go_to(&OwnPath::read("/console/views")))
}

/// What the rules say, as a problem of its field: `name` cannot be used, or there are too `many`.
fn problem(error: NotKept) -> Problem {
    match error {
        NotKept::Name => Problem::new(codes::INVALID_FIELDS, "name").at("name"),
        NotKept::TooMany => Problem::new(codes::INVALID_FIELDS, "many").at("many"),
        NotKept::Store(error) => error.into(),
    }
}

async fn refused(
    app: &App,
    officer: &Officer<RequestsRead>,
    problem: Problem,
    field: String,
) -> Result<HttpResponse, Refused> {
    let w = officer.visitor().words;
    let says = match problem.field() {
        Some("name") => w.with("views-name-wrong", "most", LONGEST_NAME),
        Some("many") => w.with("views-too-many", "most", MOST),
        _ => return Err(problem.into()),
    };
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page_of(app, officer, Faults::one(field, says)).await?)
}

async fn page_of(app: &App, officer: &Officer<RequestsRead>, faults: Faults) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let rows = of_officer(app.store.db.read(), officer.id()).await?;
    let row = |row: Model| Row { id: row.id, name: row.name, address: Asked::of_query(&row.query).address(None) };
    Ok(Page { rows: rows.into_iter().map(row).collect(), s, faults })
}
