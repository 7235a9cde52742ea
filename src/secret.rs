//! Secrets that a command needs: from a file, from the environment, from standard input; never from an argument, which
//! every user of the machine can read.

use std::io::{IsTerminal, Read};
use std::path::Path;

use anyhow::{Context, bail};
use secrecy::SecretString;

/// Where a secret may come from.
pub struct Secret<'a> {
    /// What it is, for messages.
    pub what: &'a str,
    /// A file that was named.
    pub file: Option<&'a Path>,
    /// The argument that names it.
    pub file_flag: &'a str,
    /// The environment variable that may hold it.
    pub env: &'a str,
}

/// Reads a secret. White space around it is dropped.
///
/// # Errors
/// It is nowhere, or empty, and how to give it.
pub fn read(from: &Secret<'_>) -> anyhow::Result<SecretString> {
    let text = match (from.file, std::env::var(from.env)) {
        (Some(path), _) => {
            std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?
        }
        (None, Ok(text)) => text,
        (None, Err(_)) if std::io::stdin().is_terminal() => {
            bail!("{} is missing; set {}, or name a file with {}, or pipe it in", from.what, from.env, from.file_flag);
        }
        (None, Err(_)) => {
            let mut text = String::new();
            std::io::stdin().take(65_536).read_to_string(&mut text).context("standard input cannot be read")?;
            text
        }
    };
    match text.trim() {
        "" => bail!("{} is empty; set {}, or name a file with {}, or pipe it in", from.what, from.env, from.file_flag),
        text => Ok(SecretString::from(text)),
    }
}
