//! Opening the installation: its database, its schema, its key, and with them its store.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::{Context, bail};
use entities::db::Db;
use entities::installation::table;
use entities::store::Store;
use entities::time::Clock;
use migrations::Migrator;
use sea_orm::{EntityTrait, PaginatorTrait};
use sea_orm_migration::MigratorTrait;
use secrecy::ExposeSecret;
use vault::keyring::{Keyring, KeyringError};

use crate::config::settings::KEY_ENV;
use crate::config::{Config, Key, masked};

/// Opens the store as the service does when it starts: the schema is brought up to date if the configuration lets it, and
/// an embedded installation gets its key at its first start.
///
/// # Errors
/// What is missing, and the way out.
pub async fn open(config: &Config) -> anyhow::Result<Store> {
    // Before anything is written: a server database without a key is no installation.
    if matches!(config.key, Key::Missing) {
        bail!(missing_key());
    }
    let db = connect(config).await?;
    bring_up_to_date(config, &db).await?;
    let keyring = keyring(config, &db).await?;
    let opened = Store::open(db, keyring, Clock::System).await;
    let opened = opened.map(|store| match &config.mail.public_url {
        Some(url) => store.reached_at(url.as_str()),
        None => store,
    });
    opened.map_err(|error| {
        if error.is_unknown_key() {
            let hint = "the database was sealed under another installation key than the one given; \
                        give the key that it was made with (`dsr doctor` names both)";
            anyhow::Error::new(error).context(hint)
        } else {
            anyhow::Error::new(error).context("the installation's secrets cannot be read")
        }
    })
}

/// Connects to the database. The folder of an embedded one is made, for its owner alone.
///
/// # Errors
/// The folder cannot be made, or the database does not answer.
pub async fn connect(config: &Config) -> anyhow::Result<Db> {
    let url = config.database.url.expose_secret();
    if let Some(folder) = embedded_path(url).and_then(Path::parent).filter(|path| !path.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    Db::connect(url, config.database.connections).await.with_context(|| {
        let shown = masked(url);
        format!("the database at {shown} does not answer; is it running, and is `database.url` right?")
    })
}

/// The file of an embedded database.
pub fn embedded_path(url: &str) -> Option<&Path> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    Some(Path::new(path.split('?').next().unwrap_or(path)))
}

/// Makes a folder that only its owner may enter, with all above it that are missing.
///
/// # Errors
/// The operating system refuses.
pub fn make_folder(path: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("the folder {} cannot be made", path.display()))
}

async fn bring_up_to_date(config: &Config, db: &Db) -> anyhow::Result<()> {
    if config.database.migrate {
        return migrations::migrate(db.write()).await.context("the database schema cannot be brought up to date");
    }
    let pending = Migrator::get_pending_migrations_read_only(db.read()).await.context("the schema cannot be read")?;
    if !pending.is_empty() {
        bail!("{} schema migration(s) are pending and `database.migrate` is off; run `dsr migrate`", pending.len());
    }
    Ok(())
}

/// The installation's keys, made at the first start of an embedded installation.
///
/// # Errors
/// There is no key, or it cannot be read; or the database has secrets and the key that they need is not there.
pub async fn keyring(config: &Config, db: &Db) -> anyhow::Result<Keyring> {
    match &config.key {
        Key::Given(text) => Keyring::parse(text.expose_secret()).with_context(|| format!("{KEY_ENV} is not a key")),
        Key::Missing => bail!(missing_key()),
        Key::File { path, may_be_made } => match Keyring::load(path) {
            Err(KeyringError::Io { ref source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                make_key(path, *may_be_made, db).await
            }
            loaded => Ok(loaded?),
        },
    }
}

async fn make_key(path: &Path, may_be_made: bool, db: &Db) -> anyhow::Result<Keyring> {
    let shown = path.display();
    if !may_be_made {
        bail!(
            "the key file {shown} is not there; put it back, or make one with `dsr key new {shown}` for a new database"
        );
    }
    if table::Entity::find().count(db.read()).await.context("the installation's secrets cannot be counted")? > 0 {
        bail!(
            "the key file {shown} is gone, but the database holds secrets that only its key opens; \
             put the key file back from its backup"
        );
    }
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let (keyring, made) = Keyring::load_or_create(path)?;
    if made {
        tracing::info!(path = %shown, "made the installation key; back it up, apart from the database");
    }
    Ok(keyring)
}

/// What to do when a server database was configured and no key.
fn missing_key() -> String {
    format!(
        "no installation key is configured, and with a server database none is made up, since all machines need the same \
         one; make it once with `dsr key new <file>`, then set DSR_KEY_FILE to that file or {KEY_ENV} to its content"
    )
}

#[cfg(test)]
mod tests;
