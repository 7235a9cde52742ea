//! Letters as files: one `.eml` each, complete or not there.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Writes a letter into `folder` as `name`.eml, for its owner alone. Written again it takes its own place.
///
/// # Errors
/// The operating system refuses.
pub fn write(folder: &Path, name: &str, message: &[u8]) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(message)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, folder.join(format!("{name}.eml")))?;
        File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written
}
