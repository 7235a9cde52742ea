//! `dsr key`: making and rotating the installation key.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use entities::event::trail::{self, Actor, Entry};
use entities::id::ControllerId;
use entities::installation::rotation;
use entities::time::Clock;
use serde_json::json;
use vault::keyring::Keyring;

use crate::config::settings::KEY_ENV;
use crate::config::{Config, Key};
use crate::installation;
use crate::terminal::{note, say};

const EXAMPLES: &str = "\
Examples:
  dsr key new /etc/dsr/installation.key     Make the key of a new installation over PostgreSQL
  dsr key show                              Show the ids of the keys in use, never the keys
  dsr key rotate                            New key file, then everything sealed anew under it";

const ROTATING: &str = "\
The order is such that an interruption loses nothing: the new key first joins the old ones in the key file, then everything
in the database is sealed anew in one transaction. Interrupted between the two, run it again.

Processes that are running go on with the keys they read at their start. Restart them after a rotation: until then they
cannot open what others seal under the new key.

The older keys stay in the file, because backups of the database still need them. Requests' own keys are wrapped anew, their
data is not touched; neither look-up hashes nor the identity behind the audit trail's signatures change.";

/// What to do with the installation key.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct KeyArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make a new key file, readable by its owner alone
    New {
        /// Where; nothing may be there yet
        path: PathBuf,
    },
    /// Show the ids of the keys in use, current first
    Show,
    /// Put a new key in front and seal everything in the database anew under it
    #[command(after_long_help = ROTATING)]
    Rotate,
}

/// Runs the command.
///
/// # Errors
/// The key file or the database cannot be read or written.
pub async fn run(config: &Config, args: KeyArgs) -> anyhow::Result<()> {
    match args.command {
        Command::New { path } => {
            if path.exists() {
                bail!("{} is there already; a key file is never overwritten", path.display());
            }
            let (keyring, made) = Keyring::load_or_create(&path)?;
            if !made {
                bail!("{} was made by another process at this moment", path.display());
            }
            say(format_args!("Made {} with key {}.", path.display(), keyring.current_id()));
            note("Back it up, apart from the database: what was sealed under it is lost without it.");
            Ok(())
        }
        Command::Show => {
            let keyring = current(config)?;
            for (position, id) in keyring.ids().enumerate() {
                say(format_args!("{id}{}", if position == 0 { "  current" } else { "" }));
            }
            Ok(())
        }
        Command::Rotate => rotate(config).await,
    }
}

/// The keys as they are, none made.
fn current(config: &Config) -> anyhow::Result<Keyring> {
    use secrecy::ExposeSecret;
    match &config.key {
        Key::Given(text) => Keyring::parse(text.expose_secret()).with_context(|| format!("{KEY_ENV} is not a key")),
        Key::File { path, .. } => Ok(Keyring::load(path)?),
        Key::Missing => bail!("no installation key is configured; set DSR_KEY_FILE or {KEY_ENV}"),
    }
}

/// Puts a new key in front, or finishes doing so, and seals everything in the database anew under it.
///
/// # Errors
/// The key file or the database cannot be read or written; then running it again finishes the work.
pub async fn rotate(config: &Config) -> anyhow::Result<()> {
    let Key::File { path, .. } = &config.key else {
        bail!(
            "only a key file can be rotated; {KEY_ENV} is set by you: write its keys to a file made with `dsr key new`, \
             rotate that, and put its new content into {KEY_ENV}"
        );
    };
    // Whatever would stop us must do so before the file is touched.
    let store = installation::open(config).await?;
    let old = store.safe.keyring().current_id().to_owned();
    // A rotation that was cut off after its first step is finished, not begun anew.
    let finishing = is_unfinished(&store).await?;
    let keyring = if finishing { Keyring::load(path)? } else { Keyring::rotate_file(path)? };
    let txn = store.db.begin().await?;
    let resealed = rotation::reseal(&txn, &keyring).await.context(
        "the new key is in the key file, but what is in the database could not be sealed anew; nothing is lost: \
         run `dsr key rotate` again",
    )?;
    let data = json!({ "from": old, "to": keyring.current_id(), "resealed": resealed });
    let entry = Entry::on(ControllerId::INSTALLATION, "installation.key_rotated", data);
    trail::record(&*txn, Clock::System.now(), &Actor::operator(), [entry]).await?;
    txn.commit().await?;
    if finishing {
        say(format_args!(
            "Finished a rotation that had been cut off: {resealed} value(s) sealed under {}.",
            keyring.current_id()
        ));
    } else {
        say(format_args!("Key {} is current; {resealed} value(s) sealed under it.", keyring.current_id()));
    }
    note("Restart every running dsr process now: until then it works with the old key alone.");
    note(format_args!("Back up {} again, apart from the database.", path.display()));
    Ok(())
}

/// Whether the installation's secrets are sealed under another key than the current one.
async fn is_unfinished(store: &entities::store::Store) -> anyhow::Result<bool> {
    use sea_orm::EntityTrait;
    let rows = entities::installation::table::Entity::find().all(store.db.read()).await?;
    Ok(rows.iter().any(|row| !store.safe.keyring().is_current(&row.value_sealed)))
}
