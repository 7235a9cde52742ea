//! `dsr controller`: the organisations that answer for the data.

mod change;
mod policy;

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use entities::controller::pause::{self, NotSwitched};
use entities::controller::policy::Policy;
use entities::controller::queries::{self, Credential, NewController, NotSaved};
use entities::controller::rules;
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::officer::role::Where;
use entities::request::decide::Decider;
use entities::store::Store;
use genesys::address::Address;
use url::Url;

use crate::config::Config;
use crate::config::units::humane;
use crate::installation;
use crate::secret::{self, Secret};
use crate::terminal::{note, say, say_json, say_table, table};
use policy::PolicyFlags;

const EXAMPLES: &str = "\
Examples:
  DSR_PLATFORM_SECRET=… dsr controller add --slug acme --name 'Acme GmbH' \\
      --organisation 0b6d4a52-77aa-4c1b-9a0e-5a1b2c3d4e5f --platform-region eu_central_1 \\
      --client-id f0a1b2c3-d4e5-4f60-8718-293a4b5c6d7e --time-zone Europe/Berlin --region DE
  dsr controller list
  DSR_PLATFORM_SECRET=… dsr controller change acme --client-id …   After the platform secret was renewed
  dsr controller change acme --poll 2h
  dsr controller pause acme --reason 'Wrong results'   Stops all work for it; its clocks run on
  dsr controller pause --all --reason 'Incident 4711'  Stops everything, also for controllers to come

Then `dsr doctor` says whether the platform lets it do what it must.";

const ADDING: &str = "\
The platform secret never stands on the command line, where others on the machine can read it. It is taken from
--client-secret-file, else from DSR_PLATFORM_SECRET, else from standard input. It is stored sealed.

A policy file is TOML with any of:
  review = \"always\"                 # or \"access_unless_doubtful\"
  divisions = [\"<division id>\"]     # whose users and contacts may be acted on; empty means all
  poll = \"4h\"                       # between looks at an open job
  list_lag = \"1m\"                   # how long the platform may take to list what it accepted
  sibling_grace = \"1d\"              # before members of a merge set are topped up
  clock_skew = \"2m\"                 # how far the platform's clock may be from ours
  page_size = 100                   # rows in one page of the platform's list
A flag beats the file.";

/// What to do with controllers.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ControllerArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Add a controller with its platform credential
    #[command(after_long_help = ADDING)]
    Add(Box<Add>),
    /// Show all controllers
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a controller's credential, policy or name
    #[command(after_long_help = ADDING)]
    Change(Box<change::Change>),
    /// Stop all work for a controller, or for all, until `resume`
    Pause {
        #[command(flatten)]
        which: Which,
        /// Why; officers read it on every page of the console
        #[arg(long, value_name = "TEXT", default_value = "stopped at the command line")]
        reason: String,
    },
    /// Let work go on; what was paused by itself and what was paused with everything end apart
    Resume(Which),
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Which {
    /// Its short name
    slug: Option<String>,
    /// Everything, also controllers to come
    #[arg(long)]
    all: bool,
}

impl Which {
    async fn place(&self, store: &Store) -> anyhow::Result<Where> {
        match &self.slug {
            Some(slug) => Ok(Where::At(by_slug(store, slug).await?.id)),
            None => Ok(Where::Everywhere),
        }
    }

    fn shown(&self) -> &str {
        self.slug.as_deref().unwrap_or("everything")
    }
}

#[derive(Args, Debug)]
struct Add {
    /// Short name in commands and addresses: lower-case letters, digits, hyphens
    #[arg(long)]
    slug: String,
    /// Name for people
    #[arg(long)]
    name: String,
    /// Id of its platform organisation: no other is ever touched
    #[arg(long, value_name = "ID")]
    organisation: String,
    /// IANA time zone whose calendar the clocks follow
    #[arg(long, value_name = "ZONE")]
    time_zone: String,
    /// ISO 3166 country: how its national phone numbers are read
    #[arg(long, value_name = "COUNTRY")]
    region: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Id of the platform's OAuth client
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// File with the OAuth client's secret
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    #[command(flatten)]
    policy: PolicyFlags,
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
struct Place {
    /// Platform region, such as eu_west_1 or mypurecloud.ie
    #[arg(long, value_name = "REGION", conflicts_with_all = ["login_url", "api_url"])]
    platform_region: Option<String>,
    /// Where tokens are issued, instead of a region
    #[arg(long, value_name = "URL", requires = "api_url")]
    login_url: Option<Url>,
    /// Where the platform's API answers, instead of a region
    #[arg(long, value_name = "URL", requires = "login_url")]
    api_url: Option<Url>,
}

impl Place {
    fn address(&self) -> anyhow::Result<Address> {
        match (&self.platform_region, &self.login_url, &self.api_url) {
            (Some(region), ..) => Address::region(region).map_err(|error| {
                let known: Vec<_> = Address::regions().map(|(id, _)| id).collect();
                anyhow::anyhow!("{error}; known are {}", known.join(", "))
            }),
            (None, Some(login), Some(api)) => Ok(Address::new(login.clone(), api.clone())?),
            _ => bail!("give --platform-region, or --login-url and --api-url"),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What is wrong with what was given, or with the installation.
pub async fn run(config: &Config, args: ControllerArgs) -> anyhow::Result<()> {
    match args.command {
        Command::Add(add) => self::add(config, *add).await,
        Command::List { json } => list(&installation::open(config).await?, json).await,
        Command::Change(change) => change.run(&installation::open(config).await?).await,
        Command::Pause { which, reason } => pause(&installation::open(config).await?, &which, &reason).await,
        Command::Resume(which) => resume(&installation::open(config).await?, &which).await,
    }
}

async fn add(config: &Config, args: Add) -> anyhow::Result<()> {
    let address = args.place.address()?;
    let policy = args.policy.over(Policy::default())?;
    let region = args.region.map(|region| region.to_ascii_uppercase());
    rules::slug(&args.slug)?;
    rules::name(&args.name)?;
    rules::organisation(args.organisation.trim())?;
    rules::time_zone(&args.time_zone)?;
    region.as_deref().map_or(Ok(()), rules::region)?;
    let store = installation::open(config).await?;
    let client_secret = secret::read(&Secret {
        what: "the platform secret",
        file: args.client_secret_file.as_deref(),
        file_flag: "--client-secret-file",
        env: "DSR_PLATFORM_SECRET",
    })?;
    let new = NewController {
        slug: args.slug,
        name: args.name,
        organisation_id: args.organisation.trim().to_owned(),
        login_url: address.login_url().to_string(),
        api_url: address.api_url().to_string(),
        credential: Credential { client_id: args.client_id.trim().to_owned(), client_secret },
        time_zone: args.time_zone,
        region,
        policy,
    };
    let slug = new.slug.clone();
    let txn = store.db.begin().await?;
    let added = queries::add(&txn, &store, &Actor::operator(), new).await.map_err(|error| taken(error, &slug))?;
    txn.commit().await?;
    if args.json {
        return say_json(&view(&added));
    }
    say(format_args!("Added {} ({}), organisation {}.", added.slug, added.name, added.organisation_id));
    note("Now run `dsr doctor`: it asks the platform whether the credential may do what it must.");
    Ok(())
}

fn taken(error: NotSaved, slug: &str) -> anyhow::Error {
    match error {
        NotSaved::SlugTaken => {
            anyhow::anyhow!("there is a controller `{slug}` already; `dsr controller list` shows it")
        }
        other => other.into(),
    }
}

fn view(row: &Controller) -> serde_json::Value {
    serde_json::json!({
        "id": row.id, "slug": row.slug, "name": row.name, "organisation": row.organisation_id, "login_url": row.login_url,
        "api_url": row.api_url, "time_zone": row.time_zone, "region": row.region, "paused": row.paused,
        "policy": row.policy, "created_at": row.created_at,
    })
}

async fn list(store: &Store, json: bool) -> anyhow::Result<()> {
    let rows = queries::all(store.db.read()).await?;
    if json {
        return say_json(&rows.iter().map(view).collect::<Vec<_>>());
    }
    if rows.is_empty() {
        note("There is no controller yet; `dsr controller add --help` shows how to add one.");
        return Ok(());
    }
    let mut shown = table(["Slug", "Name", "Organisation", "Platform", "Zone", "Poll", "Work"]);
    for row in &rows {
        let work = if row.paused { "paused" } else { "running" };
        let poll = humane(row.policy.poll_every());
        let cells = [&row.slug, &row.name, &row.organisation_id, &row.api_url, &row.time_zone, &poll];
        shown.add_row(cells.into_iter().map(String::as_str).chain([work]));
    }
    say_table(&shown);
    Ok(())
}

async fn by_slug(store: &Store, slug: &str) -> anyhow::Result<Controller> {
    let found = queries::by_slug(store.db.read(), slug).await?;
    found.ok_or_else(|| anyhow::anyhow!("there is no controller `{slug}`; `dsr controller list` shows those there are"))
}

async fn pause(store: &Store, which: &Which, reason: &str) -> anyhow::Result<()> {
    let place = which.place(store).await?;
    let txn = store.db.begin().await?;
    let turned = pause::pause(&txn, store, &Decider::operator(), place, reason).await;
    match turned {
        Ok(_) => {
            txn.commit().await?;
            say(format_args!("Paused {}. No step of it starts; clocks run on.", which.shown()));
        }
        Err(NotSwitched::AlreadyPaused) => say(format_args!("{} was paused already.", which.shown())),
        Err(other) => return Err(other.into()),
    }
    Ok(())
}

async fn resume(store: &Store, which: &Which) -> anyhow::Result<()> {
    let place = which.place(store).await?;
    let txn = store.db.begin().await?;
    match pause::resume(&txn, store, &Decider::operator(), place).await {
        Ok(()) => {
            txn.commit().await?;
            say(format_args!("Resumed {}.", which.shown()));
        }
        Err(NotSwitched::NotPaused) => say(format_args!("{} was not paused.", which.shown())),
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
