//! The key file: who may read it, who creates it, and what a rotation leaves.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;

use tempfile::TempDir;
use uuid::Uuid;
use vault::data_key::DataKey;
use vault::keyring::{Keyring, KeyringError};

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    (folder, path)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(folder: &TempDir) -> Vec<String> {
    fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Runs `work` in eight threads at once. Each opens the file for itself, as processes do.
fn together<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    let start = Barrier::new(8);
    let run = || {
        start.wait();
        work()
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn it_is_created_once_for_its_owner_alone() {
    let (folder, path) = folder();
    let (created, fresh) = Keyring::load_or_create(&path).unwrap();
    assert!(fresh);
    assert_eq!(mode(&path), 0o600);
    let (loaded, fresh) = Keyring::load_or_create(&path).unwrap();
    assert!(!fresh);
    assert_eq!(loaded.current_id(), created.current_id());
    assert_eq!(Keyring::load(&path).unwrap().current_id(), created.current_id());
    assert_eq!(names(&folder), ["keys"], "nothing else is left behind");
}

#[test]
fn those_who_start_together_end_with_one_key() {
    for _ in 0..20 {
        let (folder, path) = folder();
        let ended = together(|| {
            let (keyring, fresh) = Keyring::load_or_create(&path).unwrap();
            (keyring.current_id().to_owned(), fresh)
        });
        assert_eq!(ended.iter().filter(|(_, fresh)| *fresh).count(), 1, "one created it");
        let ids: BTreeSet<_> = ended.into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, BTreeSet::from([Keyring::load(&path).unwrap().current_id().to_owned()]));
        assert_eq!(names(&folder), ["keys"]);
    }
}

#[test]
fn a_file_that_others_can_reach_is_refused_with_the_way_out() {
    let (_folder, path) = folder();
    Keyring::load_or_create(&path).unwrap();
    for exposed in [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o660, 0o644] {
        fs::set_permissions(&path, Permissions::from_mode(exposed)).unwrap();
        for refused in
            [Keyring::load(&path), Keyring::rotate_file(&path), Keyring::load_or_create(&path).map(|made| made.0)]
        {
            let error = refused.unwrap_err();
            assert!(matches!(error, KeyringError::Exposed { mode, .. } if mode == exposed), "{error}");
            let text = error.to_string();
            assert!(text.contains(&format!("mode {exposed:04o}")) && text.contains("chmod 600"), "{text}");
        }
    }
    for private in [0o400, 0o600] {
        fs::set_permissions(&path, Permissions::from_mode(private)).unwrap();
        Keyring::load(&path).unwrap();
    }
}

#[test]
fn a_rotation_keeps_what_was_wrapped_before() {
    let (folder, path) = folder();
    let (before, _) = Keyring::load_or_create(&path).unwrap();
    let (owner, key) = (Uuid::now_v7(), DataKey::generate());
    let wrapped = before.wrap(owner, &key);

    let rotated = Keyring::rotate_file(&path).unwrap();
    let loaded = Keyring::load(&path).unwrap();
    assert_eq!(loaded.ids().collect::<Vec<_>>(), [rotated.current_id(), before.current_id()]);
    assert!(!loaded.is_current(&wrapped));
    let value = key.seal("a", b"x");
    assert_eq!(loaded.unwrap(owner, &wrapped).unwrap().open("a", &value).unwrap(), b"x");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(names(&folder), ["keys"]);
}

#[test]
fn rotations_at_once_lose_no_key() {
    let (_folder, path) = folder();
    Keyring::load_or_create(&path).unwrap();
    let made = together(|| Keyring::rotate_file(&path).unwrap().current_id().to_owned());
    let ring = Keyring::load(&path).unwrap();
    let kept: BTreeSet<_> = ring.ids().map(ToOwned::to_owned).collect();
    assert_eq!(kept.len(), 9, "the first and eight more");
    assert!(made.iter().all(|id| kept.contains(id)));
}

#[test]
fn a_rotation_replaces_the_file_and_not_a_link_to_it() {
    let (folder, path) = folder();
    Keyring::load_or_create(&path).unwrap();
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    let rotated = Keyring::rotate_file(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Keyring::load(&path).unwrap().current_id(), rotated.current_id());
}

#[test]
fn a_missing_or_spoilt_file_is_an_error_and_stays_as_it_is() {
    let (folder, path) = folder();
    for missing in [Keyring::load(&path), Keyring::rotate_file(&path)] {
        let error = missing.unwrap_err();
        assert!(matches!(&error, KeyringError::Io { source, .. } if source.kind() == ErrorKind::NotFound), "{error}");
        assert!(error.to_string().contains("keys cannot be read"), "{error}");
    }
    let nowhere = folder.path().join("no-folder").join("keys");
    assert!(matches!(Keyring::load_or_create(&nowhere), Err(KeyringError::Io { doing: "created", .. })));

    fs::write(&path, "spoilt").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(Keyring::load_or_create(&path), Err(KeyringError::Malformed { position: 1 })));
    assert!(matches!(Keyring::rotate_file(&path), Err(KeyringError::Malformed { position: 1 })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "spoilt");
    fs::write(&path, "").unwrap();
    assert!(matches!(Keyring::load_or_create(&path), Err(KeyringError::Empty)));
}
