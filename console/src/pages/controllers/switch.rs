//! `/console/setup/pause` and `/console/setup/controllers/{controller}/pause`: the switch that stops all work, or one controller's.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::ControllersManage;
use api::problem::{Problem, codes};
use askama::Template;
use entities::controller::pause::{self, LONGEST_REASON, NotSwitched};
use entities::controller::table::Model;
use entities::id::ControllerId;
use entities::officer::role::Where;
use serde::Deserialize;

use crate::act::act;
use crate::controllers;
use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Paused, Shell};

#[derive(Template)]
#[template(path = "switch.html")]
struct Page {
    s: Shell,
    place: Place,
    faults: Faults,
    reason: String,
    /// The pause in force here.
    pause: Option<Paused>,
    /// Whether everything is paused besides.
    is_all_paused: bool,
}

/// What is switched.
struct Place {
    at: Where,
    /// The controller's name; none for everything.
    name: Option<String>,
    /// Where one comes back to.
    back: String,
    /// Where the forms go, before `/pause` and `/resume`.
    base: String,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    reason: String,
}

impl Place {
    fn everywhere(officer: &Officer<ControllersManage>) -> Result<Self, Refused> {
        if !officer.reach().covers(ControllerId::INSTALLATION) {
            return Err(Refused::not_found());
        }
        let back = "/console/setup/controllers".to_owned();
        Ok(Self { at: Where::Everywhere, name: None, back, base: "/console/setup".to_owned() })
    }

    async fn named(app: &App, officer: &Officer<ControllersManage>, slug: &str) -> Result<Self, Refused> {
        let Model { id, name, slug, .. } = controllers::named(app, officer, slug).await?;
        let base = format!("/console/setup/controllers/{slug}");
        Ok(Self { at: Where::At(id), name: Some(name), back: base.clone(), base })
    }
}

/// The switch of everything.
///
/// # Errors
/// The officer does not manage everything, or the database fails.
pub async fn show_all(app: Data<App>, officer: Officer<ControllersManage>) -> Result<HttpResponse, Refused> {
    let place = Place::everywhere(&officer)?;
    page::show(&page_of(&app, &officer, place, String::new(), Faults::default()).await?)
}

/// The switch of one controller.
///
/// # Errors
/// The controller is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    slug: Path<String>,
) -> Result<HttpResponse, Refused> {
    let place = Place::named(&app, &officer, &slug).await?;
    page::show(&page_of(&app, &officer, place, String::new(), Faults::default()).await?)
}

/// Stops everything.
///
/// # Errors
/// See [`show_all`]; or everything is paused already.
pub async fn send_all(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let place = Place::everywhere(&officer)?;
    stop(&app, &officer, place, &form).await
}

/// Stops one controller's work.
///
/// # Errors
/// See [`show`]; or it is paused already.
pub async fn send(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    slug: Path<String>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let place = Place::named(&app, &officer, &slug).await?;
    stop(&app, &officer, place, &form).await
}

/// Lets everything go on.
///
/// # Errors
/// See [`show_all`]; or not everything is paused.
pub async fn resume_all(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let place = Place::everywhere(&officer)?;
    go_on(&app, &officer, &place, &form).await
}

/// Lets one controller's work go on.
///
/// # Errors
/// See [`show`]; or it is not paused.
pub async fn resume(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    slug: Path<String>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let place = Place::named(&app, &officer, &slug).await?;
    go_on(&app, &officer, &place, &form).await
}

async fn stop(
    app: &App,
    officer: &Officer<ControllersManage>,
    place: Place,
    form: &Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let reason = form.fields.reason.trim();
    let words = officer.visitor().words;
    let fault = match reason.chars().count() {
        0 => Some(words.t("switch-reason-missing")),
        n if n > LONGEST_REASON => Some(words.with("reason-too-long", "most", LONGEST_REASON)),
        _ => None,
    };
    if let Some(says) = fault {
        let page = page_of(app, officer, place, form.fields.reason.clone(), Faults::one("reason", says)).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (by, at, then) = (officer.by.decider(), place.at, place.back);
    act(app, officer, form, then, async |txn| {
        pause::pause(txn, &app.store, &by, at, reason).await.map(|_| ()).map_err(not_switched)
    })
    .await
}

async fn go_on(
    app: &App,
    officer: &Officer<ControllersManage>,
    place: &Place,
    form: &Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (by, at) = (officer.by.decider(), place.at);
    act(app, officer, form, place.back.clone(), async |txn| {
        pause::resume(txn, &app.store, &by, at).await.map_err(not_switched)
    })
    .await
}

fn not_switched(why: NotSwitched) -> Refused {
    match why {
        NotSwitched::OutOfReach => Refused::not_found(),
        NotSwitched::Store(error) => error.into(),
        NotSwitched::AlreadyPaused | NotSwitched::NotPaused | NotSwitched::BadReason => {
            Problem::new(codes::RACED, why.to_string()).into()
        }
    }
}

async fn page_of(
    app: &App,
    officer: &Officer<ControllersManage>,
    place: Place,
    reason: String,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let rows = pause::in_force(app.store.db.read(), officer.reach()).await?;
    let is_of = |id: ControllerId| rows.iter().any(|row| row.controller_id == id);
    let here = match place.at {
        Where::Everywhere => ControllerId::INSTALLATION,
        Where::At(id) => id,
    };
    let is_all_paused = here != ControllerId::INSTALLATION && is_of(ControllerId::INSTALLATION);
    let pause = s.paused.iter().find(|it| it.at == here).cloned();
    Ok(Page { is_all_paused, pause, s, place, faults, reason })
}
