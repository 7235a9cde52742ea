//! The `dsr` command: data subject requests for contact centres on Genesys Cloud.
//!
//! Exit codes: 0 done, 1 failed, 2 asked in a way that makes no sense (arguments or configuration).

mod answers;
mod audit;
mod client;
mod clock;
mod config;
mod controller;
mod demo;
mod doctor;
mod http;
mod installation;
mod key;
mod law;
mod logging;
mod migrate;
mod officer;
mod open_files;
mod report;
mod request;
mod sandbox;
mod secret;
mod serve;
mod shutdown;
mod source;
mod subscriber;
mod template;
mod terminal;
mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{BadConfig, Config, Flags};

const HELP: &str = "\
Try it:        dsr demo
Start:         dsr migrate, dsr controller add …, dsr client create …, dsr doctor, dsr serve
Daily work:    dsr request list, dsr request show <reference>, dsr request watch <reference>
By when:       dsr clock --regime eu_gdpr --region DE-BY --received 2026-12-06

Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration.
Configuration: ./dsr.toml or --config FILE, and DSR_… variables, which beat the file; `dsr --print-config` shows all.";

/// Data subject requests (GDPR, CCPA) for contact centres on Genesys Cloud
#[derive(Parser, Debug)]
#[command(version, after_help = HELP, subcommand_required = false, arg_required_else_help = true, max_term_width = 120)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    flags: Flags,
    /// Show the configuration in force, secrets masked, each value with its source, and end
    #[arg(long, global = true, help_heading = "Configuration")]
    print_config: bool,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Play sixteen sample requests through the whole service, in one process
    Demo(demo::Demo),
    /// Serve the API, and work
    Serve(serve::Serve),
    /// Work, and leave the API to others
    Work(work::Work),
    /// File, follow and decide data subject requests, over the HTTP API
    Request(Box<request::RequestArgs>),
    /// Say by when something is due, and why
    Clock(Box<clock::ClockArgs>),
    /// The register, figures and a forecast of a controller's requests, over the HTTP API
    Report(Box<report::ReportArgs>),
    /// Start a stand-in for the platform
    Sandbox(Box<sandbox::SandboxArgs>),
    /// Bring the database schema up to date, or show its state
    Migrate(migrate::Migrate),
    /// Check that the installation can do what it must
    Doctor(doctor::Doctor),
    /// The organisations that answer for the data
    Controller(controller::ControllerArgs),
    /// The ticketing systems that requests come from
    Source(Box<source::SourceArgs>),
    /// A controller's own texts for letters
    Template(template::TemplateArgs),
    /// Who may call the API
    Client(client::ClientArgs),
    /// People who sign in, and what they may do
    Officer(Box<officer::OfficerArgs>),
    /// Whom we tell what becomes of requests, by webhooks
    Subscriber(Box<subscriber::SubscriberArgs>),
    /// Check the audit trail, or take it along
    Audit(audit::AuditArgs),
    /// What a change of the law would do to dates that run
    Law(law::LawArgs),
    /// The installation key
    Key(key::KeyArgs),
}

/// The command was asked for in a way that makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

impl Usage {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::note(format_args!("dsr: {error:#}"));
            let is_usage = error.is::<Usage>() || error.is::<BadConfig>();
            ExitCode::from(if is_usage { 2 } else { 1 })
        }
    }
}

fn start(cli: Cli) -> anyhow::Result<()> {
    if let (Some(Command::Clock(args)), false) = (&cli.command, cli.print_config) {
        return clock::run(args); // it needs no configuration, so a wrong one does not stop it
    }
    let config = Config::load(&cli.flags)?;
    if cli.print_config {
        terminal::say(config.print().trim_end());
        return Ok(());
    }
    let Some(command) = cli.command else {
        return Err(Usage::new("which command? `dsr --help` lists them").into());
    };
    // A demo is watched live: what goes wrong on purpose must not be written over what is shown.
    let usual = matches!(command, Command::Demo(_)).then_some("error");
    logging::start(&config.log, usual);
    for name in &config.unknown_env {
        tracing::warn!(
            name,
            "this variable is no setting of dsr; is it mistyped? `dsr --print-config` shows those there are"
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(&config, &cli.flags, command))
}

async fn run(config: &Config, flags: &Flags, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(args) => demo::run(config, flags, args).await,
        Command::Serve(args) => serve::run(config, args).await,
        Command::Work(args) => work::run(config, args).await,
        Command::Request(args) => request::run(*args).await,
        Command::Clock(args) => clock::run(&args),
        Command::Report(args) => report::run(*args).await,
        Command::Sandbox(args) => sandbox::run(*args).await,
        Command::Migrate(args) => migrate::run(config, args).await,
        Command::Doctor(args) => doctor::run(config, args).await,
        Command::Controller(args) => controller::run(config, args).await,
        Command::Source(args) => source::run(config, *args).await,
        Command::Template(args) => template::run(config, args).await,
        Command::Client(args) => client::run(config, args).await,
        Command::Officer(args) => officer::run(config, *args).await,
        Command::Subscriber(args) => subscriber::run(config, *args).await,
        Command::Audit(args) => audit::run(config, args).await,
        Command::Law(args) => law::run(config, args).await,
        Command::Key(args) => key::run(config, args).await,
    }
}
