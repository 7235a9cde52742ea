//! `dsr work`: the worker alone, as one of many over one database.

use clap::Args;
use entities::store::Store;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::{installation, shutdown};

const EXAMPLES: &str = "\
Any number of workers may run over one PostgreSQL database: they share the work by leases and the platform's limits by one
pace. The first SIGTERM lets running steps end; the second ends at once. What did not end is taken over when its lease runs
out, and nothing is done twice.";

/// How to work.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Work {}

/// Runs the command.
///
/// # Errors
/// The installation cannot be opened, or the worker cannot start.
pub async fn run(config: &Config, _args: Work) -> anyhow::Result<()> {
    let stop = shutdown::on_signal()?;
    let store = installation::open(config).await?;
    start(config, store, stop).await
}

/// Works on a store until `stop`.
///
/// # Errors
/// The folder of the artifacts cannot be made, or the worker cannot start.
pub async fn start(config: &Config, store: Store, stop: CancellationToken) -> anyhow::Result<()> {
    installation::make_folder(&config.artifacts)?;
    worker::runner::run(store, settings(config), stop).await
}

fn settings(config: &Config) -> worker::config::Config {
    worker::config::Config {
        concurrency: config.worker.concurrency,
        lease: config.worker.lease,
        idle_poll: config.worker.idle_poll,
        retry_after: config.worker.retry_after,
        comment_wait: config.worker.comment_wait,
        max_attempts: config.worker.max_attempts,
        chain_every: config.worker.chain_every,
        artifact_limit: config.worker.artifact_limit,
        artifacts: config.artifacts.clone(),
        mail: config.mail.config.clone(),
        allowed: config.allowed.clone(),
        plain_http: config.worker.plain_http,
        ..worker::config::Config::default()
    }
}
