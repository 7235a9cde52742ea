//! `GET /api/v1/artifacts/{id}/content`: one file, opened on the way out.
//!
//! The file is unsealed frame by frame, so memory stays bounded however large it is, and every byte that is sent is genuine.
//! Should a later frame turn out damaged, the answer breaks off before the length it announced.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path as FsPath, PathBuf};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path};
use entities::artifact::queries;
use entities::artifact::table::Model;
use entities::id::ArtifactId;
use entities::request::keys;
use entities::request::table::Model as Request;
use futures::stream;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use uuid::Uuid;
use vault::data_key::DataKey;
use vault::stream::SealedReader;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsReveal;
use crate::named;
use crate::places::{Place, Places};
use crate::problem::{Problem, described};
use crate::query::Query;
use crate::reveal::{self, Purpose};

/// The parameter.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ContentQuery {
    /// What for: 1 to 80 characters of `a-z 0-9 _ -`; `download` if left away. It is recorded.
    #[param(min_length = 1, max_length = 80, pattern = "^[a-z0-9_-]+$")]
    purpose: Option<String>,
}

const CHUNK: usize = 64 * 1024;

/// How many files are read at the same time by those who work here, and how many of them by one.
pub const AT_ONCE: (usize, usize) = (32, 16);
/// How many files persons fetch at the same time, and how many of them of one request.
pub const HANDED_AT_ONCE: (usize, usize) = (16, 2);
/// How long a reader may take for a few chunks. Whoever has stopped reading frees the place.
const READER_PATIENCE: Duration = Duration::from_secs(60);

/// One file of an export, in the clear. That it is fetched is recorded first.
#[utoipa::path(get, path = "/api/v1/artifacts/{id}/content", tag = "findings", operation_id = "getArtifact",
    security(("client_credentials" = ["requests:reveal"])),
    params(("id" = uuid::Uuid, Path, description = "The artifact's id"), ContentQuery),
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = String),
              described::Reading))]
pub async fn fetch(
    app: Data<App>,
    by: Caller<RequestsReveal>,
    id: Path<String>,
    query: Query<ContentQuery>,
) -> Result<HttpResponse, Problem> {
    let purpose = query.get()?.purpose;
    let purpose = Purpose::read("purpose", purpose.as_deref().unwrap_or("download"))?;
    let none = || Problem::not_found("artifact");
    let id = ArtifactId(named::id(&id).ok_or_else(none)?);
    let conn = app.store.db.read();
    let (artifact, request) = queries::by_id(conn, &by.reach, id).await?.ok_or_else(none)?;
    open(&app, &by, &request, &artifact, &purpose).await
}

/// A file in the clear, as an answer that is to be saved. That it is fetched is recorded first.
///
/// # Errors
/// The request's data has been erased, the file is away, or too many are being read.
pub async fn open(
    app: &App,
    by: &Caller<RequestsReveal>,
    request: &Request,
    artifact: &Model,
    purpose: &Purpose,
) -> Result<HttpResponse, Problem> {
    let ready = Ready::of(app, (&app.downloads, by.client.0), request, artifact).await?;
    reveal::record(app, by, request, &format!("artifact/{}", artifact.id), purpose).await?;
    Ok(ready.send())
}

/// A file that is there and can be read: whoever records first that it is fetched has nothing in the way any more.
pub struct Ready {
    file: File,
    key: DataKey,
    place: Place,
    context: String,
    name: String,
    length: u64,
    media_type: String,
}

impl Ready {
    /// Opens a file, if there is a place for whoever reads it.
    ///
    /// # Errors
    /// The request's data has been erased, the file is away, or there is no place.
    pub async fn of(
        app: &App,
        (places, reader): (&Places, Uuid),
        request: &Request,
        artifact: &Model,
    ) -> Result<Self, Problem> {
        let key = keys::of(app.store.db.read(), &app.store.safe, request.id).await?;
        let path = below(&app.artifacts, &artifact.location)?;
        let place = places.take(reader)?;
        let file = tokio::task::spawn_blocking(move || File::open(path)).await.map_err(Problem::internal)?;
        let file = file.map_err(|error| Problem::internal(anyhow::Error::new(error).context("an artifact's file")))?;
        Ok(Self {
            file,
            key,
            place,
            context: format!("artifact/{}", artifact.id),
            name: file_name(request, artifact),
            length: artifact.bytes.unsigned_abs(),
            media_type: artifact.media_type.clone(),
        })
    }

    /// The answer: the file in the clear, to be saved.
    #[must_use]
    pub fn send(self) -> HttpResponse {
        let saved = format!("attachment; filename=\"{}\"", self.name);
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, self.media_type))
            .insert_header((header::CONTENT_DISPOSITION, saved))
            .body(SizedStream::new(self.length, opened(self.file, self.key, self.context, self.place)))
    }
}

/// A location lies below the folder, whatever a row says.
fn below(folder: &FsPath, location: &str) -> Result<PathBuf, Problem> {
    let location = FsPath::new(location);
    if location.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(folder.join(location));
    }
    Err(Problem::internal(anyhow::anyhow!("an artifact's location leaves the folder")))
}

/// What a file is called when it is saved: made of our own words and digits alone.
#[must_use]
pub fn file_name(request: &Request, artifact: &Model) -> String {
    format!("{}-{}-{}.{}", request.reference, short(artifact), artifact.part, ending(&artifact.media_type))
}

/// The end of the job's id: tells the files of one request apart.
fn short(artifact: &Model) -> String {
    artifact.job_id.to_string().chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect()
}

/// What the names of files of a kind end in; `bin` for what is no kind of ours.
#[must_use]
pub fn ending(media_type: &str) -> &'static str {
    match media_type {
        "application/zip" => "zip",
        "application/json" => "json",
        "text/csv" => "csv",
        "application/pdf" => "pdf",
        _ => "bin",
    }
}

/// Unseals a file on a thread of its own. It runs a few chunks ahead of the reader, and ends with it, or when it stops
/// reading.
fn opened(file: File, key: DataKey, context: String, place: Place) -> impl futures::Stream<Item = io::Result<Bytes>> {
    let (sender, receive) = mpsc::channel::<io::Result<Bytes>>(4);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let send = |part| runtime.block_on(sender.send_timeout(part, READER_PATIENCE));
        let outcome = SealedReader::new(BufReader::new(file), &key, &context).and_then(|mut reader| {
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = reader.read(&mut chunk)?;
                chunk.truncate(read);
                if read == 0 || send(Ok(chunk.into())).is_err() {
                    return Ok(());
                }
            }
        });
        if let Err(error) = outcome {
            tracing::error!(error = %error, "an artifact does not open");
            // The reader may have gone already; then nobody is left to tell.
            let _ = send(Err(error));
        }
    });
    stream::unfold(receive, |mut receive| async { receive.recv().await.map(|chunk| (chunk, receive)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_location_leaves_the_folder() {
        let folder = FsPath::new("artifacts");
        assert_eq!(below(folder, "a/b.sealed").unwrap(), folder.join("a/b.sealed"));
        for out in ["../x", "/x", "a/../../x", "a/../x", "./x"] {
            assert!(below(folder, out).is_err(), "{out}");
        }
    }
}
