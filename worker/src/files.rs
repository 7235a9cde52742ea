//! The files of exports: streamed to disk, sealed on the way, so that nothing readable is ever written.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use genesys::calls::downloads::Download;
use tokio::sync::mpsc;
use vault::data_key::DataKey;
use vault::stream::{SealedWriter, Summary};

use crate::trouble::Trouble;

/// What came of storing a file.
pub struct Stored {
    /// SHA-256 and size of what was sealed.
    pub summary: Summary,
    /// What kind of file it is, by its first bytes.
    pub media_type: &'static str,
}

/// Writes a download to `root`/`location`, sealed under `key` in `context`. The file is complete and durable when this
/// returns, and before that it does not have its name.
///
/// # Errors
/// The download broke off or is larger than `limit` bytes, or the disk failed; then no file is left behind.
pub async fn store(
    root: &Path,
    location: &str,
    key: DataKey,
    context: String,
    limit: u64,
    mut download: Download,
) -> Result<Stored, Trouble> {
    let path = root.join(location);
    let (pieces, inbox) = mpsc::channel(8);
    let writing = tokio::task::spawn_blocking(move || write(&path, &key, &context, limit, inbox));
    let fed = feed(&mut download, &pieces).await;
    let whole = fed.is_ok();
    if whole {
        // The writer keeps the file only if it hears that this was all of it.
        let _ = pieces.send(Piece::End).await;
    }
    drop(pieces);
    let written = writing.await.map_err(std::io::Error::other)?;
    fed?;
    Ok(written?)
}

enum Piece {
    Data(Bytes),
    End,
}

async fn feed(download: &mut Download, pieces: &mpsc::Sender<Piece>) -> Result<(), Trouble> {
    while let Some(piece) = download.chunk().await? {
        if pieces.send(Piece::Data(piece)).await.is_err() {
            break; // The writer has failed and says why itself.
        }
    }
    Ok(())
}

fn write(
    path: &Path,
    key: &DataKey,
    context: &str,
    limit: u64,
    mut inbox: mpsc::Receiver<Piece>,
) -> std::io::Result<Stored> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    std::fs::create_dir_all(&folder)?;
    let unfinished = path.with_extension("part");
    let stored = (|| {
        let mut sealed = SealedWriter::new(BufWriter::new(File::create(&unfinished)?), key, context)?;
        let (mut bytes, mut head) = (0u64, Vec::new());
        let mut ended = false;
        while let Some(piece) = inbox.blocking_recv() {
            match piece {
                Piece::End => ended = true,
                Piece::Data(data) => {
                    bytes += data.len() as u64;
                    if bytes > limit {
                        return Err(std::io::Error::other("the file is larger than the limit"));
                    }
                    head.extend_from_slice(&data[..data.len().min(8usize.saturating_sub(head.len()))]);
                    sealed.write_all(&data)?;
                }
            }
        }
        if !ended {
            return Err(std::io::Error::other("the download broke off"));
        }
        let (file, summary) = sealed.finish()?;
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        std::fs::rename(&unfinished, path)?;
        File::open(&folder)?.sync_all()?;
        Ok(Stored { summary, media_type: media_type(&head) })
    })();
    if stored.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    stored
}

/// The format of an export's files is not documented (contract §3.4), so it is recognised by how a file begins.
fn media_type(head: &[u8]) -> &'static str {
    match head {
        [b'P', b'K', 3 | 5 | 7, ..] => "application/zip",
        [0x1f, 0x8b, ..] => "application/gzip",
        _ => match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{' | b'[') => "application/json",
            _ => "application/octet-stream",
        },
    }
}

/// Takes away files that a step which died left of a job: those that begin with its name and that no row knows.
///
/// # Errors
/// The folder cannot be read.
pub fn sweep(root: &Path, folder: &str, job: &str, known: &[String]) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let location = format!("{folder}/{name}");
        if name.starts_with(job) && !known.contains(&location) {
            std::fs::remove_file(root.join(location))?;
        }
    }
    Ok(())
}
