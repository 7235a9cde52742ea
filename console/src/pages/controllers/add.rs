//! `/console/setup/controllers/add`: a controller, step by step. Nothing is stored before the last step.
//!
//! What was answered travels with each page, sealed under the installation's key for this officer alone: it cannot be read or
//! changed on the way, and the secret stands on no page. It is good for an hour.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::ControllersManage;
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use entities::controller::manage;
use entities::controller::queries::{by_slug, proposed};
use entities::id::ControllerId;
use entities::time::At;
use serde::{Deserialize, Serialize};

use super::fields::{Answers, Part, summary};
use super::look::Looked;
use super::not_saved;
use super::question::{Asked, Question};
use crate::act::act;
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

const DRAFT: &str = "console.controller";
/// What is sent to have the platform asked.
const LOOK: &str = "look";
const GOOD_FOR: Duration = Duration::from_secs(3600);

/// All answers, before the controller is added.
#[derive(Template)]
#[template(path = "controller-check.html")]
struct Check {
    s: Shell,
    draft: String,
    parts: Vec<(Part, Vec<(String, String)>)>,
}

/// What was answered so far.
#[derive(Deserialize, Serialize)]
struct Draft {
    answers: Answers,
    /// The words of the parts that are done.
    done: Vec<String>,
    made_at: At,
}

/// What is sent: the answers to one part, or which part to show once more, or that all is right.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    draft: String,
    /// The part that was answered; `check` for all of them.
    #[serde(default)]
    at: String,
    /// The part to show instead, or [`LOOK`].
    #[serde(default)]
    show: String,
    #[serde(flatten)]
    answers: Answers,
}

/// The first step.
///
/// # Errors
/// The officer does not manage everything, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<ControllersManage>) -> Result<HttpResponse, Refused> {
    manages_all(&officer)?;
    let draft = Draft { answers: Answers::usual(), done: Vec::new(), made_at: app.store.now() };
    let s = Shell::of(&app, officer.visitor()).await?;
    page::show(&step(&app, s, &officer, Part::Name, &draft, None, Faults::default())?)
}

/// Takes a step, and with the last one the controller.
///
/// # Errors
/// The officer does not manage everything, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    form: Form<Sent>,
) -> Result<HttpResponse, Refused> {
    manages_all(&officer)?;
    let sent = &form.fields;
    let Some(mut draft) = Draft::open(&app, &officer, &sent.draft) else {
        return Ok(page::go_to(&OwnPath::read("/console/setup/controllers/add")));
    };
    let s = Shell::of(&app, officer.visitor()).await?;
    if sent.show == LOOK {
        return look(&app, s, &officer, &draft, &sent.answers).await;
    }
    if let Some(part) = Part::of(&sent.show) {
        return page::show(&step(&app, s, &officer, part, &draft, None, Faults::default())?);
    }
    if sent.at == "check" {
        return add(&app, &s, &officer, &form, &draft).await;
    }
    let part = Part::of(&sent.at).ok_or(Refused::Malformed)?;
    let mut answers = draft.answers.clone();
    answers.take(part, &sent.answers, true);
    let mut faults = answers.faults(part, true, &s);
    if part == Part::Name && faults.is_empty() && by_slug(app.store.db.read(), &answers.slug).await?.is_some() {
        faults.add("slug", s.t("controller-slug-taken"));
    }
    if !faults.is_empty() {
        let page = step(&app, s, &officer, part, &draft, Some(answers), faults)?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    draft.answers = answers;
    draft.done.push(part.as_str().to_owned());
    match Part::ALL.into_iter().find(|part| !draft.is_done(*part)) {
        Some(next) => page::show(&step(&app, s, &officer, next, &draft, None, Faults::default())?),
        None => page::show(&check(&app, s, &officer, &draft)?),
    }
}

/// What the platform says of the credential that was given, before the divisions are asked for.
async fn look(
    app: &App,
    s: Shell,
    officer: &Officer<ControllersManage>,
    draft: &Draft,
    sent: &Answers,
) -> Result<HttpResponse, Refused> {
    if !draft.is_done(Part::Credential) {
        return Err(Refused::Malformed);
    }
    let mut answers = draft.answers.clone();
    answers.take(Part::Divisions, sent, true);
    let new = answers.controller(&s).ok_or(Refused::Malformed)?;
    let row = proposed(&app.store, new).map_err(|why| not_saved(why.into()))?;
    let looked = Looked::at(app, &s, &row).await?;
    let page = step(app, s, officer, Part::Divisions, draft, Some(answers), Faults::default())?;
    page::show(&page.with(looked))
}

async fn add(
    app: &App,
    s: &Shell,
    officer: &Officer<ControllersManage>,
    form: &Form<Sent>,
    draft: &Draft,
) -> Result<HttpResponse, Refused> {
    let is_whole = Part::ALL.into_iter().all(|part| draft.is_done(part));
    let new = draft.answers.controller(s).filter(|_| is_whole).ok_or(Refused::Malformed)?;
    let then = format!("/console/setup/controllers/{}?done=added", new.slug);
    let by = officer.by.decider();
    act(app, officer, form, then, async |txn| {
        manage::add(txn, &app.store, &by, new).await.map(|_| ()).map_err(not_saved)
    })
    .await
}

fn manages_all(officer: &Officer<ControllersManage>) -> Result<(), Refused> {
    let does = officer.reach().covers(ControllerId::INSTALLATION);
    if does { Ok(()) } else { Err(Refused::not_found()) }
}

fn step(
    app: &App,
    s: Shell,
    officer: &Officer<ControllersManage>,
    part: Part,
    draft: &Draft,
    typed: Option<Answers>,
    faults: Faults,
) -> Result<Question, Refused> {
    let answers = typed.unwrap_or_else(|| draft.answers.clone());
    Ok(Question::of(s, part, answers, Asked::New { draft: draft.seal(app, officer)? }, faults))
}

fn check(app: &App, s: Shell, officer: &Officer<ControllersManage>, draft: &Draft) -> Result<Check, Refused> {
    let parts = Part::ALL.map(|part| (part, summary(&s, part, &draft.answers, true))).into();
    Ok(Check { draft: draft.seal(app, officer)?, parts, s })
}

impl Draft {
    fn is_done(&self, part: Part) -> bool {
        self.done.iter().any(|word| word == part.as_str())
    }

    fn seal(&self, app: &App, officer: &Officer<ControllersManage>) -> Result<String, Refused> {
        let plain = serde_json::to_vec(self).map_err(Refused::internal)?;
        Ok(BASE64_STANDARD.encode(app.store.safe.keyring().seal(officer.id().0, DRAFT, &plain)))
    }

    /// What this officer was given on an earlier page, if it is not too old.
    fn open(app: &App, officer: &Officer<ControllersManage>, text: &str) -> Option<Self> {
        let sealed = BASE64_STANDARD.decode(text).ok()?;
        let plain = app.store.safe.keyring().open(officer.id().0, DRAFT, &sealed).ok()?;
        let draft: Self = serde_json::from_slice(&plain).ok()?;
        (app.store.now().since(draft.made_at) <= GOOD_FOR).then_some(draft)
    }
}
