//! What lies on our side: database, schema, key, data directory.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use entities::db::Db;
use entities::error::StoreError;
use entities::installation::table;
use entities::store::Store;
use entities::time::Clock;
use migrations::Migrator;
use sea_orm::{EntityTrait, PaginatorTrait};
use sea_orm_migration::MigratorTrait;
use secrecy::ExposeSecret;
use vault::keyring::{Keyring, KeyringError};
use vault::seal::SealError;

use super::{Finding, Findings};
use crate::config::settings::KEY_ENV;
use crate::config::{Config, Key, masked};
use crate::installation;

/// Checks our side; the store comes along if it opens.
pub async fn check(config: &Config) -> (Vec<Finding>, Option<Store>) {
    let mut findings = Findings::of("installation");
    let db = database(config, &mut findings).await;
    let keyring = key(config, &mut findings);
    folder(&config.artifacts, &mut findings);
    let store = match (db, keyring) {
        (Some(db), Some(keyring)) => store(db, keyring, &mut findings).await,
        _ => None,
    };
    (findings.all, store)
}

/// Connects, but never makes a database: a check that creates what it looks for finds nothing.
async fn database(config: &Config, findings: &mut Findings) -> Option<Db> {
    let url = config.database.url.expose_secret();
    let shown = masked(url);
    if let Some(path) = installation::embedded_path(url)
        && !path.exists()
    {
        findings.bad(
            "database",
            format!("{} is not there yet", path.display()),
            "run `dsr migrate`, or start `dsr serve` once",
        );
        return None;
    }
    let db = match installation::connect(config).await {
        Ok(db) => db,
        Err(error) => {
            findings.bad("database", format!("{error:#}"), "start the database, or correct `database.url`");
            return None;
        }
    };
    findings.good("database", format!("{:?} at {shown}", db.backend()));
    match Migrator::get_pending_migrations_read_only(db.read()).await {
        Ok(pending) if pending.is_empty() => findings.good("schema", "up to date"),
        Ok(pending) => {
            findings.bad("schema", format!("{} migration(s) are pending", pending.len()), "run `dsr migrate`");
            return None;
        }
        Err(_) => {
            let way_out = "this database is newer than this `dsr`, or not one of its own; use the newest version";
            findings.bad("schema", "not readable", way_out);
            return None;
        }
    }
    Some(db)
}

/// Whether the embedded database is there.
fn is_there(config: &Config) -> bool {
    installation::embedded_path(config.database.url.expose_secret()).is_some_and(Path::exists)
}

fn key(config: &Config, findings: &mut Findings) -> Option<Keyring> {
    let (place, loaded) = match &config.key {
        Key::Given(text) => (KEY_ENV.to_owned(), Keyring::parse(text.expose_secret())),
        Key::File { path, .. } => (path.display().to_string(), Keyring::load(path)),
        Key::Missing => {
            let way_out = format!("make one with `dsr key new <file>` and set DSR_KEY_FILE, or set {KEY_ENV}");
            findings.bad("installation key", "none is configured", way_out);
            return None;
        }
    };
    match loaded {
        Ok(keyring) => {
            let mode = if matches!(config.key, Key::File { .. }) { ", for its owner alone" } else { "" };
            findings.good("installation key", format!("{} in {place}{mode}", keyring.current_id()));
            Some(keyring)
        }
        Err(error @ KeyringError::Exposed { .. }) => {
            findings.bad("installation key", format!("{place} can be read by others"), error.to_string());
            None
        }
        Err(KeyringError::Io { ref source, .. })
            if source.kind() == std::io::ErrorKind::NotFound
                && matches!(config.key, Key::File { may_be_made: true, .. })
                && !is_there(config) =>
        {
            findings.bad(
                "installation key",
                format!("{place} is not there yet"),
                "start `dsr serve` once, which makes it",
            );
            None
        }
        Err(error) => {
            let way_out = "put the key file back from its backup; without it nothing that is sealed opens again";
            findings.bad("installation key", error.to_string(), way_out);
            None
        }
    }
}

fn folder(path: &Path, findings: &mut Findings) {
    let shown = path.display();
    // It is made at the first start; until then its nearest folder above tells whether it can be.
    let nearest = path.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let probe = nearest.join(format!(".dsr-{}", uuid::Uuid::new_v4().simple()));
    let written = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
    if let Err(error) = written {
        findings.bad("artifacts", format!("{shown} is not writable: {error}"), "give it to the account dsr runs under");
        return;
    }
    match std::fs::metadata(path).map(|found| found.permissions().mode() & 0o077) {
        Ok(0) | Err(_) => findings.good("artifacts", format!("{shown} is writable")),
        Ok(_) => {
            findings.good("artifacts", format!("{shown} is writable; others may enter it, its files are encrypted"))
        }
    }
}

async fn store(db: Db, keyring: Keyring, findings: &mut Findings) -> Option<Store> {
    match table::Entity::find().count(db.read()).await {
        Ok(0) => {
            findings.bad("secrets", "the installation has not been started yet", "start `dsr serve` once");
            return None;
        }
        Ok(_) => {}
        Err(error) => {
            findings.bad("secrets", error.to_string(), "look after the database");
            return None;
        }
    }
    match Store::open(db, keyring, Clock::System).await {
        Ok(store) => {
            findings.good("secrets", "open under the installation key");
            Some(store)
        }
        Err(error) => {
            let found = match &error {
                StoreError::Sealed(SealError::UnknownKey { id }) => {
                    format!("sealed under key {id}, which is not at hand")
                }
                other => other.to_string(),
            };
            let way_out = if error.is_unknown_key() {
                "give the key that this database was made with"
            } else {
                "the database or the key is damaged; restore both from one backup"
            };
            findings.bad("secrets", found, way_out);
            None
        }
    }
}
