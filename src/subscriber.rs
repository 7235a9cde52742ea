//! `dsr subscriber`: whom we tell what becomes of a controller's requests, and what they were sent.

mod log;

use anyhow::{Context, bail};
use api::subscribers::view::SubscriberView;
use clap::{Args, Subcommand, ValueEnum};
use egress::target;
use entities::announcement::kind::AnnouncementKind;
use entities::announcement::replay::{self, OnlyMissed, Range, Which};
use entities::client::reach::Reach;
use entities::controller;
use entities::db::Txn;
use entities::event::trail::Actor;
use entities::id::{AnnouncementDeliveryId, ControllerId, SubscriberId};
use entities::store::Store;
use entities::subscriber::fields;
use entities::subscriber::manage::{self, Change, NewSubscriber};
use entities::subscriber::queries::{all, by_id, lock};
use entities::subscriber::table::{DisabledFor, Model};
use entities::time::At;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use webhooks::keys::Version;

use crate::config::Config;
use crate::installation;
use crate::terminal::{note, say, say_json, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr subscriber add --controller acme --url https://hooks.example.com/dsr --owner integrations@example.com
  dsr subscriber test 0199c7de-7c00-7000-8000-000000000000
  dsr subscriber log 0199c7de-7c00-7000-8000-000000000000 --state failed
  dsr subscriber replay 0199c7de-7c00-7000-8000-000000000000 --since 2026-11-20T08:00:00Z

What is told, how to verify it, and when it is sent again: docs/SUBSCRIBERS.md.";

/// What to do with subscribers.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SubscriberArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Set a subscriber up, and show its secret, once
    Add(Add),
    /// Show all subscribers, never their secrets
    List {
        /// Only this controller's, by its short name
        #[arg(long, value_name = "SLUG")]
        controller: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one
    Show {
        /// Its id
        id: SubscriberId,
    },
    /// Change where it is called, what it is told, or whom we write to
    Change(Changing),
    /// Send it a test
    Test {
        /// Its id
        id: SubscriberId,
    },
    /// Give it a new key and show its secret, once; the old one signs beside it for 24 hours
    Rotate {
        /// Its id
        id: SubscriberId,
        /// How messages are signed
        #[arg(long, value_enum, default_value_t = Signs::V1)]
        signs: Signs,
    },
    /// Tell it again what happens from now on
    Enable {
        /// Its id
        id: SubscriberId,
    },
    /// Tell it nothing any more, until it is enabled
    Disable {
        /// Its id
        id: SubscriberId,
    },
    /// Remove it for good, with its keys
    Remove {
        /// Its id
        id: SubscriberId,
    },
    /// Send what it missed, now, or one message, or all of a time once more
    Replay(Replaying),
    /// What it was sent, newest first
    Log(log::Log),
}

/// A subscriber to be set up.
#[derive(Args, Debug)]
struct Add {
    /// Short name of the controller whose requests it is told of
    #[arg(long, value_name = "SLUG")]
    controller: String,
    /// Where it is called: https, a public address, unless `outbound.allow` says otherwise
    #[arg(long)]
    url: String,
    /// Whom we write to when it does not take what it is told
    #[arg(long, value_name = "ADDRESS")]
    owner: String,
    /// What it is, for people
    #[arg(long, default_value = "")]
    description: String,
    /// What it is told; everything if left away. May come several times
    #[arg(long = "type", value_name = "TYPE", value_parser = kind)]
    types: Vec<AnnouncementKind>,
    /// How messages are signed
    #[arg(long, value_enum, default_value_t = Signs::V1)]
    signs: Signs,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What to change.
#[derive(Args, Debug)]
#[group(required = true, multiple = true, args = ["url", "owner", "description", "types", "everything"])]
struct Changing {
    /// Its id
    id: SubscriberId,
    /// Where it is called
    #[arg(long)]
    url: Option<String>,
    /// Whom we write to when it does not take what it is told
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<String>,
    /// What it is, for people
    #[arg(long)]
    description: Option<String>,
    /// What it is told. May come several times
    #[arg(long = "type", value_name = "TYPE", value_parser = kind)]
    types: Vec<AnnouncementKind>,
    /// It is told everything
    #[arg(long, conflicts_with = "types")]
    everything: bool,
}

/// What to send once more.
#[derive(Args, Debug)]
struct Replaying {
    /// Its id
    id: SubscriberId,
    /// One delivery, however it stands
    #[arg(long, value_name = "ID", conflicts_with_all = ["since", "until", "all"])]
    delivery: Option<AnnouncementDeliveryId>,
    /// What happened at this instant or later, RFC 3339
    #[arg(long, value_name = "INSTANT", required_unless_present = "delivery")]
    since: Option<Timestamp>,
    /// And before this one
    #[arg(long, value_name = "INSTANT")]
    until: Option<Timestamp>,
    /// Also what arrived
    #[arg(long)]
    all: bool,
}

/// How messages are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Signs {
    /// HMAC-SHA256: one secret on both sides
    V1,
    /// Ed25519: who verifies cannot sign
    V1a,
}

impl From<Signs> for Version {
    fn from(signs: Signs) -> Self {
        match signs {
            Signs::V1 => Self::V1,
            Signs::V1a => Self::V1a,
        }
    }
}

fn kind(text: &str) -> Result<AnnouncementKind, String> {
    let kind = text.parse::<AnnouncementKind>().map_err(|error| error.to_string())?;
    if kind == AnnouncementKind::Test { Err("a test goes to whom it is meant for".to_owned()) } else { Ok(kind) }
}

/// Runs the command.
///
/// # Errors
/// There is no such subscriber, what is asked makes no sense, or the installation cannot be opened.
pub async fn run(config: &Config, args: SubscriberArgs) -> anyhow::Result<()> {
    let store = installation::open(config).await?;
    let (now, by) = (store.now(), Actor::operator());
    match args.command {
        Command::Add(new) => add(config, &store, new).await,
        Command::List { controller, json } => list(&store, controller.as_deref(), json).await,
        Command::Show { id } => say_json(&view(&store, &find(&store, id).await?).await?),
        Command::Log(args) => log::show(&store, args).await,
        Command::Change(given) => {
            let id = given.id;
            let change = given.read(config)?;
            let row =
                locked(&store, id, async |txn, row| Ok(manage::change(txn, &store, &by, &row, change).await?)).await?;
            say_json(&view(&store, &row).await?)
        }
        Command::Test { id } => {
            let made = locked(&store, id, async |txn, row| Ok(replay::test(txn, now, &by, &row).await?)).await?;
            say(made.id);
            note(format_args!("It waits to be sent; `dsr subscriber log {id}` shows what comes of it."));
            Ok(())
        }
        Command::Rotate { id, signs } => {
            let rotated =
                locked(&store, id, async |txn, row| Ok(manage::rotate(txn, &store, &by, &row, signs.into()).await?.1));
            let secret = rotated.await?;
            note("The new secret is shown this once; the old one signs beside it for 24 hours:");
            say(secret.expose_secret());
            Ok(())
        }
        Command::Enable { id } => {
            locked(&store, id, async |txn, row| Ok(manage::enable(txn, now, &by, &row).await?)).await?;
            say(format_args!("{id} is told again what happens. `dsr subscriber replay` sends what it missed."));
            Ok(())
        }
        Command::Disable { id } => {
            let why = DisabledFor::Decided;
            locked(&store, id, async |txn, row| Ok(manage::disable(txn, now, &by, &row, why).await?)).await?;
            say(format_args!("{id} is told nothing any more. What it misses is on record."));
            Ok(())
        }
        Command::Remove { id } => {
            locked(&store, id, async |txn, row| Ok(manage::remove(txn, now, &by, &row).await?)).await?;
            say(format_args!("Removed {id} and its keys."));
            Ok(())
        }
        Command::Replay(given) => {
            let (id, mut which, mut all) = (given.id, given.read(), 0);
            loop {
                let part = async |txn: &Txn, row| Ok(replay::replay(txn, now, &by, &row, which).await?);
                let sent = locked(&store, id, part).await?;
                all += sent.deliveries;
                match (&mut which, sent.next) {
                    (Which::Range(range), Some(next)) => range.after = Some(next),
                    _ => break,
                }
            }
            say(format_args!("{all} messages are sent now."));
            Ok(())
        }
    }
}

impl Changing {
    fn read(self, config: &Config) -> anyhow::Result<Change> {
        let kinds = if self.everything { Some(Vec::new()) } else { Some(self.types).filter(|it| !it.is_empty()) };
        Ok(Change {
            url: self.url.map(|given| url(config, &given)).transpose()?,
            description: self.description.map(|given| description(&given)).transpose()?,
            kinds,
            owner: self.owner.map(|given| owner(&given)).transpose()?,
        })
    }
}

impl Replaying {
    fn read(&self) -> Which {
        if let Some(delivery) = self.delivery {
            return Which::One(delivery);
        }
        let only = if self.all { OnlyMissed::No } else { OnlyMissed::Yes };
        let from = self.since.map_or(At::ZERO, At::from);
        Which::Range(Range { to: self.until.map(At::from), only, ..Range::missed_since(from) })
    }
}

fn url(config: &Config, given: &str) -> anyhow::Result<Url> {
    target::check(given, &config.allowed).context("--url cannot be used")
}

fn owner(given: &str) -> anyhow::Result<String> {
    fields::owner(given).context("--owner cannot be used")
}

fn description(given: &str) -> anyhow::Result<String> {
    fields::description(given).context("--description cannot be used")
}

async fn controller_of(store: &Store, slug: &str) -> anyhow::Result<ControllerId> {
    let found = controller::queries::by_slug(store.db.read(), slug).await?;
    let found = found
        .ok_or_else(|| anyhow::anyhow!("there is no controller `{slug}`; `dsr controller list` shows those there are"));
    Ok(found?.id)
}

async fn find(store: &Store, id: SubscriberId) -> anyhow::Result<Model> {
    let found = by_id(store.db.read(), &Reach::installation(), id).await?;
    found.ok_or_else(|| anyhow::anyhow!("there is no subscriber {id}; `dsr subscriber list` shows those there are"))
}

/// Does something to a subscriber, in a transaction of its own.
async fn locked<T>(
    store: &Store,
    id: SubscriberId,
    work: impl AsyncFnOnce(&Txn, Model) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let txn = store.db.begin().await?;
    let Some(row) = lock(&txn, &Reach::installation(), id).await? else {
        bail!("there is no subscriber {id}; `dsr subscriber list` shows those there are");
    };
    let done = work(&txn, row).await?;
    txn.commit().await?;
    Ok(done)
}

async fn add(config: &Config, store: &Store, new: Add) -> anyhow::Result<()> {
    let made = NewSubscriber {
        controller: controller_of(store, &new.controller).await?,
        url: url(config, &new.url)?,
        description: description(&new.description)?,
        kinds: new.types,
        owner: owner(&new.owner)?,
        version: new.signs.into(),
    };
    let txn = store.db.begin().await?;
    let (row, secret): (Model, SecretString) = manage::make(&txn, store, &Actor::operator(), made).await?;
    txn.commit().await?;
    if new.json {
        return say_json(&view(store, &row).await?.showing(Some(&secret)));
    }
    note(format_args!("{} is told what happens from now on. What it verifies with is shown this once:", row.id));
    say(secret.expose_secret());
    Ok(())
}

async fn list(store: &Store, slug: Option<&str>, json: bool) -> anyhow::Result<()> {
    let controller = match slug {
        Some(slug) => Some(controller_of(store, slug).await?),
        None => None,
    };
    let rows = all(store.db.read(), &Reach::installation(), controller).await?;
    if json {
        let mut views = Vec::new();
        for row in &rows {
            views.push(view(store, row).await?);
        }
        return say_json(&views);
    }
    if rows.is_empty() {
        note("There is no subscriber yet; `dsr subscriber add --help` shows how to set one up.");
        return Ok(());
    }
    let mut shown = table(["Id", "Description", "Address", "Told", "State", "Last delivered"]);
    for row in &rows {
        shown.add_row([
            row.id.to_string(),
            row.description.clone(),
            row.url(&store.safe)?,
            if row.kinds.is_empty() { "everything".to_owned() } else { row.kinds.clone() },
            state(row, store.now()),
            row.last_ok_at.map_or_else(|| "-".to_owned(), |at| at.to_string()),
        ]);
    }
    say_table(&shown);
    Ok(())
}

fn state(row: &Model, now: At) -> String {
    match (row.disabled_for, row.failing_since(now)) {
        (Some(why), _) => format!("disabled ({why})"),
        (None, Some(since)) => format!("failing since {since}"),
        (None, None) => "on".to_owned(),
    }
}

/// A subscriber, without its secrets.
async fn view(store: &Store, row: &Model) -> anyhow::Result<SubscriberView> {
    let controller = controller::queries::by_id(store.db.read(), row.controller_id).await?;
    let slug = controller.context("a subscriber's controller is missing")?.slug;
    Ok(SubscriberView::of(store, store.db.read(), slug, row.clone()).await?)
}
