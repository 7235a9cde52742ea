//! `dsr serve`: the API, with the worker in the same process unless it is told to leave that to others.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use entities::store::Store;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::terminal::note;
use crate::{installation, open_files, shutdown, work};

const EXAMPLES: &str = "\
Examples:
  dsr serve                                      API and worker, embedded database in ./data
  dsr serve --no-worker                          API alone; `dsr work` runs elsewhere
  DSR_API_BIND=0.0.0.0:8080 dsr serve            Behind a proxy that speaks TLS
  DSR_DATABASE_URL=postgres://… DSR_KEY_FILE=/etc/dsr/key dsr serve

The first SIGTERM stops taking calls and lets what runs end; the second ends at once. /healthz says that the process is up,
/readyz that it can do its work, /metrics how much it does, /docs/ how to call it.";

/// Files that a process has open besides connections, generously.
const FILES_BESIDE: u64 = 256;

/// How to serve.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Serve {
    /// Leave the work to `dsr work` processes
    #[arg(long)]
    no_worker: bool,
    /// Where the API listens, instead of what is configured; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<SocketAddr>,
}

/// Runs the command.
///
/// # Errors
/// The installation cannot be opened, the address is taken, or one of the two fails.
pub async fn run(config: &Config, args: Serve) -> anyhow::Result<()> {
    let stop = shutdown::on_signal()?;
    let files = open_files::raise();
    // Besides connections there are the database's, files of exports, and calls to others.
    let most = u64::try_from(config.api.max_connections).unwrap_or(u64::MAX);
    if files < most.saturating_add(FILES_BESIDE) {
        tracing::warn!(files, most, "`ulimit -n` does not allow as many connections as `api.max_connections`");
    }
    let store = installation::open(config).await?;
    let bind = args.bind.unwrap_or(config.api.bind);
    let (ready, told) = oneshot::channel();
    let address = tokio::spawn(async move {
        if let Ok(address) = told.await {
            note(format_args!("The API listens on http://{address}; its description is at http://{address}/docs/"));
            note(format_args!("The console is at http://{address}/console"));
        }
    });
    let api = api(config, store.clone(), bind, ready, stop.clone());
    let ended = if args.no_worker {
        api.await
    } else {
        // Whichever of the two ends first, whatever the reason, takes the other along.
        let api = async { end(api.await, &stop) };
        let worker = async { end(work::start(config, store, stop.clone()).await, &stop) };
        let (api, worker) = tokio::join!(api, worker);
        api.and(worker)
    };
    address.abort();
    ended
}

fn end(result: anyhow::Result<()>, stop: &CancellationToken) -> anyhow::Result<()> {
    stop.cancel();
    result
}

/// Serves the API on a store until `stop`.
///
/// # Errors
/// The address is taken, or the server fails.
pub async fn api(
    config: &Config,
    store: Store,
    bind: SocketAddr,
    ready: oneshot::Sender<SocketAddr>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    installation::make_folder(&config.artifacts)?;
    let federation = config.oidc.as_ref().map(|oidc| oidc.federation(&config.allowed)).transpose()?;
    let settings = ::api::serve::Config {
        bind,
        body_limit: config.api.body_limit,
        request_timeout: config.api.request_timeout,
        rate_per_minute: config.api.rate_per_minute,
        token_rate_per_minute: config.api.token_rate_per_minute,
        identity_rate_per_minute: config.api.identity_rate_per_minute,
        webhook_rate_per_minute: config.api.webhook_rate_per_minute,
        webhook_memory: config.api.webhook_memory,
        max_connections: config.api.max_connections,
        workers: config.api.threads,
        artifacts: config.artifacts.clone(),
        allowed: config.allowed.clone(),
        plain_http: config.worker.plain_http,
        hsts: config.api.hsts,
        federation: federation.map(Arc::new),
        mount: console::routes::mount,
    };
    let served = ::api::serve::serve(store, settings, ready, stop).await;
    served.with_context(|| format!("the API cannot listen on {bind}; is another process there? --bind chooses another"))
}
