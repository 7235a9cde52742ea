//! `dsr source`: accounts of ticketing systems that requests come from.

mod calls;
mod file;
mod tickets;
mod trial;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use entities::client::reach::Reach;
use entities::controller;
use entities::db::Txn;
use entities::event::trail::Actor;
use entities::source::manage::{self, Change, NewSource, NotDone, Rotation};
use entities::source::queries;
use entities::source::secrets;
use entities::source::table::Model as Source;
use entities::store::Store;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sources::description::Description;
use ticketing::link::Credentials;
use webhooks::setup::Setup;

use crate::config::Config;
use crate::config::units::duration;
use crate::installation;
use crate::secret::{self, Secret};
use crate::terminal::{heading, note, say, say_json, say_table, table};

const EXAMPLES: &str = "\
A source is described by a file: what system it is, how its calls are signed, what its
fields mean. docs/integrations has one for each system, with the steps to set it up there.

Examples:
  dsr source try --from zendesk.toml --body call.json     Stores nothing, needs no server
  dsr source add --controller acme --slug zendesk --from zendesk.toml \\
      --secret-file secret.txt --credentials-file api.json
  dsr source show zendesk > zendesk.toml                  Change it, and take it back:
  dsr source change zendesk --from zendesk.toml
  dsr source rotate zendesk --secret-file new.txt --overlap 1d
  dsr source tickets zendesk --state triage               What a person must look at
  dsr source retry 0193…                                  Look again, once it was mended
  dsr source calls zendesk --state unreadable             Calls that nobody could read
  dsr source call show 0193… --purpose mend-mapping       What one says; that is recorded
  dsr source call read-again 0193…";

/// What to do with sources.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SourceArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Add a source, and say the address that its system calls
    Add {
        /// The controller's short name
        #[arg(long)]
        controller: String,
        /// Its short name, the last part of its address: a-z, 0-9 and -
        #[arg(long, value_parser = slug)]
        slug: String,
        /// The file that describes it
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        #[command(flatten)]
        secret: SecretArgs,
        /// A file with who we are at its API: {"kind": "basic", "user", "secret"}, {"kind": "bearer", "token"} or
        /// {"kind": "client", "token_path", "id", "secret"}
        #[arg(long, value_name = "FILE")]
        credentials_file: Option<PathBuf>,
    },
    /// Show all sources, never their secrets
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one source as the file that describes it
    Show {
        /// Its short name
        slug: String,
    },
    /// Describe a source anew, or change who we are at its API
    Change {
        /// Its short name
        slug: String,
        /// The file that describes it
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// A file with who we are at its API
        #[arg(long, value_name = "FILE")]
        credentials_file: Option<PathBuf>,
    },
    /// Store its calls from now on, and leave them unread
    Pause {
        /// Its short name
        slug: String,
    },
    /// Read its calls again
    Resume {
        /// Its short name
        slug: String,
    },
    /// Put a new secret in place of the one there is, which still counts for a while
    Rotate {
        /// Its short name
        slug: String,
        #[command(flatten)]
        secret: SecretArgs,
        /// How long the old one still counts
        #[arg(long, value_parser = duration, default_value = "1d", value_name = "TIME")]
        overlap: Duration,
        /// Even if the secret before the one in use still counts: it ends now
        #[arg(long)]
        force: bool,
    },
    /// Remove a source for good, with its calls and what is known of its tickets; requests stay
    Remove {
        /// Its short name
        slug: String,
        /// Even if calls or tickets of it wait, which are lost then
        #[arg(long)]
        force: bool,
    },
    /// Show the request that a call would make, and every problem; nothing is stored
    Try(trial::Try),
    /// Show the tickets of a source
    Tickets(tickets::Tickets),
    /// Look at a ticket again
    Retry(tickets::Retry),
    /// Show the calls of a source
    Calls(calls::Calls),
    /// One call of a source
    Call(calls::OneCall),
}

/// Where the secret comes from.
#[derive(Args, Debug)]
struct SecretArgs {
    /// A file with the secret that the system signs with; otherwise DSR_SOURCE_SECRET, or standard input
    #[arg(long, value_name = "FILE", conflicts_with = "generate")]
    secret_file: Option<PathBuf>,
    /// Make a secret, and say it this once; for systems that are told theirs
    #[arg(long)]
    generate: bool,
}

impl SecretArgs {
    /// The secret, and whether it was made just now: one that can stand where the scheme wants it.
    fn read(&self, signing: &Setup) -> anyhow::Result<(SecretString, bool)> {
        if self.generate {
            return Ok((signing.generate_secret(), true));
        }
        let from = Secret {
            what: "the secret that the system signs with",
            file: self.secret_file.as_deref(),
            file_flag: "--secret-file",
            env: "DSR_SOURCE_SECRET",
        };
        Ok((secret::read(&from)?, false))
    }
}

fn slug(text: &str) -> Result<String, String> {
    manage::check_slug(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

/// Runs the command.
///
/// # Errors
/// A description that cannot be used, something that is not there, or the installation cannot be opened.
pub async fn run(config: &Config, args: SourceArgs) -> anyhow::Result<()> {
    // What is only tried needs no installation.
    if let Command::Try(trial) = args.command {
        return trial.run(&config.allowed);
    }
    let store = installation::open(config).await?;
    let hint = |described: &Description| {
        described.hints(&config.allowed, store.public_url.as_deref()).iter().for_each(note);
    };
    match args.command {
        Command::Add { controller, slug, from, secret, credentials_file } => {
            let described = file::read(&from)?;
            hint(&described);
            add(&store, &controller, slug, &described, &secret, credentials_file).await
        }
        Command::List { json } => list(&store, json).await,
        Command::Show { slug } => {
            say(file::write(&Description::of(&find(&store, &slug).await?)?)?);
            Ok(())
        }
        Command::Change { slug, from, credentials_file } => {
            let description = from.map(|path| file::read(&path)).transpose()?;
            let credentials = credentials_file.map(credentials).transpose()?;
            if description.is_none() && credentials.is_none() {
                bail!("nothing to change: give --from, --credentials-file, or both");
            }
            description.iter().for_each(hint);
            let row = find(&store, &slug).await?;
            if let Some(new) = description.as_ref().filter(|new| new.system.as_str() != row.system) {
                bail!("{slug} is a source of {}, not of {}; another system is another source", row.system, new.system);
            }
            let change = Change {
                setup: description.as_ref().map(Description::setup).transpose()?,
                settings: description.as_ref().map(|it| it.settings.clone()),
                mapping: description.as_ref().map(Description::mapping).transpose()?,
                credentials,
                paused: None,
            };
            changed(&store, &row, change).await
        }
        Command::Pause { slug } => pause(&store, &slug, true).await,
        Command::Resume { slug } => pause(&store, &slug, false).await,
        Command::Rotate { slug, secret, overlap, force } => rotate(&store, &slug, &secret, overlap, force).await,
        Command::Remove { slug, force } => remove(&store, &slug, force).await,
        Command::Try(_) => Ok(()),
        Command::Tickets(tickets) => tickets.run(&store).await,
        Command::Retry(retry) => retry.run(&store).await,
        Command::Calls(calls) => calls.run(&store).await,
        Command::Call(call) => call.run(&store).await,
    }
}

/// The source of this short name.
async fn find(store: &Store, slug: &str) -> anyhow::Result<Source> {
    let found = queries::by_slug(store.db.read(), slug).await?;
    found.with_context(|| format!("there is no source `{slug}`; `dsr source list` shows those there are"))
}

/// The same, locked as it stands now.
async fn lock(txn: &Txn, row: &Source) -> anyhow::Result<Source> {
    let found = queries::lock(txn, &Reach::installation(), row.id).await?;
    found.with_context(|| format!("source `{}` was removed just now", row.slug))
}

fn credentials(path: PathBuf) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Credentials::read(&text)?;
    Ok(text.into())
}

/// Says the way out, where there is one.
fn in_words(error: NotDone) -> anyhow::Error {
    let way = match &error {
        NotDone::SlugTaken => "; `dsr source change` changes it",
        NotDone::NoCredentials => {
            return anyhow::anyhow!("the description names a link; --credentials-file says who we are there");
        }
        NotDone::Unfit(bad) => return anyhow::anyhow!("the {} {}", bad.field, bad.problem),
        NotDone::StillCounts { .. } => "; --force ends it",
        NotDone::Waits { .. } => "; settle them, or say --force",
        NotDone::BadSlug | NotDone::Store(_) => "",
    };
    if way.is_empty() { error.into() } else { anyhow::anyhow!("{error}{way}") }
}

async fn add(
    store: &Store,
    controller: &str,
    slug: String,
    described: &Description,
    secret: &SecretArgs,
    credentials_file: Option<PathBuf>,
) -> anyhow::Result<()> {
    let found = controller::queries::by_slug(store.db.read(), controller).await?;
    let found = found.with_context(|| {
        format!("there is no controller `{controller}`; `dsr controller list` shows those there are")
    })?;
    let credentials = credentials_file.map(credentials).transpose()?;
    if described.settings.link.is_some() && credentials.is_none() {
        // Before anybody is asked for a secret.
        return Err(in_words(NotDone::NoCredentials));
    }
    let (secret, made) = secret.read(&described.signing)?;
    let new = NewSource {
        slug,
        controller: found.id,
        system: described.system.as_str().to_owned(),
        setup: described.setup()?,
        secret: secret.clone(),
        settings: described.settings.clone(),
        mapping: described.mapping()?,
        credentials,
    };
    let txn = store.db.begin().await?;
    let row = manage::add(&txn, store, &Actor::operator(), new).await.map_err(in_words)?;
    txn.commit().await?;
    note(format_args!("Made source `{}` for {controller}. Its system calls:", row.slug));
    say(described.address(store.public_url.as_deref(), &row.slug));
    if made {
        note("Its secret is shown this once:");
        say(secret.expose_secret());
    }
    Ok(())
}

async fn list(store: &Store, json: bool) -> anyhow::Result<()> {
    let sources = queries::within(store.db.read(), &Reach::installation(), None).await?;
    let controllers = controller::queries::all(store.db.read()).await?;
    let of = |row: &Source| controllers.iter().find(|it| it.id == row.controller_id).map_or("?", |it| &it.slug);
    let ids: Vec<_> = sources.iter().map(|row| row.id).collect();
    let waiting = queries::waiting(store.db.read(), &ids).await?;
    let waiting = |row: &Source| waiting.get(&row.id).copied().unwrap_or_default();
    if json {
        let all: Vec<_> = sources
            .iter()
            .map(|row| {
                let waiting = waiting(row);
                json!({ "slug": row.slug, "controller": of(row), "system": row.system, "paused": row.paused,
                        "mapping_version": row.mapping_version,
                        "previous_until": secrets::previous_until(row, store.now()),
                        "reconciled_at": row.reconciled_at, "trouble": row.trouble, "unread": waiting.calls,
                        "unreadable": waiting.unreadable, "triage": waiting.triage })
            })
            .collect();
        return say_json(&all);
    }
    let mut rows = table(["Source", "Controller", "System", "Mapping", "State", "For a person"]);
    for row in &sources {
        let state = match (&row.trouble, row.paused) {
            (_, true) => "paused".to_owned(),
            (Some(trouble), _) => trouble.clone(),
            (None, false) => "runs".to_owned(),
        };
        let waits = waiting(row);
        let person = match (waits.triage, waits.unreadable) {
            (0, 0) => "-".to_owned(),
            (triage, unreadable) => format!("{triage} tickets, {unreadable} calls"),
        };
        rows.add_row([
            &*row.slug,
            of(row),
            &*row.system,
            &*format!("version {}", row.mapping_version),
            &*state,
            &*person,
        ]);
    }
    heading("Sources");
    say_table(&rows);
    Ok(())
}

async fn pause(store: &Store, slug: &str, paused: bool) -> anyhow::Result<()> {
    let row = find(store, slug).await?;
    changed(store, &row, Change { paused: Some(paused), ..Change::default() }).await
}

async fn changed(store: &Store, row: &Source, change: Change) -> anyhow::Result<()> {
    let txn = store.db.begin().await?;
    let before = lock(&txn, row).await?;
    let row = manage::change(&txn, store, &Actor::operator(), &before, change).await.map_err(in_words)?;
    txn.commit().await?;
    let state = if row.paused { "paused" } else { "runs" };
    say(format_args!("{}  {state}, mapping version {}", row.slug, row.mapping_version));
    if before.previous_secret_sealed.is_some() && row.previous_secret_sealed.is_none() {
        note("The secret before the one in use does not do for how calls are signed now: it counts no more.");
    }
    Ok(())
}

async fn rotate(store: &Store, slug: &str, secret: &SecretArgs, overlap: Duration, force: bool) -> anyhow::Result<()> {
    let row = find(store, slug).await?;
    let (secret, made) = secret.read(&secrets::setup(&row)?)?;
    let txn = store.db.begin().await?;
    let row = lock(&txn, &row).await?;
    let new = Rotation { secret: secret.clone(), overlap, force };
    let row = manage::rotate(&txn, store, &Actor::operator(), &row, new).await.map_err(in_words)?;
    txn.commit().await?;
    let until = row.previous_until.map(|at| at.to_string()).unwrap_or_default();
    say(format_args!("{slug}  signs anew; what the old secret signed counts until {until}"));
    if made {
        note("Its secret is shown this once:");
        say(secret.expose_secret());
    }
    Ok(())
}

async fn remove(store: &Store, slug: &str, force: bool) -> anyhow::Result<()> {
    let row = find(store, slug).await?;
    let txn = store.db.begin().await?;
    let row = lock(&txn, &row).await?;
    manage::remove(&txn, store, &Actor::operator(), &row, force).await.map_err(in_words)?;
    txn.commit().await?;
    say(format_args!("{slug}  is gone; what its system sends is refused"));
    Ok(())
}
