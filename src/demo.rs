//! `dsr demo`: the whole service in one process, played through with sample requests, for a first look and as a proof.

mod people;
mod play;
mod report;
mod samples;
mod screen;
mod stage;
mod switches;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use secrecy::ExposeSecret;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use self::play::{Cast, Play};
use self::samples::SAMPLES;
use self::screen::Screen;
use self::stage::{Login, Stage};
use crate::config::units::duration;
use crate::config::{Config, Flags};
use crate::http::Api;
use crate::terminal::{heading, say};
use crate::{serve, shutdown, work};

const EXAMPLES: &str = "\
Sixteen requests are filed over the HTTP API for two made-up companies, against a sandbox that stands in for the platform and
misbehaves where a sample asks for it: lost answers, 429, revoked tokens, failing jobs, a missing permission, kinds nobody
knows. Officer, approver and operator are played as well. At the end every sample's reached end is held against its expected
one. No call leaves this machine, and nothing is read from a configuration.

Examples:
  dsr demo                Play it, then keep serving until Ctrl-C
  dsr demo --once         Play it and end; exit code 0 only if every sample reached its expected end";

/// How to play.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Demo {
    /// End after the play; exit code 1 if a sample did not reach its expected end
    #[arg(long)]
    once: bool,
    /// Leave an earlier demo's data alone and use a folder of its own
    #[arg(long)]
    keep: bool,
    /// Where the API listens [default: 127.0.0.1:8080, or any free port if that is taken]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<SocketAddr>,
    /// How long the samples may take
    #[arg(long, default_value = "3m", value_parser = duration, value_name = "TIME")]
    patience: Duration,
}

/// Runs the command.
///
/// # Errors
/// Something does not start, or with `--once` a sample did not reach its expected end.
pub async fn run(config: &Config, flags: &Flags, args: Demo) -> anyhow::Result<()> {
    let stop = shutdown::on_signal()?;
    let stage = Stage::set(folder(flags, args.keep), args.bind, &config.log).await?;
    let (ready, told) = oneshot::channel();
    let api =
        async { end(serve::api(&stage.config, stage.store.clone(), stage.bind, ready, stop.clone()).await, &stop) };
    let worker = async { end(work::start(&stage.config, stage.store.clone(), stop.clone()).await, &stop) };
    let show = async {
        tokio::select! {
            () = stop.cancelled() => Ok(()),
            shown = show(&stage, &args, told) => end_if(args.once, shown, &stop),
        }
    };
    let (api, worker, shown) = tokio::join!(api, worker, show);
    stage.sandbox.stop().await;
    api.and(worker).and(shown)
}

fn folder(flags: &Flags, keep: bool) -> PathBuf {
    let data = flags.data_dir.clone().unwrap_or_else(|| PathBuf::from("./data"));
    if keep { data.join(format!("demo-{}", uuid::Uuid::now_v7().simple())) } else { data.join("demo") }
}

fn end(result: anyhow::Result<()>, stop: &CancellationToken) -> anyhow::Result<()> {
    stop.cancel();
    result
}

/// A play that failed ends the demo; one that is over ends it only if that was asked for.
fn end_if(once: bool, result: anyhow::Result<()>, stop: &CancellationToken) -> anyhow::Result<()> {
    if once || result.is_err() {
        stop.cancel();
    }
    result
}

async fn show(stage: &Stage, args: &Demo, told: oneshot::Receiver<SocketAddr>) -> anyhow::Result<()> {
    let address = told.await.context("the API did not start")?;
    let url = format!("http://{address}");
    let call = |login: &Login| -> anyhow::Result<Api> {
        Api::new(url.parse()?, login.id.clone(), login.secret.clone(), false)
    };
    let cast =
        Cast { officer: call(&stage.officer)?, approver: call(&stage.approver)?, operator: call(&stage.operator)? };
    say(format_args!("API      {url}   (description: {url}/docs/)"));
    say(format_args!("Console  {url}/console"));
    say(format_args!("Sandbox  {}   (counters: {}/sandbox/counters)", stage.sandbox.url, stage.sandbox.url));
    say(format_args!("Data     {}", stage.folder.display()));
    say(format_args!("\n{} sample requests:", SAMPLES.len()));
    let screen = Screen::new()?;
    let plays: Vec<Play> = play::run(stage, &cast, &screen, args.patience).await?;
    screen.clear();
    let good = report::report(stage, &cast, &plays).await?;
    say(format_args!("\nThe letters to the people lie as files in {}.", stage.folder.join("mail").display()));
    say(if good { "\nEvery sample ended as it must." } else { "\nNot every sample ended as it must." });
    if args.once {
        return if good { Ok(()) } else { bail!("the demo did not end as it must") };
    }
    next_steps(stage, &url, &plays);
    std::future::pending().await
}

fn next_steps(stage: &Stage, url: &str, plays: &[Play]) {
    let waiting = plays.iter().find(|play| !play.request.is_closed()).or(plays.first());
    let reference = waiting.map_or("", |play| play.request.reference.as_str());
    // As it was called: after `cargo run` there is no `dsr` on the path.
    let dsr = std::env::args().next().unwrap_or_else(|| "dsr".to_owned());
    heading("Go on in a browser");
    say(format_args!("{url}/console\n{}\n{}", stage.signing_in[0].typed(), stage.signing_in[1].typed()));
    say("Each asks for a second factor at the first sign-in: an authenticator app reads it off the page.");
    heading("Or in another terminal, as the officer");
    say(format_args!("export DSR_API_URL={url}\n{}", stage.officer.exports()));
    say(format_args!("{dsr} request list\n{dsr} request list --attention\n{dsr} request show {reference}"));
    heading("As the approver, as the operator");
    for login in [&stage.approver, &stage.operator] {
        say(format_args!("DSR_CLIENT_ID={} DSR_CLIENT_SECRET={}", login.id, login.secret.expose_secret()));
    }
    heading("As whoever runs it");
    let folder = stage.folder.display();
    say(format_args!("{dsr} --data-dir {folder} doctor\n{dsr} --data-dir {folder} audit verify"));
    say("\nServing until Ctrl-C.");
}
