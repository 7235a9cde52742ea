//! `/console/sign-in/provider`: to the organisation's own provider, back from it, and out there too.
//!
//! The ways there are links and no forms: browsers hold a form's whole way to `form-action`, and it ends elsewhere. They change
//! nothing but that a question waits for its answer.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use api::app::{App, Federation};
use api::query::Query;
use askama::Template;
use entities::officer::challenge::{self, Purpose};
use entities::officer::provided::{self, Provided};
use entities::officer::session::{self, Signed};
use entities::time::At;
use letters::language::Language as Reads;
use oidc::failed::Failed;
use oidc::person::Person;
use oidc::provider::{Answer, Begun};
use serde::{Deserialize, Serialize};

use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::stage;
use crate::visitor::{Visiting, Visitor};

/// Where the provider sends people back to, below the service's address.
const BACK: &str = "/console/sign-in/provider/back";
/// Where it sends them after they have signed out there.
const AFTER: &str = "/console/sign-in";

#[derive(Template)]
#[template(path = "provider.html")]
struct Page {
    s: Shell,
    says: String,
    again: String,
}

/// Where one wants to go.
#[derive(Deserialize)]
pub struct Asked {
    to: Option<String>,
}

/// What is kept until the provider's answer.
#[derive(Serialize, Deserialize)]
struct Kept {
    begun: Begun,
    to: String,
}

fn federation(app: &App) -> Result<(&Federation, &str), Refused> {
    let federation = app.federation.as_deref().ok_or_else(Refused::not_found)?;
    // The configuration refuses the one without the other.
    let url = app.store.public_url.as_deref().ok_or_else(Refused::not_found)?;
    Ok((federation, url))
}

fn seconds(now: At) -> i64 {
    now.timestamp().as_second()
}

/// Sends the browser to the provider.
///
/// # Errors
/// There is no provider, too many tried from this address, or the database fails.
pub async fn begin(app: Data<App>, visitor: Visiting, asked: Query<Asked>) -> Result<HttpResponse, Refused> {
    let (federation, url) = federation(&app)?;
    stage::brake(&app, &visitor)?;
    let to = OwnPath::read(&asked.get()?.to.unwrap_or_default());
    if visitor.session.as_ref().is_some_and(Signed::is_full) {
        return Ok(page::go_to(&to));
    }
    let state = challenge::token();
    let (there, begun) =
        match federation.provider.begin(&format!("{url}{BACK}"), &state, seconds(app.store.now())).await {
            Ok(begun) => begun,
            Err(failed) => return refuse(&app, &visitor, failed, &to),
        };
    let kept = serde_json::to_vec(&Kept { begun, to: to.as_str().to_owned() }).map_err(Refused::internal)?;
    challenge::ask(&app.store, Purpose::Provider, &state, &visitor.bound_to, &kept).await?;
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, there.as_str())).finish())
}

/// Takes the provider's answer.
///
/// # Errors
/// There is no provider, too many tried from this address, or the database fails.
pub async fn back(app: Data<App>, visitor: Visiting, answer: Query<Answer>) -> Result<HttpResponse, Refused> {
    let (federation, url) = federation(&app)?;
    stage::brake(&app, &visitor)?;
    let answer = answer.get()?;
    let state = answer.state.as_deref().unwrap_or_default();
    let kept = challenge::take(&app.store, Purpose::Provider, state, &visitor.bound_to).await?;
    let Some(kept) = kept else {
        return refuse(&app, &visitor, Failed::Unfit("nothing was begun in this browser"), &OwnPath::home());
    };
    let Kept { begun, to } = serde_json::from_slice(&kept).map_err(Refused::internal)?;
    let (to, now) = (OwnPath::read(&to), app.store.now());
    let person = match federation.provider.finish(&format!("{url}{BACK}"), &begun, &answer, seconds(now)).await {
        Ok(person) => person,
        Err(failed) => return refuse(&app, &visitor, failed, &to),
    };
    if federation.rules.mapping.is_some() && person.groups.is_none() {
        tracing::warn!("the provider says nothing of groups: see `oidc.groups_claim`");
    }
    let who = vouched_for(federation, person, &visitor);
    match provided::sign_in(&app.store, &federation.rules, &who, &visitor.from()).await? {
        Some(opened) => {
            // What this browser had begun otherwise is over.
            if let Some(signed) = &visitor.session {
                let txn = app.store.db.begin().await?;
                let by = visitor.from().actor(signed.officer);
                session::end(&txn, &app.store, &by, signed.officer, signed.session).await?;
                txn.commit().await?;
            }
            Ok(stage::move_on(&visitor, &opened, &to))
        }
        None => {
            let says = visitor.words.t("provider-unknown");
            show(&app, &visitor, StatusCode::FORBIDDEN, says, &to)
        }
    }
}

fn vouched_for(federation: &Federation, person: Person, visitor: &Visitor) -> Provided {
    let at = |seconds: i64| At::ZERO + Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    Provided {
        issuer: federation.provider.settings().issuer.clone(),
        subject: person.subject,
        email: person.email,
        name: person.name,
        groups: person.groups.unwrap_or_default(),
        language: visitor.words.language().code().parse().unwrap_or(Reads::English),
        second_factor: person.second_factor,
        signed_in_at: person.signed_in_at.map(at),
    }
}

/// To where one signs out at the provider too. Here that is done already.
///
/// # Errors
/// There is no provider.
pub async fn end(app: Data<App>, visitor: Visiting) -> Result<HttpResponse, Refused> {
    let (federation, url) = federation(&app)?;
    stage::brake(&app, &visitor)?;
    match federation.provider.sign_out(&format!("{url}{AFTER}"), seconds(app.store.now())).await {
        Some(there) => Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, there.as_str())).finish()),
        None => show(&app, &visitor, StatusCode::OK, visitor.words.t("provider-no-end"), &OwnPath::home()),
    }
}

/// Says what did not work, and the way out; the log says which of the reasons it was.
fn refuse(app: &App, visitor: &Visitor, failed: Failed, to: &OwnPath) -> Result<HttpResponse, Refused> {
    tracing::warn!(reason = %failed, "somebody was not signed in by the provider");
    let words = visitor.words;
    let (status, says) = match failed {
        Failed::Away(_) => (StatusCode::SERVICE_UNAVAILABLE, words.t("provider-away")),
        Failed::Denied(_) => (StatusCode::FORBIDDEN, words.t("provider-denied")),
        Failed::Unfit(_) => (StatusCode::FORBIDDEN, words.t("provider-unfit")),
    };
    show(app, visitor, status, says, to)
}

fn show(app: &App, visitor: &Visitor, status: StatusCode, says: String, to: &OwnPath) -> Result<HttpResponse, Refused> {
    let again = stage::with_to("/console/sign-in", to).as_str().to_owned();
    // Where a change of colours leads back to: this address holds what the provider said, and counts no more.
    let s = Shell { here: again.clone(), ..Shell::bare(app, visitor) };
    page::with_status(status, &Page { s, says, again })
}
