//! First starts, lost keys and rotations, on real files and a real database.

use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;
use crate::config::Flags;
use crate::key;

fn configured(folder: &TempDir, env: &[(&str, &str)]) -> Config {
    let flags = Flags { data_dir: Some(folder.path().join("data")), ..Flags::default() };
    let look = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Config::read(None, &look, &flags).unwrap()
}

#[tokio::test]
async fn the_first_start_makes_a_key_that_only_its_owner_reads_and_the_next_start_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(&folder, &[]);
    let first = open(&config).await.unwrap();
    let key = folder.path().join("data/installation.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(folder.path().join("data")).unwrap().permissions().mode() & 0o777, 0o700);
    let again = open(&config).await.unwrap();
    assert_eq!(first.safe.signing().key_id(), again.safe.signing().key_id());
}

#[tokio::test]
async fn a_key_is_never_made_up_for_a_database_that_has_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(&folder, &[]);
    open(&config).await.unwrap();
    let key = folder.path().join("data/installation.key");
    std::fs::rename(&key, folder.path().join("elsewhere")).unwrap();
    let said = format!("{:#}", open(&config).await.unwrap_err());
    assert!(said.contains("put the key file back"), "{said}");
    assert!(!key.exists());
}

#[tokio::test]
async fn another_key_is_told_from_a_damaged_database() {
    let folder = tempfile::tempdir().unwrap();
    open(&configured(&folder, &[])).await.unwrap();
    let other = Keyring::generate().to_text().to_string();
    let said = format!("{:#}", open(&configured(&folder, &[(KEY_ENV, &other)])).await.unwrap_err());
    assert!(said.contains("another installation key"), "{said}");
}

#[tokio::test]
async fn a_named_key_file_that_is_gone_and_a_missing_key_say_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let named = configured(&folder, &[("DSR_KEY_FILE", "/nowhere/key")]);
    let said = format!("{:#}", open(&named).await.unwrap_err());
    assert!(said.contains("/nowhere/key is not there"), "{said}");
    let server = configured(&folder, &[("DSR_DATABASE_URL", "postgres://dsr@127.0.0.1:1/dsr")]);
    let said = format!("{:#}", open(&server).await.unwrap_err());
    assert!(said.contains("dsr key new"), "{said}");
}

#[tokio::test]
async fn a_pending_schema_stops_the_start_where_migrating_is_off() {
    let folder = tempfile::tempdir().unwrap();
    let off = configured(&folder, &[("DSR_DATABASE_MIGRATE", "false")]);
    let said = format!("{:#}", open(&off).await.unwrap_err());
    assert!(said.contains("run `dsr migrate`"), "{said}");
    open(&configured(&folder, &[])).await.unwrap();
    open(&off).await.unwrap();
}

#[tokio::test]
async fn a_rotation_leaves_nothing_under_the_old_key_even_when_it_was_cut_off_half_way() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(&folder, &[]);
    let before = open(&config).await.unwrap();
    let path = folder.path().join("data/installation.key");
    // Cut off after its first half: the file has the new key, the database knows nothing of it.
    let half = Keyring::rotate_file(&path).unwrap();
    key::rotate(&config).await.unwrap();
    let finished = Keyring::load(&path).unwrap();
    assert_eq!(finished.current_id(), half.current_id(), "finished, not begun anew");
    assert_only_current_key_needed(&config, &path, &before).await;
    key::rotate(&config).await.unwrap();
    assert_ne!(Keyring::load(&path).unwrap().current_id(), half.current_id());
    assert_only_current_key_needed(&config, &path, &before).await;
}

/// The newest key alone opens everything, and neither hashes nor signatures have changed.
async fn assert_only_current_key_needed(config: &Config, path: &Path, before: &Store) {
    let text = Keyring::load(path).unwrap().to_text();
    let newest = Keyring::parse(text.lines().next().unwrap()).unwrap();
    let db = connect(config).await.unwrap();
    let store = Store::open(db, newest, Clock::System).await.unwrap();
    let controller = entities::id::ControllerId::INSTALLATION;
    assert_eq!(store.safe.hash(controller, "email", "x"), before.safe.hash(controller, "email", "x"));
    assert_eq!(store.safe.signing().key_id(), before.safe.signing().key_id());
}
