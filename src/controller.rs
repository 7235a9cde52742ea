//! `dsr controller`: the organisations that answer for the data.

mod change;
mod policy;

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use entities::controller::policy::Policy;
use entities::controller::queries::{self, Credential, NewController};
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::store::Store;
use genesys::address::Address;
use jiff::tz::TimeZone;
use sea_orm::SqlErr;
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
  dsr controller pause acme      Stops all work for it; its clocks run on

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
    /// Stop all work for a controller, until `resume`
    Pause {
        /// Its short name
        slug: String,
    },
    /// Let work for a controller go on
    Resume {
        /// Its short name
        slug: String,
    },
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
        Command::Pause { slug } => pause(&installation::open(config).await?, &slug, true).await,
        Command::Resume { slug } => pause(&installation::open(config).await?, &slug, false).await,
    }
}

async fn add(config: &Config, args: Add) -> anyhow::Result<()> {
    let address = args.place.address()?;
    let policy = args.policy.over(Policy::default())?;
    check_slug(&args.slug)?;
    TimeZone::get(&args.time_zone)
        .map_err(|_| anyhow::anyhow!("`{}` is no IANA time zone such as Europe/Berlin", args.time_zone))?;
    let region = args.region.map(|region| region.to_ascii_uppercase());
    if region.as_ref().is_some_and(|region| region.len() != 2 || !region.bytes().all(|b| b.is_ascii_uppercase())) {
        bail!("--region takes two letters of ISO 3166, such as DE");
    }
    if args.organisation.trim().is_empty() || args.client_id.trim().is_empty() {
        bail!("--organisation and --client-id must not be empty");
    }
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

fn taken(error: entities::error::StoreError, slug: &str) -> anyhow::Error {
    if let entities::error::StoreError::Db(db) = &error
        && matches!(db.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    {
        return anyhow::anyhow!("there is a controller `{slug}` already; `dsr controller list` shows it");
    }
    error.into()
}

fn check_slug(slug: &str) -> anyhow::Result<()> {
    let fits = (1..=40).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-');
    if fits { Ok(()) } else { bail!("--slug takes 1 to 40 lower-case letters, digits and hyphens, such as acme-de") }
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

async fn pause(store: &Store, slug: &str, paused: bool) -> anyhow::Result<()> {
    let found = by_slug(store, slug).await?;
    let txn = store.db.begin().await?;
    let changed = queries::set_paused(&txn, store, &Actor::operator(), found.id, paused).await?;
    txn.commit().await?;
    say(match (changed, paused) {
        (true, true) => format!("Paused {slug}. No step of it starts; its clocks run on."),
        (true, false) => format!("Resumed {slug}."),
        (false, true) => format!("{slug} was paused already."),
        (false, false) => format!("{slug} was not paused."),
    });
    Ok(())
}
