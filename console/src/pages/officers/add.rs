//! `/console/setup/officers/add`: somebody who is to sign in, and the invitation to set a password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::OfficersManage;
use askama::Template;
use entities::db::Txn;
use entities::officer::invitation;
use entities::officer::manage::{self, NewOfficer, NotManaged};
use entities::officer::role::files_and_approves;
use letters::language::Language;
use serde::Deserialize;

use super::{invited, view};
use crate::act::once;
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::{Check, Choice};
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "officer-add.html")]
struct Page {
    s: Shell,
    faults: Faults,
    login: String,
    name: String,
    languages: Vec<Choice>,
    places: Vec<Choice>,
    roles: Vec<Check>,
    asks_for_both: bool,
}

/// What is filled in.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    login: String,
    name: String,
    language: String,
    at: String,
    roles: Vec<String>,
    both: String,
}

/// The form.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<OfficersManage>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let language = s.w.language().code().to_owned();
    page::show(&page_of(&officer, s, Fields { language, ..Fields::default() }, Faults::default()))
}

/// Adds them, and shows the link by which they set a password.
///
/// # Errors
/// The database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let fields = form.fields.clone();
    let (new, mut faults) = read(&s, &officer, &fields);
    if faults.is_empty() {
        let by = officer.by.decider();
        let mut refused = None;
        let done = once(&app, &officer, &form, async |txn: &Txn| {
            let row = match manage::add(txn, &app.store, &by, new).await {
                Ok(row) => row,
                Err(error) => {
                    refused = fault(&s, &error);
                    return Err(error.into());
                }
            };
            let made = invitation::make(txn, &app.store, &by.actor, row.id).await?;
            let then = format!("/console/setup/officers/{}?say=shown", row.id);
            Ok(((row.id, made), then))
        })
        .await;
        match (refused, done) {
            (Some((field, says)), _) => faults.add(field, says),
            (None, Err(error)) => return Err(error),
            (None, Ok(done)) => {
                return match &done.now {
                    Some((id, made)) => invited::show(&app, &officer, *id, made).await,
                    None => Ok(page::go_to(&done.then)),
                };
            }
        }
    }
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page_of(&officer, s, fields, faults))
}

/// The field that the rules do not take, and why.
fn fault(s: &Shell, error: &NotManaged) -> Option<(&'static str, String)> {
    match error {
        NotManaged::LoginTaken => Some(("login", s.t("officer-login-taken"))),
        NotManaged::BadLogin(_) => Some(("login", s.t("officer-login-bad"))),
        NotManaged::BadName => Some(("name", s.t("officer-name-bad"))),
        _ => None,
    }
}

fn read(s: &Shell, officer: &Officer<OfficersManage>, fields: &Fields) -> (NewOfficer, Faults) {
    let mut faults = Faults::default();
    let place = view::read_place(s, officer.reach(), &fields.at);
    if place.is_none() {
        faults.add("at", s.t("officer-place-missing"));
    }
    let wanted = view::read_roles(&fields.roles);
    if wanted.is_empty() {
        faults.add("roles", s.t("officer-roles-missing"));
    }
    let roles: Vec<_> = place.iter().flat_map(|place| wanted.iter().map(|role| (*place, *role))).collect();
    if !files_and_approves(&roles).is_empty() && fields.both != "yes" {
        faults.add("both", s.t("officer-both-ask"));
    }
    let language = fields.language.parse().unwrap_or(Language::English);
    (NewOfficer { login: fields.login.clone(), name: fields.name.clone(), language, roles }, faults)
}

fn page_of(officer: &Officer<OfficersManage>, s: Shell, fields: Fields, faults: Faults) -> Page {
    let language = |it: &Language| Choice {
        value: it.code().to_owned(),
        label: s.word("language", it.code()),
        is_chosen: it.code() == fields.language,
    };
    let mut places = view::places(&s, officer.reach(), &fields.at);
    if places.len() > 1 {
        let none = Choice { value: String::new(), label: s.t("choose"), is_chosen: fields.at.is_empty() };
        places.insert(0, none);
    }
    Page {
        languages: Language::ALL.iter().map(language).collect(),
        roles: view::role_checks(&s, &view::read_roles(&fields.roles)),
        asks_for_both: faults.says("both").is_some(),
        login: fields.login,
        name: fields.name,
        places,
        faults,
        s,
    }
}
