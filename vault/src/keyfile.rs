//! The key file: created once, never half-written, readable by its owner alone.
//!
//! New content is written beside the file, flushed, and only then given its name, so a reader sees all of it or nothing.
//! Creation links the name (which fails if another process was first); rotation renames over it while holding a lock
//! on the file it replaces, or two rotations at once would drop a key under which values may already be sealed.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::digest::hex;
use crate::keyring::{Keyring, KeyringError};
use crate::secret::fill_random;

const OWNER_ONLY: u32 = 0o600;

impl Keyring {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyringError::Exposed`] when group or others have any permission on the file, [`KeyringError::Io`] when it
    /// cannot be read (also when it is not there), and whatever [`Keyring::parse`] refuses.
    pub fn load(path: &Path) -> Result<Self, KeyringError> {
        read(&mut File::open(path).map_err(failed(path, "read"))?, path)
    }

    /// Reads the key file, or creates it with one new key; the flag says whether it was created. Processes that start
    /// together all end with the key of the one that was first. The folder must exist, on a file system with hard links.
    ///
    /// # Errors
    /// As [`Keyring::load`], and [`KeyringError::Io`] when the file cannot be created.
    pub fn load_or_create(path: &Path) -> Result<(Self, bool), KeyringError> {
        match Self::load(path) {
            Err(KeyringError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {}
            loaded => return loaded.map(|keyring| (keyring, false)),
        }
        let created = Self::generate();
        match write_then(path, &created, None, |fresh| fs::hard_link(fresh, path)) {
            Ok(()) => Ok((created, true)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok((Self::load(path)?, false)),
            Err(error) => Err(failed(path, "created")(error)),
        }
    }

    /// Puts a new current key in front of the file's keys and returns the result. Running processes go on with the keys
    /// they have read until they are restarted, and cannot open what is sealed under the new one before that.
    ///
    /// # Errors
    /// As [`Keyring::load`], and [`KeyringError::Io`] when the file cannot be replaced; it is then as it was.
    pub fn rotate_file(path: &Path) -> Result<Self, KeyringError> {
        // A link is followed, so that the file is replaced and not the link to it.
        let path = &fs::canonicalize(path).map_err(failed(path, "read"))?;
        let mut held = lock(path).map_err(failed(path, "read"))?;
        let rotated = read(&mut held, path)?.rotated();
        write_then(path, &rotated, Some(&held), |fresh| fs::rename(fresh, path)).map_err(failed(path, "replaced"))?;
        Ok(rotated)
    }
}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> KeyringError {
    let path = path.to_owned();
    move |source| KeyringError::Io { path, doing, source }
}

fn read(file: &mut File, path: &Path) -> Result<Keyring, KeyringError> {
    // Asked of the open file, not of the name: the name may mean another file a moment later.
    let mode = file.metadata().map_err(failed(path, "read"))?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyringError::Exposed { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::with_capacity(4096));
    file.read_to_string(&mut text).map_err(failed(path, "read"))?;
    Keyring::parse(&text)
}

/// The file under its name, locked against other rotations until dropped.
fn lock(path: &Path) -> io::Result<File> {
    loop {
        let file = File::open(path)?;
        file.lock()?;
        // Whoever held the lock before may have replaced the file; then this lock guards nothing.
        let (held, named) = (file.metadata()?, fs::metadata(path)?);
        if (held.dev(), held.ino()) == (named.dev(), named.ino()) {
            return Ok(file);
        }
    }
}

/// Writes `keyring` to a file of its own beside `path`, has `name_it` give it the name, and makes both last.
fn write_then(
    path: &Path,
    keyring: &Keyring,
    replaced: Option<&File>,
    name_it: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let fresh = beside(path)?;
    let named = write(&fresh, keyring, replaced).and_then(|()| name_it(&fresh));
    // After a rename there is nothing left to remove.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => named.and(Err(error)),
        _ => named,
    }?;
    File::open(folder(path))?.sync_all()
}

fn write(fresh: &Path, keyring: &Keyring, replaced: Option<&File>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(fresh)?;
    file.set_permissions(Permissions::from_mode(OWNER_ONLY))?; // whatever the umask took away
    if let Some(old) = replaced {
        // Rotated by root, the file must stay readable to the account the service runs under.
        let (old, new) = (old.metadata()?, file.metadata()?);
        if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
            fchown(&file, Some(old.uid()), Some(old.gid()))?;
        }
    }
    file.write_all(keyring.to_text().as_bytes())?;
    file.sync_all()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::from(ErrorKind::IsADirectory))?;
    let mut random = [0; 8];
    fill_random(&mut random);
    Ok(folder(path).join(format!(".{}.{}", name.to_string_lossy(), hex(&random))))
}
