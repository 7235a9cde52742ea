//! `/console/together/…`: one decision about several requests: first what would come of it for each, then each in a transaction of
//! its own, by the same rules and the same code as alone. What is refused for one keeps no other from being done.
//!
//! Only what harms nobody where it is done to one too many is offered here: what is on hold can be let go on, and what is told to
//! a person is a date. Nothing that acts on the platform is.

mod act;
mod outcome;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::{Needs, RequestsDecide, RequestsOperate};
use api::decision::take;
use api::etag::IfMatch;
use api::idempotency::at_most_once;
use api::named::Named;
use api::problem::Problem;
use askama::Template;
use entities::db::Txn;
use entities::extension::table::ExtensionReason;
use entities::idempotency::queries::Answer;
use entities::request::decide::foresee;
use entities::request::table::Model;
use serde::Deserialize;

use self::act::Act;
use self::outcome::Line;
use crate::faults::Faults;
use crate::form::Form;
use crate::listed::QUEUE;
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::Shell;

/// As many requests as one page of the list has.
const MOST: usize = 50;

/// What would come of it.
#[derive(Template)]
#[template(path = "together.html")]
struct Preview {
    s: Shell,
    faults: Faults,
    act: &'static str,
    title: String,
    says: String,
    go: String,
    able: Vec<Line>,
    unable: Vec<Line>,
    asks_reason: bool,
    codes: Vec<Choice>,
    reason: String,
    to: String,
}

/// What came of it.
#[derive(Template)]
#[template(path = "together-done.html")]
struct Done {
    s: Shell,
    title: String,
    done: Vec<Line>,
    refused: Vec<Line>,
    to: String,
}

/// What is chosen, and with which words.
#[derive(Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// The requests: each its reference, and once the page has shown it, its version after a colon.
    about: Vec<String>,
    reason: String,
    code: String,
    step: String,
    to: String,
}

impl Default for Chosen {
    fn default() -> Self {
        let to = QUEUE.to_owned();
        Self { about: Vec::new(), reason: String::new(), code: String::new(), step: String::new(), to }
    }
}

/// Stops several.
///
/// # Errors
/// The database fails.
pub async fn hold(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    form: Form<Chosen>,
) -> Result<HttpResponse, Refused> {
    go(&app, &officer, &form, Act::Hold).await
}

/// Lets several go on.
///
/// # Errors
/// The database fails.
pub async fn release(
    app: Data<App>,
    officer: Officer<RequestsOperate>,
    form: Form<Chosen>,
) -> Result<HttpResponse, Refused> {
    go(&app, &officer, &form, Act::Release).await
}

/// Notes for several that the receipt was acknowledged.
///
/// # Errors
/// The database fails.
pub async fn acknowledge(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    form: Form<Chosen>,
) -> Result<HttpResponse, Refused> {
    go(&app, &officer, &form, Act::Acknowledge).await
}

/// Takes more time for several, for one reason.
///
/// # Errors
/// The database fails.
pub async fn extend(
    app: Data<App>,
    officer: Officer<RequestsDecide>,
    form: Form<Chosen>,
) -> Result<HttpResponse, Refused> {
    go(&app, &officer, &form, Act::Extend).await
}

async fn go<S: Needs>(app: &App, officer: &Officer<S>, form: &Form<Chosen>, act: Act) -> Result<HttpResponse, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let chosen = &form.fields;
    let named = |given: &String| {
        let (name, version) = given.split_once(':').unwrap_or((given, ""));
        Some((Named::parse(name).ok()?, version.parse::<i64>().ok()))
    };
    // What is not there for this officer is not there for this page.
    let (names, versions): (Vec<_>, Vec<_>) = chosen.about.iter().take(MOST).filter_map(named).unzip();
    let about = Named::find_each(app.store.db.read(), officer.reach(), &names).await?;
    let faults = if chosen.step == "do" { act.faults(&s, &chosen.reason, &chosen.code) } else { Faults::default() };
    if chosen.step != "do" || !faults.is_empty() {
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        return page::with_status(status, &preview(app, s, chosen, act, about, faults).await?);
    }
    let decision = act.decision(&chosen.reason, &chosen.code);
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for row in about {
        // A page always tells the version that it showed, and no version is below zero.
        let shown = names.iter().position(|name| name.is_of(&row)).and_then(|at| versions[at]);
        let expected = IfMatch::exactly(shown.unwrap_or(-1));
        let decider = officer.by.decider();
        let call = form.call.about(&row.reference);
        let taken = at_most_once(app, officer.id(), &call, &form.raw, async |txn: &Txn| {
            take(app, txn, &decider, row.id, &expected, &decision).await?;
            Ok(Answer { status: 200, location: None, body: String::new() })
        });
        match taken.await {
            Ok(_) => done.push(Line::done(&s, &row)),
            Err(problem) => refused.push(Line::refused(&s, &row, &problem)),
        }
    }
    let count = done.len();
    let to = OwnPath::read(&chosen.to).as_str().to_owned();
    page::show(&Done { title: s.with("together-done", "count", count), done, refused, to, s })
}

/// What would come of it for each.
async fn preview(
    app: &App,
    s: Shell,
    chosen: &Chosen,
    act: Act,
    about: Vec<Model>,
    faults: Faults,
) -> Result<Preview, Refused> {
    let (mut able, mut unable) = (Vec::new(), Vec::new());
    let foreseen = foresee(app.store.db.read(), app.store.now(), act.joint(), &about).await?;
    for (row, comes) in about.iter().zip(foreseen) {
        match comes.map_err(Problem::from) {
            Ok(comes) => able.push(Line::would(&s, row, &comes)),
            Err(problem) if problem.code().status >= 500 => return Err(problem.into()),
            Err(problem) => unable.push(Line::refused(&s, row, &problem)),
        }
    }
    let codes = ExtensionReason::ALL.iter().map(|code| code.as_str());
    let codes = match act {
        Act::Extend => Choice::words(&s, "new-choose", "extension-reason", codes, Some(&chosen.code)),
        Act::Hold | Act::Release | Act::Acknowledge => Vec::new(),
    };
    Ok(Preview {
        act: act.word(),
        title: s.word("together", act.word()),
        says: s.word("together-says", act.word()),
        go: s.with("together-go", "count", able.len()),
        asks_reason: act.asks_reason(),
        reason: chosen.reason.clone(),
        to: OwnPath::read(&chosen.to).as_str().to_owned(),
        codes,
        able,
        unable,
        faults,
        s,
    })
}
