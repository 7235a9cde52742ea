//! How a worker process works.

use std::path::PathBuf;
use std::time::Duration;

use egress::allow::Allowed;
use genesys::http::Timeouts;
use platforms::clients::Manner;

use crate::mail::config::MailConfig;

/// How a worker process works. The defaults suit a service that talks to the real platform.
#[derive(Clone, Debug)]
pub struct Config {
    /// What this process is called in leases and in the trail; must be its own.
    pub name: String,
    /// How many steps it runs at once.
    pub concurrency: usize,
    /// How long a lease holds without being renewed: after this another process takes over from a dead one.
    pub lease: Duration,
    /// How often to look for due steps when there are none.
    pub idle_poll: Duration,
    /// How often a step may be begun without getting anywhere before it is set aside.
    pub max_attempts: u32,
    /// The first wait before a failed step is tried again; it doubles from there to ten minutes.
    pub retry_after: Duration,
    /// How long to wait for a slot of the platform's budget before the step goes back to the queue.
    pub slot_patience: Duration,
    /// How long running steps may take to end at a stop.
    pub stop_patience: Duration,
    /// How often new events are linked into their chains.
    pub chain_every: Duration,
    /// Where the files of exports are kept, sealed.
    pub artifacts: PathBuf,
    /// The largest file of an export that is taken, in bytes.
    pub artifact_limit: u64,
    /// How letters leave.
    pub mail: MailConfig,
    /// What may be called besides public addresses, when others have named it: ticketing systems and subscribers of the
    /// operator's own network.
    pub allowed: Allowed,
    /// How long a subscriber may take to answer.
    pub notify_timeout: Duration,
    /// How long a ticketing system may still be at work on a comment after we have given up on its answer: only then is it looked
    /// whether it is there.
    pub comment_wait: Duration,
    /// How long to wait for the platform's answers.
    pub timeouts: Timeouts,
    /// Whether the platform may be spoken to over plain http; only for a stand-in on this machine.
    pub plain_http: bool,
}

impl Config {
    /// How platforms are gone to.
    #[must_use]
    pub fn manner(&self) -> Manner {
        Manner { slot_patience: self.slot_patience, plain_http: self.plain_http }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: format!("worker-{}", uuid::Uuid::now_v7().simple()),
            concurrency: 8,
            lease: Duration::from_secs(60),
            idle_poll: Duration::from_millis(500),
            max_attempts: 8,
            retry_after: Duration::from_secs(2),
            slot_patience: Duration::from_secs(2),
            stop_patience: Duration::from_secs(20),
            chain_every: Duration::from_secs(5),
            artifacts: PathBuf::from("data/artifacts"),
            artifact_limit: 4 << 30,
            mail: MailConfig::default(),
            allowed: Allowed::default(),
            notify_timeout: Duration::from_secs(15),
            comment_wait: Duration::from_secs(120),
            timeouts: Timeouts::default(),
            plain_http: false,
        }
    }
}
