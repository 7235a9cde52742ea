//! The form of one decision: what it asks, what is wrong with what was filled in, and what would come of it before it is taken.
//!
//! Every decision is asked for in one way, so that officers need to learn it once: a page with the form; where the decision
//! cannot be undone, a second page that repeats what was filled in and shows what would come of it, by trying it out; and only
//! then the decision. What was filled in goes from page to page in the form itself, so nothing is kept here and the way back
//! loses nothing. What differs from one decision to the next is a [`Deciding`].

pub mod desk;
pub mod field;
pub mod outlook;
pub mod reading;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::{Needs, RequestsReveal};
use api::decision::{Decision, Trying, try_out};
use api::problem::{Problem, codes};
use api::reveal::Purpose;
use askama::Template;
use entities::client::scope::Scope;

use self::desk::{Desk, Place};
use self::field::{Field, Kind};
use self::outlook::Outlook;
use self::reading::{Given, Reading, Step};
use crate::decide::{decide, tie};
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::plan::PlanCard;
use crate::refused::Refused;
use crate::reveal::{self, PURPOSES};
use crate::shell::{Shell, Tie};

/// A decision that is asked for by a form.
pub trait Deciding: 'static {
    /// The scope of whoever may take it.
    type Scope: Needs;
    /// What the request's page says once it is taken: `request-done-<word>`.
    const DONE: &'static str;
    /// Whether it is shown once more, with what would come of it, before it is taken.
    const IS_CHECKED: bool = true;

    /// What is asked, as the request stands.
    ///
    /// # Errors
    /// What it is about is not there, or the database fails.
    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused>;

    /// The decision that was filled in; none if something is wrong with that, which is noted.
    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision>;
}

/// What a form asks.
#[derive(Default)]
pub struct Sheet {
    /// What is to be decided.
    pub title: String,
    /// What one must know to decide it, a paragraph each.
    pub lead: Vec<String>,
    /// What is known that bears on it.
    pub facts: Vec<(String, String)>,
    /// The plan that it is about.
    pub plan: Option<PlanCard>,
    /// Whether personal data is among what is shown.
    pub is_personal: bool,
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// What the button says that takes the decision.
    pub go: String,
    /// What cannot be undone, if it destroys something.
    pub grave: Option<String>,
    /// Why it is not for whoever looks, and who could: nothing can be sent then.
    pub barred: Vec<String>,
}

impl Sheet {
    /// A form without fields.
    #[must_use]
    pub fn new(title: String, lead: String, go: String) -> Self {
        Self { title, lead: vec![lead], go, ..Self::default() }
    }

    /// The same with another field.
    #[must_use]
    pub fn ask(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// The same with another fact.
    #[must_use]
    pub fn tell(mut self, term: String, says: impl Into<String>) -> Self {
        self.facts.push((term, says.into()));
        self
    }
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct FormPage {
    s: Shell,
    tie: Tie,
    action: String,
    reference: String,
    sheet: Sheet,
    faults: Faults,
    is_checked: bool,
    is_clear: bool,
    may_reveal: bool,
    purposes: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    s: Shell,
    tie: Tie,
    action: String,
    reference: String,
    sheet: Sheet,
    answers: Vec<(String, String)>,
    kept: Vec<(String, String)>,
    outlook: Outlook,
    may_reveal: bool,
    purposes: Vec<Choice>,
}

/// The form.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show<D: Deciding>(
    app: Data<App>,
    officer: Officer<D::Scope>,
    place: Place,
) -> Result<HttpResponse, Refused> {
    look_at::<D, D::Scope>(&app, &officer, &place).await
}

/// The form for whoever holds another scope than the one it takes, and is told who could.
///
/// # Errors
/// See [`show`].
pub async fn look_at<D: Deciding, S: Needs>(
    app: &App,
    officer: &Officer<S>,
    place: &Place,
) -> Result<HttpResponse, Refused> {
    let desk = Desk::masked(app, officer, place).await?;
    let tie = tie(app, officer.reach(), &desk.look.request).await?;
    page::show(&form_page::<D>(desk, tie, &Given::default(), Faults::default()).await?)
}

/// Takes the form: shows it again where something is wrong with it, shows what would come of it, or takes the decision.
///
/// # Errors
/// The request is not within reach, or has changed since.
pub async fn send<D: Deciding>(
    app: Data<App>,
    officer: Officer<D::Scope>,
    place: Place,
    form: Form<Given>,
) -> Result<HttpResponse, Refused> {
    let given = &form.fields;
    // The version stays the one that the first page showed, so whatever happened since is told.
    let tie = || Tie { version: form.version.unwrap_or(-1), seen: form.seen };
    let looks = matches!(given.step(), Step::Reveal | Step::Words);
    if looks && !PURPOSES.contains(&given.purpose()) {
        let desk = Desk::masked(&app, &officer, &place).await?;
        let faults = Faults::one("purpose", desk.s.t("reveal-purpose-missing"));
        let page = form_page::<D>(desk, tie(), given, faults).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let desk = match given.step() {
        Step::Reveal => Desk::clear(&app, &officer, &place, given.purpose()).await?,
        _ => Desk::masked(&app, &officer, &place).await?,
    };
    if matches!(given.step(), Step::Reveal | Step::Edit) {
        return page::show(&form_page::<D>(desk, tie(), given, Faults::default()).await?);
    }
    let mut reading = Reading::new(given, &desk);
    let read = D::read(&desk, &mut reading);
    let faults = reading.finish();
    let Some(decision) = read.filter(|_| faults.is_empty()) else {
        let page = form_page::<D>(desk, tie(), given, faults).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let outcome = match given.step() {
        Step::First | Step::Words if D::IS_CHECKED => check::<D>(&app, &officer, &desk, tie(), &form, &decision).await,
        _ => decide(&app, &officer, &place.name, &form, decision, D::DONE).await,
    };
    match outcome {
        Err(Refused::Problem(problem)) if is_mendable(&problem) => {
            let status = StatusCode::from_u16(problem.code().status).unwrap_or(StatusCode::CONFLICT);
            let mut page = form_page::<D>(desk, tie(), given, Faults::default()).await?;
            page.faults = told(&page.s, &page.sheet, &problem);
            page::with_status(status, &page)
        }
        other => other,
    }
}

/// Whether the rules say no to what was filled in, so that the form is the place to say why.
fn is_mendable(problem: &Problem) -> bool {
    matches!(problem.code().status, 409 | 422) && problem.code() != codes::IDEMPOTENCY_KEY_REUSED
}

async fn form_page<D: Deciding>(desk: Desk<'_>, tie: Tie, given: &Given, faults: Faults) -> Result<FormPage, Refused> {
    let mut sheet = D::asks(&desk).await?;
    given.fill(&mut sheet.fields);
    Ok(FormPage {
        tie,
        action: desk.action.clone(),
        reference: desk.look.request.reference.clone(),
        faults,
        is_checked: D::IS_CHECKED,
        is_clear: desk.look.is_clear(),
        may_reveal: sheet.is_personal && desk.may(Scope::RequestsReveal) && desk.look.key.is_some(),
        purposes: reveal::choices(&desk.s),
        sheet,
        s: desk.s,
    })
}

/// What would come of it, by trying it out. Letters are shown masked, or for a purpose.
async fn check<D: Deciding>(
    app: &App,
    officer: &Officer<D::Scope>,
    desk: &Desk<'_>,
    tie: Tie,
    form: &Form<Given>,
    decision: &Decision,
) -> Result<HttpResponse, Refused> {
    let given = &form.fields;
    let request = &desk.look.request;
    let reveal = match given.step() {
        Step::Words => {
            let by = officer.also::<RequestsReveal>()?;
            if !by.reach.covers(request.controller_id) {
                return Err(Refused::NoRight(Scope::RequestsReveal));
            }
            Some(Purpose::read("purpose", given.purpose())?)
        }
        _ => None,
    };
    let trying = Trying { reveal };
    let trial = match try_out(app, &officer.by, &trying, request.id, &form.expected(), decision).await {
        Err(problem) if problem.code() == codes::STALE => return Err(Refused::Stale(request.id, form.seen)),
        other => other?,
    };
    let s = Shell::of(app, officer.visitor()).await?;
    let mut sheet = D::asks(desk).await?;
    given.fill(&mut sheet.fields);
    let page = CheckPage {
        tie,
        action: desk.action.clone(),
        reference: request.reference.clone(),
        answers: sheet.fields.iter().filter_map(|field| field.answer(&s)).collect(),
        kept: given.kept(),
        outlook: Outlook::of(&s, request, &trial),
        may_reveal: desk.may(Scope::RequestsReveal),
        purposes: reveal::choices(&s),
        sheet,
        s,
    };
    page::show(&page)
}

/// What the rules said, at the field that they said it of.
fn told(s: &Shell, sheet: &Sheet, problem: &Problem) -> Faults {
    let mut faults = Faults::default();
    for error in problem.errors() {
        let name = error.field.replace('.', "_");
        let field = sheet.fields.iter().find(|field| field.name == name);
        let says = s.w.known("fault", &error.code).unwrap_or_else(|| error.detail.clone());
        faults.add(field.map_or("main", |field| field.name), says);
    }
    if faults.is_empty() {
        let says = s.w.known("problem", problem.code().word).unwrap_or_else(|| problem.detail().to_owned());
        faults.add(sheet.fields.first().filter(|field| !field.is_hidden()).map_or("main", |field| field.name), says);
    }
    faults
}
