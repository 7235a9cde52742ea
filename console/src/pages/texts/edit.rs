//! One text of a controller: looking at it, trying a change with made-up letters, saving it, going back to the one that comes with
//! the program.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::ControllersManage;
use api::problem::{Problem, codes};
use api::query::Query;
use askama::Template;
use entities::controller::table::Model as Controller;
use entities::event::table::ActorKind;
use entities::letter::templates::table::Model as Version;
use entities::letter::templates::{self, NotSaved};
use law::regime::Regime;
use letters::error::{LetterError, Place};
use letters::letter::Letter;
use letters::requirement::Mandatory;
use letters::template::{Name, Override, Source, TemplateId};
use serde::Deserialize;

use super::{address, label};
use crate::act::{act, unchanged};
use crate::controllers;
use crate::dates::When;
use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::people::People;
use crate::refused::Refused;
use crate::say::Done;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "text.html")]
struct Page {
    s: Shell,
    notice: Option<String>,
    faults: Faults,
    slug: String,
    name: String,
    label: String,
    language: String,
    action: String,
    has_subject: bool,
    subject: String,
    body: String,
    laws: Vec<Choice>,
    /// A made-up letter with the text, if it was tried.
    preview: Option<Letter>,
    /// Whether every letter it is for can be made with it, if it was tried.
    is_checked: bool,
    /// What letters would lack, if it was tried: each part with what asks for it.
    lacks: Vec<(String, String)>,
    /// The newest version there is, which a form is bound to.
    version: i64,
    is_own: bool,
    versions: Vec<Line>,
}

/// One version.
struct Line {
    number: i64,
    by: String,
    saved: When,
    withdrawn: Option<When>,
    subject: String,
    body: String,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    subject: String,
    #[serde(default)]
    body: String,
    /// The law of the made-up letter.
    #[serde(default)]
    law: String,
    /// `try`, or `save`.
    #[serde(default)]
    then: String,
}

/// What is asked about: whose text, and which.
struct About {
    controller: Controller,
    id: TemplateId,
}

impl About {
    async fn of(
        app: &App,
        officer: &Officer<ControllersManage>,
        (slug, language, text): &(String, String, String),
    ) -> Result<Self, Refused> {
        let id = format!("{language}/{text}").parse().map_err(|_| Refused::not_found())?;
        Ok(Self { controller: controllers::named(app, officer, slug).await?, id })
    }

    fn address(&self) -> String {
        address(&self.controller.slug, self.id)
    }
}

/// The text as letters are made with it now.
///
/// # Errors
/// The controller is not within reach, there is no such text, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    path: Path<(String, String, String)>,
    asked: Query<Done>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let about = About::of(&app, &officer, &path).await?;
    let mut page = page_of(&app, &officer, &about, None).await?;
    page.notice = asked.notice(&page.s, "text-done");
    page::show(&page)
}

/// Tries a text, or saves it once every letter it is for can be made with it.
///
/// # Errors
/// See [`show`]; or somebody else saved one meanwhile.
pub async fn send(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    path: Path<(String, String, String)>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let about = About::of(&app, &officer, &path).await?;
    let text = form.fields.text(about.id);
    let conn = app.store.db.read();
    let checked = match templates::check(conn, about.controller.id, &text).await {
        Ok(()) => None,
        Err(NotSaved::Wrong(error)) => Some(error),
        Err(NotSaved::Store(error)) => return Err(error.into()),
    };
    if form.fields.then == "save" && checked.is_none() {
        return save(&app, &officer, &about, &form, &text).await;
    }
    let law = form.fields.law.parse().unwrap_or(Regime::EU_GDPR);
    let preview = match templates::preview(conn, about.controller.id, &text, law).await {
        Ok(letter) => Some(letter),
        Err(NotSaved::Wrong(_)) => None,
        Err(NotSaved::Store(error)) => return Err(error.into()),
    };
    let mut page = page_of(&app, &officer, &about, Some(&form.fields)).await?;
    page.preview = preview;
    page.is_checked = checked.is_none();
    let status = if checked.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    if let Some(error) = checked {
        page.faults = faults(&page.s, &error);
        page.lacks = lacks(&page.s, &error);
    }
    page::with_status(status, &page)
}

async fn save(
    app: &App,
    officer: &Officer<ControllersManage>,
    about: &About,
    form: &Form<Fields>,
    text: &Override,
) -> Result<HttpResponse, Refused> {
    let controller = about.controller.id;
    act(app, officer, form, format!("{}?done=saved", about.address()), async |txn| {
        let newest = templates::versions(&**txn, controller, about.id).await?;
        unchanged(form, newest.first().map_or(0, |row| row.version))?;
        match templates::save(txn, app.store.now(), &officer.by.actor, controller, text).await {
            Ok(_) => Ok(()),
            Err(NotSaved::Store(error)) => Err(error.into()),
            // It was right a moment ago, so another of the controller's texts is a new one.
            Err(NotSaved::Wrong(_)) => Err(raced()),
        }
    })
    .await
}

/// Has letters made with the program's own text again.
///
/// # Errors
/// See [`show`]; or there is no text of the controller's own.
pub async fn withdraw(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    path: Path<(String, String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let about = About::of(&app, &officer, &path).await?;
    let (controller, id) = (about.controller.id, about.id);
    act(&app, &officer, &form, format!("{}?done=withdrawn", about.address()), async |txn| {
        let was_there = templates::withdraw(txn, app.store.now(), &officer.by.actor, controller, id).await?;
        if was_there { Ok(()) } else { Err(raced()) }
    })
    .await
}

fn raced() -> Refused {
    Problem::new(codes::RACED, "the text has changed meanwhile; look again").into()
}

impl Fields {
    fn text(&self, id: TemplateId) -> Override {
        // Browsers end lines by CR LF; texts are kept with LF alone, so that one that was not changed is the same.
        let body = self.body.replace("\r\n", "\n");
        Override { id, source: Source { subject: self.subject.trim().to_owned(), body } }
    }
}

fn faults(s: &Shell, error: &LetterError) -> Faults {
    match error {
        LetterError::Template(fault) => {
            let field = match fault.place {
                Place::Subject => "subject",
                Place::Body => "body",
            };
            let variable = fault.variable.as_ref().map(|name| format!("`{name}`: ")).unwrap_or_default();
            let problem = format!("{variable}{}", fault.problem);
            let says = match fault.line {
                Some(line) => s.with("text-wrong-line", "line", line),
                None => s.t("text-wrong"),
            };
            Faults::one(field, format!("{says} {problem}"))
        }
        LetterError::Incomplete { .. } => Faults::one("body", s.t("text-lacks")),
        LetterError::UnknownRegime | LetterError::WrongRight(_) | LetterError::TooLong(_) => {
            Faults::one("body", error.to_string())
        }
    }
}

fn lacks(s: &Shell, error: &LetterError) -> Vec<(String, String)> {
    let LetterError::Incomplete { missing, .. } = error else { return Vec::new() };
    let one = |part: &Mandatory| (s.word("letter-part", part.part.as_str()), part.source());
    missing.iter().map(one).collect()
}

async fn page_of(
    app: &App,
    officer: &Officer<ControllersManage>,
    about: &About,
    typed: Option<&Fields>,
) -> Result<Page, Refused> {
    let (conn, controller, id) = (app.store.db.read(), &about.controller, about.id);
    let s = Shell::of(app, officer.visitor()).await?;
    let rows = templates::versions(conn, controller.id, id).await?;
    let people = People::load(conn, s.w, rows.iter().filter_map(|row| row.made_by.parse().ok())).await?;
    let dates = s.dates_of(controller.id);
    let own = rows.first().filter(|row| row.withdrawn_at.is_none());
    let source = match (typed, own) {
        (Some(typed), _) => typed.text(id).source,
        (None, Some(row)) => Source { subject: row.subject.clone(), body: row.body.clone() },
        (None, None) => Source::embedded(id),
    };
    let laws = law::pack::laws().iter().map(|law| (law.id.as_str(), s.word("regime", &law.id)));
    let chosen = typed.map(|typed| typed.law.as_str()).filter(|law| !law.is_empty()).unwrap_or("eu_gdpr");
    let laws = laws.map(|(value, label)| Choice { is_chosen: value == chosen, value: value.to_owned(), label });
    let line = |row: &Version| {
        let kind =
            if row.made_by.parse::<entities::id::ClientId>().is_ok() { ActorKind::Client } else { ActorKind::Operator };
        Line {
            number: row.version,
            by: people.actor(kind, &row.made_by),
            saved: dates.minute(row.created_at),
            withdrawn: row.withdrawn_at.map(|at| dates.minute(at)),
            subject: row.subject.clone(),
            body: row.body.clone(),
        }
    };
    Ok(Page {
        notice: None,
        faults: Faults::default(),
        slug: controller.slug.clone(),
        name: controller.name.clone(),
        label: label(&s, id.name),
        language: s.word("letter-language", id.language.code()),
        action: about.address(),
        has_subject: matches!(id.name, Name::Letter(_)),
        subject: source.subject,
        body: source.body,
        laws: laws.collect(),
        preview: None,
        is_checked: false,
        lacks: Vec::new(),
        version: rows.first().map_or(0, |row| row.version),
        is_own: own.is_some(),
        versions: rows.iter().map(line).collect(),
        s,
    })
}
