//! `/status/withdraw`: what withdrawing means, and the button that does it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::decision::LONGEST_REASON;
use api::problem::Problem;
use askama::Template;
use entities::request::decide::{Case, NotDecided};
use entities::request::status::RequestEvent;
use serde::Deserialize;

use crate::faults::Faults;
use crate::form::Form;
use crate::guest::{Person, go_to};
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "status-withdraw.html")]
struct Page {
    s: Shell,
    faults: Faults,
    reference: String,
    right: String,
    controller: String,
    reason: String,
}

/// What is filled in.
#[derive(Default, Deserialize)]
pub struct Fields {
    #[serde(default)]
    reason: String,
}

/// What the trail says where the person gives no reason, which nobody owes.
const NO_REASON: &str = "Withdrawn by the person on the status page.";

/// The check.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, person: Person) -> Result<HttpResponse, Refused> {
    match page_of(&app, &person, String::new(), Faults::default()).await? {
        Some(page) => page::show(&page),
        None => Ok(go_to("/status?done=too-late")),
    }
}

/// Withdraws the request. A second sending finds it withdrawn, and says so.
///
/// # Errors
/// The database fails.
pub async fn send(app: Data<App>, person: Person, form: Form<Fields>) -> Result<HttpResponse, Refused> {
    let reason = form.fields.reason.trim();
    if reason.chars().count() > LONGEST_REASON {
        let says = person.visitor().words.with("reason-too-long", "most", LONGEST_REASON);
        let page = page_of(&app, &person, form.fields.reason.clone(), Faults::one("reason", says)).await?;
        return match page {
            Some(page) => page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page),
            None => Ok(go_to("/status?done=too-late")),
        };
    }
    let decider = person.decider();
    let txn = app.store.db.begin().await?;
    let case = Case::open(&txn, &app.store, &decider, person.request, None).await.map_err(Problem::from)?;
    match case.withdraw(if reason.is_empty() { NO_REASON } else { reason }).await {
        Ok(_) => {
            txn.commit().await?;
            Ok(go_to("/status?done=withdrawn"))
        }
        Err(NotDecided::Status(_)) => Ok(go_to("/status?done=too-late")),
        Err(error) => Err(Problem::from(error).into()),
    }
}

async fn page_of(app: &App, person: &Person, reason: String, faults: Faults) -> Result<Option<Page>, Refused> {
    let (request, controller, s) = person.own(app).await?;
    if request.status.transition(RequestEvent::Withdrew).is_err() {
        return Ok(None);
    }
    let (right, controller) = (s.word("right", request.right.as_str()), controller.name);
    Ok(Some(Page { faults, reference: request.reference, right, controller, reason, s }))
}
