//! Starting the server, and stopping it without dropping what runs.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App as Service, HttpServer, middleware::from_fn};
use egress::allow::Allowed;
use entities::store::Store;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Federation, Slugs};
use crate::kept::Kept;
use crate::limits::{Limits, Rates};
use crate::ops::metrics::{self, Backlog};
use crate::places::Places;
use crate::regulator::{bundle, figures};
use crate::together::Together;
use crate::views::content;
use crate::webhooks::door::Door;
use crate::{observe, routes};

/// What the server needs to know besides its store.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The longest body that is read, in bytes.
    pub body_limit: usize,
    /// How long a call may take.
    pub request_timeout: Duration,
    /// Calls a minute for each client.
    pub rate_per_minute: u32,
    /// Calls a minute to `/oauth/…` for each network address, and as many attempts to sign in.
    pub token_rate_per_minute: u32,
    /// Looks a minute at links that prove an identity, for each network address.
    pub identity_rate_per_minute: u32,
    /// Calls a minute to `/webhooks/…` for each network address.
    pub webhook_rate_per_minute: u32,
    /// How many bytes of bodies of such calls are held at once, all together. One address holds half of it at most.
    pub webhook_memory: usize,
    /// How many connections are open at once; more wait to be accepted.
    pub max_connections: usize,
    /// How many threads serve.
    pub workers: usize,
    /// The folder that artifacts lie below.
    pub artifacts: PathBuf,
    /// What subscribers may be called at besides public addresses.
    pub allowed: Allowed,
    /// Whether a platform may be spoken to over plain http when somebody looks at it; only for a stand-in on this machine.
    pub plain_http: bool,
    /// Whether browsers are told to come by TLS only (`Strict-Transport-Security`). For servers behind a TLS proxy.
    pub hsts: bool,
    /// The organisation's own provider, if officers sign in there.
    pub federation: Option<Arc<Federation>>,
    /// Adds addresses besides the API's own, such as pages. They reach the same [`App`].
    pub mount: fn(&mut ServiceConfig),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            body_limit: 256 * 1024,
            request_timeout: Duration::from_secs(30),
            rate_per_minute: 600,
            token_rate_per_minute: 30,
            identity_rate_per_minute: 120,
            webhook_rate_per_minute: 6_000,
            webhook_memory: 64 << 20,
            max_connections: 12_000,
            workers: std::thread::available_parallelism().map_or(2, usize::from).min(8),
            artifacts: PathBuf::from("data/artifacts"),
            allowed: Allowed::default(),
            plain_http: false,
            hsts: false,
            federation: None,
            mount: |_| {},
        }
    }
}

/// How long calls that run may go on once the server is stopping.
const GRACE_S: u64 = 30;
/// How long the overview shows how a year went as it was counted once.
const YEAR_KEPT: Duration = Duration::from_secs(60);

/// Serves until `stop` is cancelled; then accepts nothing more and ends what runs, for at most 30 seconds. `ready` is told
/// the address once connections are accepted.
///
/// # Errors
/// The address cannot be bound, or the server fails.
pub async fn serve(
    store: Store,
    config: Config,
    ready: oneshot::Sender<SocketAddr>,
    stop: CancellationToken,
) -> io::Result<()> {
    let handle = metrics::recorder();
    let together = Together::start(&store);
    let app = Data::new(App {
        store,
        limits: Limits::new(Rates {
            per_client: config.rate_per_minute,
            per_address: config.token_rate_per_minute,
            per_visitor: config.identity_rate_per_minute,
            per_caller: config.webhook_rate_per_minute,
        }),
        door: Door::new(config.webhook_memory),
        artifacts: config.artifacts,
        allowed: config.allowed,
        body_limit: config.body_limit,
        request_timeout: config.request_timeout,
        plain_http: config.plain_http,
        hsts: config.hsts,
        stop: stop.clone(),
        runtime: Handle::current(),
        metrics: handle,
        backlog: Backlog::default(),
        downloads: Places::new(content::AT_ONCE.0, content::AT_ONCE.1),
        handouts: Places::new(content::HANDED_AT_ONCE.0, content::HANDED_AT_ONCE.1),
        bundles: Arc::new(Semaphore::new(bundle::AT_ONCE)),
        figures: Kept::new(figures::LIFE),
        years: Kept::new(YEAR_KEPT),
        federation: config.federation,
        slugs: Slugs::default(),
        together,
    });
    let limits = (config.workers, config.max_connections);
    let (running, address) = start(app.clone(), config.bind, limits, config.mount, stop.clone())?;
    let upkeep = tokio::spawn(metrics::upkeep(app.metrics.clone(), stop));
    // Nobody may be waiting to hear it, and that is no reason not to serve.
    let _ = ready.send(address);
    tracing::info!(%address, "serving");
    let end = running.await;
    upkeep.abort();
    end
}

fn start(
    app: Data<App>,
    bind: SocketAddr,
    (workers, max_connections): (usize, usize),
    mount: fn(&mut ServiceConfig),
    stop: CancellationToken,
) -> io::Result<(Server, SocketAddr)> {
    let server = HttpServer::new(move || {
        let pages = Service::new().app_data(app.clone()).configure(mount);
        pages.configure(routes::configure).wrap(from_fn(observe::observe))
    })
    .workers(workers.max(1))
    // The server counts them for each thread.
    .max_connections(max_connections.div_ceil(workers.max(1)).max(1))
    .client_request_timeout(Duration::from_secs(10))
    .disable_signals()
    .shutdown_signal(stop.cancelled_owned())
    .shutdown_timeout(GRACE_S)
    .bind(bind)?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    Ok((server.run(), address))
}
