//! `dsr sandbox`: a stand-in for the platform, on its own, until a signal ends it.

use std::net::SocketAddr;
use std::time::Duration;

use ::sandbox::options::{ListOrder, Options, Population, Settings};
use ::sandbox::server;
use anyhow::Context;
use clap::{Args, ValueEnum};
use jiff::Timestamp;

use crate::config::units::duration;
use crate::shutdown;
use crate::terminal::{note, say};

const EXAMPLES: &str = "\
Examples:
  dsr sandbox                                        The sample people, in real time
  dsr sandbox --speed 86400                          A day a second
  dsr sandbox --population bulk=100000 --rate 3000
  dsr sandbox --fault job-error:subject=ada@example.com,times=1 --fault stall:ms=500
  dsr sandbox --ticketing 127.0.0.1:8091             Ticketing systems beside it, each under its name

Log in with demo-client / demo-secret. The switches no real platform has stand under /sandbox: clock, faults, settings,
people, clients, counters, journal, requests, reset.

Faults, as NAME or NAME:key=value,…:
  lost-answer, reset-before, stall (ms), unavailable, server-error, rate-storm (seconds), revoke-tokens,
  revoke-after (calls), job-error, slow-status (ms), missing-list-rows (seconds), list-lag (ms), clock-skew (ms),
  extra-enum, fanout-omits (members), results-expired, results-truncated, accept-200, permission-missing (permission),
  malformed-json, wrong-organisation
Each also takes route, client, subject, after and times.";

/// How to start it.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SandboxArgs {
    /// Where login and API listen; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDRESS")]
    bind: SocketAddr,
    /// Where the signed storage listens
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    bind_storage: SocketAddr,
    /// Where stand-ins for ticketing systems listen; without it there are none
    #[arg(long, value_name = "ADDRESS")]
    ticketing: Option<SocketAddr>,
    /// What its clock shows at the start [default: now]
    #[arg(long, value_name = "TIME")]
    start_at: Option<Timestamp>,
    /// Platform seconds per real second
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// samples, empty, or bulk=NUMBER
    #[arg(long, default_value = "samples", value_parser = population, value_name = "WHO")]
    population: Population,
    /// A fault that is on from the start; may come several times
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<String>,
    /// Calls that one token may make in one window
    #[arg(long = "rate", default_value_t = 300, value_name = "CALLS", help_heading = "Limits")]
    rate_per_minute: u32,
    /// Length of that window, in real time
    #[arg(long, default_value = "1m", value_parser = duration, value_name = "TIME", help_heading = "Limits")]
    rate_window: Duration,
    /// Count the window by the sandbox clock
    #[arg(long, help_heading = "Limits")]
    rate_follows_clock: bool,
    /// How long new tokens live, in real time
    #[arg(long, default_value = "1d", value_parser = duration, value_name = "TIME", help_heading = "Limits")]
    token_lifetime: Duration,
    /// From start to end of an export, in platform time
    #[arg(long, default_value = "1d", value_parser = duration, value_name = "TIME", help_heading = "Pace")]
    export_takes: Duration,
    /// From start to end of a rectification
    #[arg(long, default_value = "1d", value_parser = duration, value_name = "TIME", help_heading = "Pace")]
    update_takes: Duration,
    /// From start to end of an erasure
    #[arg(long, default_value = "3d", value_parser = duration, value_name = "TIME", help_heading = "Pace")]
    erasure_takes: Duration,
    /// From a request to those for the rest of its merge set
    #[arg(long, default_value = "1m", value_parser = duration, value_name = "TIME", help_heading = "Pace")]
    sibling_delay: Duration,
    /// From the end of an export to the end of its results
    #[arg(long, default_value = "7d", value_parser = duration, value_name = "TIME", help_heading = "Pace")]
    results_expire: Duration,
    /// In which order requests are listed
    #[arg(long, value_enum, default_value = "newest-first", value_name = "ORDER")]
    list_order: Order,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    NewestFirst,
    OldestFirst,
    Shuffled,
}

fn population(text: &str) -> Result<Population, String> {
    match text.split_once('=') {
        None if text == "samples" => Ok(Population::Samples),
        None if text == "empty" => Ok(Population::Empty),
        Some(("bulk", people)) => {
            let people = people.replace('_', "").parse().map_err(|_| "bulk takes a number, such as bulk=1000")?;
            Ok(Population::Bulk { people })
        }
        _ => Err("known are samples, empty and bulk=NUMBER".into()),
    }
}

impl From<SandboxArgs> for Options {
    fn from(args: SandboxArgs) -> Self {
        Self {
            bind: args.bind,
            bind_storage: args.bind_storage,
            start_at: args.start_at,
            speed: args.speed,
            population: args.population,
            faults: args.faults,
            settings: Settings {
                rate_per_minute: args.rate_per_minute,
                rate_window_ms: u64::try_from(args.rate_window.as_millis()).unwrap_or(u64::MAX),
                rate_follows_clock: args.rate_follows_clock,
                token_lifetime_seconds: args.token_lifetime.as_secs(),
                export_takes: args.export_takes,
                update_takes: args.update_takes,
                erasure_takes: args.erasure_takes,
                sibling_delay: args.sibling_delay,
                results_expire: args.results_expire,
                list_order: match args.list_order {
                    Order::NewestFirst => ListOrder::NewestFirst,
                    Order::OldestFirst => ListOrder::OldestFirst,
                    Order::Shuffled => ListOrder::Shuffled,
                },
            },
        }
    }
}

/// Runs the command.
///
/// # Errors
/// An address that is taken, or a fault that is not understood.
pub async fn run(args: SandboxArgs) -> anyhow::Result<()> {
    if !args.speed.is_finite() || args.speed < 0.0 {
        return Err(crate::Usage::new("--speed takes a number that is not negative").into());
    }
    let stop = shutdown::on_signal()?;
    let ticketing = match args.ticketing {
        Some(bind) => Some(
            ::sandbox::ticketing::server::start(bind)
                .await
                .context("the ticketing stand-ins do not start; --ticketing chooses another address")?,
        ),
        None => None,
    };
    let running =
        server::start(args.into()).await.context("the sandbox does not start; --bind chooses another address")?;
    say(format_args!("The sandbox listens on {}", running.url));
    note(format_args!("  storage   {}", running.storage_url));
    note(format_args!("  client    demo-client, secret demo-secret"));
    note(format_args!("  switches  {}/sandbox/clock, faults, people, counters, journal, …", running.url));
    if let Some(ticketing) = &ticketing {
        note(format_args!(
            "  ticketing {}/zendesk/, jira/, … with switches under {}/sandbox",
            ticketing.url, ticketing.url
        ));
    }
    stop.cancelled().await;
    if let Some(ticketing) = ticketing {
        ticketing.stop().await;
    }
    running.stop().await;
    Ok(())
}
