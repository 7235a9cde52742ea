//! `POST /console/requests/search`: a request by its reference, or those that were filed with an identifier.
//!
//! An identifier travels in the body of a form, because addresses end up in logs and in a browser's memory. It is compared by its
//! keyed hash, as the API does.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::RequestsRead;
use api::fields::Faults as Found;
use api::given::GivenIdentifier;
use api::named::Named;
use api::problem::codes;
use askama::Template;
use entities::request::queries::{Filter, page as newest};
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::Form;
use crate::listed::reached;
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::request_row::Row;
use crate::shell::Shell;
use crate::sought::{self, REFERENCE};

const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    s: Shell,
    faults: Faults,
    kinds: Vec<Choice>,
    sought: String,
    rows: Vec<Row>,
    has_more: bool,
    was_looked: bool,
}

/// What is looked for.
#[derive(Deserialize)]
pub struct Sought {
    kind: String,
    value: String,
}

/// Searches.
///
/// # Errors
/// The database fails.
pub async fn send(app: Data<App>, officer: Officer<RequestsRead>, form: Form<Sought>) -> Result<HttpResponse, Refused> {
    let Sought { kind, value } = form.fields;
    let s = Shell::of(&app, officer.visitor()).await?;
    let conn = app.store.db.read();
    let mut page = Page {
        faults: Faults::default(),
        kinds: sought::choices(&s, &kind),
        sought: value.trim().to_owned(),
        rows: Vec::new(),
        has_more: false,
        was_looked: false,
        s,
    };
    if kind == REFERENCE {
        let named = match Named::parse(&page.sought) {
            Ok(named) => named.find(conn, officer.reach()).await,
            Err(none) => Err(none),
        };
        return match named {
            Ok(row) => Ok(page::go_to(&OwnPath::read(&format!("/console/requests/{}", row.reference)))),
            Err(problem) if problem.code() == codes::NOT_FOUND => {
                page.faults = Faults::one("sought", page.s.t("search-no-reference"));
                page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
            }
            Err(problem) => Err(problem.into()),
        };
    }
    let mut found = Found::default();
    let controllers = reached(&page.s, officer.reach());
    let given = GivenIdentifier::new(kind, &*page.sought);
    let hashes = given.lookup_hashes(&mut found, "sought", &app.store.safe, controllers);
    if let Err(problem) = found.finish(Some(())) {
        let error = problem.errors().first();
        let says = error.and_then(|error| page.s.w.known("filing-fault", &error.code));
        page.faults = Faults::one("sought", says.unwrap_or_else(|| problem.detail().to_owned()));
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let filter = Filter { lookup_hashes: Some(hashes), ..Filter::default() };
    let mut rows = newest(conn, officer.reach(), &filter, None, SHOWN as u64 + 1).await?;
    page.has_more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    page.rows = rows.into_iter().map(|row| Row::of(&page.s, row)).collect();
    page.was_looked = true;
    page::show(&page)
}
