//! `/console/regulators/new`: invites somebody to look, as far as is chosen.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::RegulatorsInvite;
use askama::Template;
use entities::controller::table::Model as Controller;
use entities::db::Txn;
use entities::regulator::invitation::{self, NewInvitation, NewScope, NotInvited};
use entities::regulator::table::ScopeKind;
use entities::time::At;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::act::once;
use crate::faults::Faults;
use crate::form::Form;
use crate::language::Language;
use crate::officer::Officer;
use crate::page;
use crate::parts::Choice;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "regulators-new.html")]
struct Page {
    s: Shell,
    faults: Faults,
    controllers: Vec<Choice>,
    languages: Vec<Choice>,
    scopes: Vec<Choice>,
    fields: Fields,
}

/// What is filled in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    controller: String,
    name: String,
    address: String,
    language: String,
    purpose: String,
    watermark: String,
    scope: String,
    from: String,
    to: String,
    cases: String,
    expires: String,
}

/// The form.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<RegulatorsInvite>) -> Result<HttpResponse, Refused> {
    page::show(&page_of(&app, &officer, Fields::default(), Faults::default()).await?)
}

/// Invites. The link goes out by mail.
///
/// # Errors
/// The database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<RegulatorsInvite>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let faults = match read(&s, &officer, &form.fields) {
        Ok(new) => {
            let by = officer.by.decider();
            let mut faults = None;
            let made = once(&app, &officer, &form, async |txn: &Txn| {
                match invitation::make(txn, &app.store, &by, new).await {
                    Ok(row) => Ok(((), format!("/console/regulators/{}?done=invited", row.id))),
                    Err(error) => {
                        faults = Some(why(&s, error)?);
                        Err(Refused::not_found())
                    }
                }
            })
            .await;
            match (faults, made) {
                (Some(faults), _) => faults,
                (None, made) => return Ok(page::go_to(&made?.then)),
            }
        }
        Err(faults) => faults,
    };
    let page = page_of(&app, &officer, form.fields, faults).await?;
    page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn why(s: &Shell, error: NotInvited) -> Result<Faults, Refused> {
    Ok(match error {
        NotInvited::Field { field, code } => Faults::one(field, s.word("regulators-fault", &format!("{field}-{code}"))),
        NotInvited::NoSuchCases(unknown) => {
            Faults::one("cases", s.with("regulators-no-such-cases", "cases", unknown.join(", ")))
        }
        NotInvited::NoAddress => Faults::one("address", s.t("regulators-no-public-address")),
        NotInvited::OutOfReach => return Err(Refused::not_found()),
        NotInvited::Store(error) => return Err(error.into()),
    })
}

fn read(s: &Shell, officer: &Officer<RegulatorsInvite>, fields: &Fields) -> Result<NewInvitation, Faults> {
    let fault =
        |field: &'static str, code: &str| Faults::one(field, s.word("regulators-fault", &format!("{field}-{code}")));
    let reached = s.controllers.values().filter(|row| officer.reach().covers(row.id));
    let found: Option<&Controller> = reached.into_iter().find(|row| row.slug == fields.controller);
    let controller = found.ok_or_else(|| fault("controller", "missing"))?;
    let zone = controller.zone().map_err(|_| fault("controller", "missing"))?;
    let day = |field: &'static str, given: &str| given.parse::<Date>().map_err(|_| fault(field, "missing"));
    let scope = match fields.scope.parse::<ScopeKind>() {
        Ok(ScopeKind::Register) => NewScope::Register,
        Ok(ScopeKind::Period) => {
            let (from, to) = (day("from", &fields.from)?, day("to", &fields.to)?);
            let from = begin(from, &zone).ok_or_else(|| fault("from", "missing"))?;
            let before = end(to, &zone).ok_or_else(|| fault("to", "missing"))?;
            NewScope::Period(from, before)
        }
        Ok(ScopeKind::Cases) => {
            let split = fields.cases.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
            NewScope::Cases(split.filter(|it| !it.is_empty()).map(str::to_owned).collect())
        }
        Err(_) => return Err(fault("scope", "missing")),
    };
    let expires_at = end(day("expires", &fields.expires)?, &zone).ok_or_else(|| fault("expires", "missing"))?;
    Ok(NewInvitation {
        controller: controller.id,
        address: fields.address.clone(),
        name: fields.name.clone(),
        language: Language::of_code(&fields.language).unwrap_or_default().code().to_owned(),
        purpose: fields.purpose.clone(),
        watermark: fields.watermark.clone(),
        scope,
        expires_at,
    })
}

/// The first instant of a civil day.
fn begin(day: Date, zone: &TimeZone) -> Option<At> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().into())
}

/// The first instant after it.
fn end(day: Date, zone: &TimeZone) -> Option<At> {
    begin(day.checked_add(1.day()).ok()?, zone)
}

async fn page_of(
    app: &App,
    officer: &Officer<RegulatorsInvite>,
    fields: Fields,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let mut own: Vec<_> = s.controllers.values().filter(|row| officer.reach().covers(row.id)).collect();
    own.sort_by(|a, b| a.name.cmp(&b.name));
    let choice = |value: &str, label: String, chosen: &str| Choice {
        value: value.to_owned(),
        label,
        is_chosen: value == chosen,
    };
    let controllers = own.into_iter().map(|row| choice(&row.slug, row.name.clone(), &fields.controller)).collect();
    let languages = Language::ALL
        .into_iter()
        .map(|it| choice(it.code(), s.word("regulators-language", it.code()), &fields.language))
        .collect();
    let scopes =
        ScopeKind::ALL.iter().map(|it| choice(it.as_str(), s.word("room-scope", it.as_str()), &fields.scope)).collect();
    Ok(Page { faults, controllers, languages, scopes, fields, s })
}
