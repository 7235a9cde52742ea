//! Writing a report as it arrives, to a file or to standard output: however long it is, no more than a piece is held.

use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::Context;
use futures::TryStreamExt;
use reqwest::Response;
use tokio::fs::{OpenOptions, remove_file};
use tokio::io::AsyncWriteExt;

use crate::terminal::note;

/// Writes an answer to a file that is not there yet, or to standard output.
///
/// # Errors
/// The answer breaks off, or cannot be written; then there is no file.
pub async fn save(answer: Response, to: Option<&Path>) -> anyhow::Result<()> {
    let Some(target) = to else { return print(answer).await };
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(target).await;
    let mut file = file.with_context(|| format!("{} cannot be written", target.display()))?;
    let copied = copy(answer, &mut file).await;
    if copied.is_err() {
        // Half a report would pass for a whole one; if it cannot be removed, the first failure is still the one to tell.
        drop(remove_file(target).await);
    }
    copied.with_context(|| format!("{} cannot be written", target.display()))?;
    note(format_args!("Saved {}.", target.display()));
    Ok(())
}

async fn copy(answer: Response, file: &mut tokio::fs::File) -> anyhow::Result<()> {
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.try_next().await.map_err(reqwest::Error::without_url)? {
        file.write_all(&piece).await?;
    }
    file.sync_all().await?;
    Ok(())
}

async fn print(answer: Response) -> anyhow::Result<()> {
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.try_next().await.map_err(reqwest::Error::without_url).context("it broke off")? {
        match std::io::stdout().lock().write_all(&piece) {
            // `dsr report register --csv | head` has had what it wanted.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    Ok(std::io::stdout().lock().flush()?)
}
