//! `/console/setup/clients/add`: a program that is to call the API.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::OfficersManage;
use askama::Template;
use entities::client::manage::{self, NewClient, NotManaged, TOKEN_SECONDS};
use entities::client::scope::Scope;
use entities::db::Txn;
use serde::Deserialize;

use super::{secret, view};
use crate::act::once;
use crate::faults::Faults;
use crate::form::Form;
use crate::officer::Officer;
use crate::page;
use crate::parts::Check;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "client-add.html")]
struct Page {
    s: Shell,
    faults: Faults,
    name: String,
    minutes: String,
    controllers: Vec<Check>,
    scopes: Vec<Check>,
}

/// What is filled in.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    name: String,
    controllers: Vec<String>,
    scopes: Vec<String>,
    minutes: String,
}

/// The form.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<OfficersManage>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let fields = Fields { minutes: "60".to_owned(), ..Fields::default() };
    page::show(&page_of(&officer, s, fields, Faults::default()))
}

/// Makes it, and shows its secret.
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
    let new = read(&s, &officer, &fields);
    let mut faults = Faults::default();
    for fault in new.faults() {
        match fault {
            NotManaged::BadName => faults.add("name", s.t("officer-name-bad")),
            NotManaged::NoController => faults.add("controllers", s.t("client-controllers-missing")),
            NotManaged::NoScope => faults.add("scopes", s.t("client-scopes-missing")),
            NotManaged::BadLife => faults.add("minutes", s.t("client-life-bad")),
            other => return Err(other.into()),
        }
    }
    if !faults.is_empty() {
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page_of(&officer, s, fields, faults));
    }
    let by = officer.by.decider();
    let done = once(&app, &officer, &form, async |txn: &Txn| {
        let (row, secret) = manage::make(txn, &app.store, &by, new).await?;
        Ok(((row.id, secret), format!("/console/setup/clients/{}?say=shown", row.id)))
    })
    .await?;
    match &done.now {
        Some((id, made)) => secret::show(&app, &officer, *id, made).await,
        None => Ok(page::go_to(&done.then)),
    }
}

fn read(s: &Shell, officer: &Officer<OfficersManage>, fields: &Fields) -> NewClient {
    let managed = s.controllers.values().filter(|row| officer.reach().covers(row.id));
    let chosen = managed.filter(|row| fields.controllers.contains(&row.slug)).map(|row| row.id);
    let minutes: u64 = fields.minutes.trim().parse().unwrap_or_default();
    NewClient {
        name: fields.name.clone(),
        scopes: fields.scopes.iter().filter_map(|word| word.parse().ok()).collect(),
        controllers: chosen.collect(),
        token_life: Duration::from_secs(minutes.saturating_mul(60).min(TOKEN_SECONDS.end() + 1)),
    }
}

fn page_of(officer: &Officer<OfficersManage>, s: Shell, fields: Fields, faults: Faults) -> Page {
    let mut managed: Vec<_> = s.controllers.values().filter(|row| officer.reach().covers(row.id)).collect();
    managed.sort_by(|a, b| a.name.cmp(&b.name));
    let is_only = managed.len() == 1;
    let controllers = managed.into_iter().map(|row| Check {
        value: row.slug.clone(),
        label: row.name.clone(),
        hint: String::new(),
        is_chosen: is_only || fields.controllers.contains(&row.slug),
    });
    let scope = |scope: &Scope| Check {
        value: scope.as_str().to_owned(),
        label: s.word("scope", &view::scope_word(*scope)),
        hint: scope.as_str().to_owned(),
        is_chosen: fields.scopes.iter().any(|word| word == scope.as_str()),
    };
    Page {
        controllers: controllers.collect(),
        scopes: Scope::ALL.iter().map(scope).collect(),
        name: fields.name,
        minutes: fields.minutes,
        faults,
        s,
    }
}
