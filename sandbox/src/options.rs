//! What a sandbox is started with: addresses, pace, people, faults.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// How to start a sandbox. [`Options::default`] is a small, honest platform in real time.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where login and API listen; port 0 takes any free one.
    pub bind: SocketAddr,
    /// Where the signed storage listens; port 0 takes any free one.
    pub bind_storage: SocketAddr,
    /// What the sandbox clock shows at the start; the host's time if none.
    pub start_at: Option<Timestamp>,
    /// Platform seconds per real second.
    pub speed: f64,
    /// Who lives on the platform.
    pub population: Population,
    /// Faults that are on from the start, in the grammar of [`crate::faults`].
    pub faults: Vec<String>,
    /// What can also be changed while the sandbox runs.
    pub settings: Settings,
}

impl Default for Options {
    fn default() -> Self {
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            bind: local,
            bind_storage: local,
            start_at: None,
            speed: 1.0,
            population: Population::Samples,
            faults: Vec::new(),
            settings: Settings::default(),
        }
    }
}

/// Who lives on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Population {
    /// The sample people, with the faults that belong to some of them.
    Samples,
    /// Nobody. Clients, organisations and divisions exist all the same.
    Empty,
    /// `people` contacts, `person-1@example.net` and so on.
    Bulk {
        /// How many.
        people: u32,
    },
}

impl FromStr for Population {
    type Err = anyhow::Error;

    /// Reads `samples`, `empty` or `bulk:N`.
    fn from_str(text: &str) -> anyhow::Result<Self> {
        match (text, text.strip_prefix("bulk:")) {
            ("samples", _) => Ok(Self::Samples),
            ("empty", _) => Ok(Self::Empty),
            (_, Some(people)) => Ok(Self::Bulk { people: people.parse().context("bulk: wants a number of people")? }),
            _ => anyhow::bail!("a population is `samples`, `empty` or `bulk:N`"),
        }
    }
}

/// The switches behind `POST /sandbox/settings`, where a duration is a number of seconds and its name says so.
///
/// Durations are platform time unless the field says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Calls a token may make in one window.
    pub rate_per_minute: u32,
    /// Length of the window, in real milliseconds.
    pub rate_window_ms: u64,
    /// Counts the window by the sandbox clock instead of real time.
    pub rate_follows_clock: bool,
    /// Lifetime of new tokens in real seconds, unless the client has one of its own.
    pub token_lifetime_seconds: u64,
    /// From INITIATED to COMPLETED for an export.
    #[serde(rename = "export_takes_seconds", with = "seconds")]
    pub export_takes: Duration,
    /// From INITIATED to COMPLETED for a rectification.
    #[serde(rename = "update_takes_seconds", with = "seconds")]
    pub update_takes: Duration,
    /// From INITIATED to COMPLETED for an erasure.
    #[serde(rename = "erasure_takes_seconds", with = "seconds")]
    pub erasure_takes: Duration,
    /// From a request to the ones the platform makes for the rest of the merge set.
    #[serde(rename = "sibling_delay_seconds", with = "seconds")]
    pub sibling_delay: Duration,
    /// From the end of an export to the end of its results.
    #[serde(rename = "results_expire_seconds", with = "seconds")]
    pub results_expire: Duration,
    /// In which order the list of requests comes. The contract promises none.
    pub list_order: ListOrder,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rate_per_minute: 300,
            rate_window_ms: 60_000,
            rate_follows_clock: false,
            token_lifetime_seconds: 86_400,
            export_takes: DAY,
            update_takes: DAY,
            erasure_takes: 3 * DAY,
            sibling_delay: HOUR / 60,
            results_expire: 7 * DAY,
            list_order: ListOrder::NewestFirst,
        }
    }
}

/// In which order the list of requests comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListOrder {
    /// The youngest row leads.
    NewestFirst,
    /// The oldest row leads.
    OldestFirst,
    /// No order a client could use, but the same on every page.
    Shuffled,
}

/// Durations as numbers of seconds, whole or not.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(duration.as_secs_f64())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(from)?).map_err(D::Error::custom)
    }
}
