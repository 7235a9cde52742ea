//! Logging: sentences with fields on standard error, as text or as JSON. Never a person's data.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// What is logged unless somebody says otherwise: our own crates, and of others only what needs attention.
/// The HTTP parser calls every garbled byte stream an error; a stranger could flood the log with them.
const USUAL: &str =
    "warn,dsr=info,api=info,worker=info,entities=info,genesys=info,sandbox=info,vault=info,actix_http=off";

/// Starts logging. `usual` stands in for the default filter where a command wants another.
pub fn start(log: &Log, usual: Option<&str>) {
    let given = log.filter.clone().or_else(|| std::env::var("RUST_LOG").ok());
    let filter =
        given.and_then(|text| EnvFilter::try_new(text).ok()).unwrap_or_else(|| EnvFilter::new(usual.unwrap_or(USUAL)));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if log.json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init()
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}
