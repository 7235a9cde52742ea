//! What lies on the platform's side, for each controller: token, organisation, permissions, limits.

use std::time::Duration;

use entities::controller::queries;
use entities::controller::table::Model as Controller;
use entities::store::Store;
use futures::future::join_all;
use platforms::probe::Probe;

use super::{Finding, Findings};
use crate::config::Config;

/// How long a look at one platform may take.
const WITHIN: Duration = Duration::from_secs(30);

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
    let probe = match Probe::new(store.clone(), config.worker.plain_http, WITHIN) {
        Ok(probe) => probe,
        Err(error) => {
            findings.bad("HTTP", error.to_string(), "install the package ca-certificates");
            return findings.all;
        }
    };
    let chosen = controllers.iter().filter(|known| only.is_empty() || only.contains(&known.slug));
    let checked = join_all(chosen.map(|controller| one(controller, &probe))).await;
    findings.all.extend(checked.into_iter().flatten());
    findings.all
}

async fn one(controller: &Controller, probe: &Probe) -> Vec<Finding> {
    let mut findings = Findings::of(&controller.slug);
    for finding in probe.look(controller).await {
        let (check, says) = (finding.check.to_string(), finding.says(controller));
        match finding.way_out(controller) {
            None => findings.good(&check, says),
            Some(way_out) => findings.bad(&check, says, way_out),
        }
    }
    if controller.paused {
        findings.good("work", "paused; `dsr controller resume` lets it go on");
    }
    findings.all
}
