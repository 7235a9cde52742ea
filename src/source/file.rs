//! The file that describes a source.

use std::path::Path;

use anyhow::{Context, bail};
use sources::description::Description;

/// Reads a file, and checks all of it.
///
/// # Errors
/// It cannot be read; or everything that cannot be used, each with its place.
pub fn read(path: &Path) -> anyhow::Result<Description> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let read: Description = toml::from_str(&text).with_context(|| format!("{} describes no source", path.display()))?;
    if let Err(faults) = read.check() {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        bail!("{} cannot be used:\n{}", path.display(), faults.join("\n"));
    }
    Ok(read)
}

/// A description as such a file.
///
/// # Errors
/// It does not serialise.
pub fn write(described: &Description) -> anyhow::Result<String> {
    Ok(toml::to_string_pretty(described)?)
}
