//! What lies on the platform's side, for each controller: token, organisation, permissions, limits.

use std::sync::Arc;
use std::time::Duration;

use entities::controller::queries;
use entities::controller::table::Model as Controller;
use entities::store::Store;
use futures::future::join_all;
use genesys::http::{Http, Timeouts};
use genesys::model::account::Limit;
use genesys::platform::Platform;
use tokio_util::sync::CancellationToken;
use worker::platforms::Platforms;
use worker::trouble::Trouble;

use super::{Finding, Findings};
use crate::config::Config;

/// What the service calls and the permission each call needs (contract §3, §4).
const PERMISSIONS: [(&str, &str); 4] = [
    ("gdpr:subject:view", "search for subjects"),
    ("gdpr:request:add", "place exports, erasures and rectifications"),
    ("gdpr:request:view", "follow them to their end"),
    ("externalContacts:contact:view", "tell which contacts are one person"),
];

/// Limits that bear on us (contract §2.3).
const LIMITS: [&str; 2] = ["platform.api", "gdpr"];

/// Checks every controller, or those named.
pub async fn check(config: &Config, store: &Store, only: &[String]) -> Vec<Finding> {
    let mut findings = Findings::of("installation");
    let controllers = match queries::all(store.db.read()).await {
        Ok(controllers) => controllers,
        Err(error) => {
            findings.bad("controllers", error.to_string(), "look after the database");
            return findings.all;
        }
    };
    for slug in only.iter().filter(|slug| !controllers.iter().any(|known| known.slug == **slug)) {
        findings.bad("controllers", format!("there is no `{slug}`"), "`dsr controller list` shows those there are");
    }
    if controllers.is_empty() {
        findings.bad("controllers", "there is none yet", "`dsr controller add --help` shows how to add one");
    }
    let timeouts =
        Timeouts { connect: Duration::from_secs(5), overall: Duration::from_secs(15), idle: Duration::from_secs(15) };
    let http = match Http::with_timeouts(timeouts) {
        Ok(http) => http,
        Err(error) => {
            findings.bad("HTTP", error.to_string(), "install the package ca-certificates");
            return findings.all;
        }
    };
    let settings = worker::config::Config {
        plain_http: config.worker.plain_http,
        slot_patience: Duration::from_secs(20),
        ..worker::config::Config::default()
    };
    let platforms = Arc::new(Platforms::new(store.clone(), http, settings, CancellationToken::new()));
    let chosen = controllers.iter().filter(|known| only.is_empty() || only.contains(&known.slug));
    let checked = join_all(chosen.map(|controller| one(controller, &platforms))).await;
    findings.all.extend(checked.into_iter().flatten());
    findings.all
}

async fn one(controller: &Controller, platforms: &Platforms) -> Vec<Finding> {
    let mut findings = Findings::of(&controller.slug);
    let platform = match platforms.of(controller).await {
        Ok(platform) => platform,
        Err(trouble) => {
            refused(controller, trouble, &mut findings);
            return findings.all;
        }
    };
    findings.good("token", format!("issued by {}", controller.login_url));
    findings.good("organisation", controller.organisation_id.clone());
    for (permission, purpose) in PERMISSIONS {
        held(&platform, permission, purpose, &mut findings).await;
    }
    for namespace in LIMITS {
        let limits = platform.limits(namespace).await.unwrap_or_default();
        if !limits.is_empty() {
            findings.good("limits", limits.iter().map(shown).collect::<Vec<_>>().join(", "));
        }
    }
    if controller.paused {
        findings.good("work", format!("paused; `dsr controller resume {}` lets it go on", controller.slug));
    }
    findings.all
}

fn shown(limit: &Limit) -> String {
    let value = limit.value.map_or_else(|| "?".to_owned(), |value| value.to_string());
    format!("{} {value}", limit.key)
}

fn refused(controller: &Controller, trouble: Trouble, findings: &mut Findings) {
    match trouble {
        Trouble::WrongOrganisation => {
            findings.good("token", format!("issued by {}", controller.login_url));
            findings.bad(
                "organisation",
                format!("the token does not belong to {}", controller.organisation_id),
                "use an OAuth client of that organisation; until then nothing is done for this controller",
            );
        }
        other => findings.bad(
            "token",
            other.to_string(),
            format!("check the address {} and the OAuth client's id, secret and state", controller.login_url),
        ),
    }
}

async fn held(platform: &Platform, permission: &str, purpose: &str, findings: &mut Findings) {
    match platform.holds_permission(permission).await {
        Ok(found) if found.all_divisions => findings.good(permission, "held in all divisions"),
        Ok(found) if found.held => {
            let names = found.divisions.iter().map(|division| division.name.as_str());
            findings.good(permission, format!("held in {} only", names.collect::<Vec<_>>().join(", ")));
        }
        Ok(_) => findings.bad(
            permission,
            format!("missing: it is needed to {purpose}"),
            format!("add {permission} to a role of the OAuth client (Admin, Roles/Permissions), then look again"),
        ),
        Err(error) => findings.bad(permission, error.to_string(), "try again; if it stays, ask the platform's support"),
    }
}
