//! `dsr doctor`: whether this installation can do what it must, and if not, the way out.

mod local;
mod mail;
mod oidc;
mod platform;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use crate::config::Config;
use crate::terminal::{mark, say, say_json, say_table, table};

const EXAMPLES: &str = "\
Checks, in this order: database, schema, installation key and its file, data directory; then for each controller the
platform's token, the organisation it belongs to, every permission that is needed, and the platform's limits; then whether
the provider that officers sign in by answers, and whether letters could be sent. Nothing is changed on the platform, its pace is kept as always, and nothing is mailed unless you ask.

Examples:
  dsr doctor
  dsr doctor --controller acme --json
  dsr doctor --offline --send-test you@example.com

Exit code 0 when all is well, 1 when something is not.";

/// What to check.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Doctor {
    /// Only this controller's platform; may come several times
    #[arg(long = "controller", value_name = "SLUG")]
    controllers: Vec<String>,
    /// Leave the platforms alone
    #[arg(long, conflicts_with = "controllers")]
    offline: bool,
    /// Send a test letter to this address; without it nothing is sent
    #[arg(long, value_name = "ADDRESS")]
    send_test: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What one check found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What it belongs to: `installation`, or a controller's slug.
    pub area: String,
    /// What was checked.
    pub check: String,
    /// Whether it is as it should be.
    pub good: bool,
    /// What was found.
    pub found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
}

/// Findings of one area, as they are made.
#[derive(Debug)]
pub struct Findings {
    area: String,
    /// All so far.
    pub all: Vec<Finding>,
}

impl Findings {
    /// None yet.
    pub fn of(area: &str) -> Self {
        Self { area: area.to_owned(), all: Vec::new() }
    }

    /// Something is as it should be.
    pub fn good(&mut self, check: &str, found: impl Into<String>) {
        self.add(check, true, found.into(), None);
    }

    /// Something is not as it should be.
    pub fn bad(&mut self, check: &str, found: impl Into<String>, way_out: impl Into<String>) {
        self.add(check, false, found.into(), Some(way_out.into()));
    }

    fn add(&mut self, check: &str, good: bool, found: String, way_out: Option<String>) {
        self.all.push(Finding { area: self.area.clone(), check: check.to_owned(), good, found, way_out });
    }
}

/// Runs the command.
///
/// # Errors
/// Something is not as it should be.
pub async fn run(config: &Config, args: Doctor) -> anyhow::Result<()> {
    let (mut findings, store) = local::check(config).await;
    if let Some(store) = &store
        && !args.offline
    {
        findings.extend(platform::check(config, store, &args.controllers).await);
    }
    findings.extend(oidc::check(config, store.as_ref(), args.offline).await);
    findings.extend(mail::check(config, args.send_test.as_deref()).await);
    let bad = findings.iter().filter(|finding| !finding.good).count();
    if args.json {
        say_json(&serde_json::json!({ "healthy": bad == 0, "findings": findings }))?;
    } else {
        show(&findings);
    }
    if bad > 0 {
        bail!("{bad} of {} checks failed", findings.len());
    }
    say_unless(args.json, "All is well.");
    Ok(())
}

fn say_unless(json: bool, text: &str) {
    if !json {
        say(text);
    }
}

fn show(findings: &[Finding]) {
    let mut rows = table(["", "Where", "Check", "Found"]);
    for finding in findings {
        rows.add_row([mark(finding.good), &finding.area, &finding.check, &finding.found]);
    }
    say_table(&rows);
    for finding in findings {
        if let Some(way_out) = &finding.way_out {
            say(format_args!("\n✗ {}, {}: {}\n  → {way_out}", finding.area, finding.check, finding.found));
        }
    }
}
