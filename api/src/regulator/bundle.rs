//! `GET /api/v1/regulator/bundles/{controller}`: a controller's chain for somebody from outside, to be checked offline by
//! `dsr audit verify --bundle`. What is not for them is withheld, and the chain holds all the same.

use std::io;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path};
use entities::controller;
use entities::event::bundle::{For, Taker, write};
use entities::event::trail::{self, Entry};
use entities::id::ControllerId;
use futures::stream;
use serde_json::json;
use tokio::sync::mpsc;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::AuditRead;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};

const CHUNK: usize = 64 * 1024;
/// How many are written at once: each holds a connection to the database, and others need these.
pub const AT_ONCE: usize = 2;
/// How long a reader may take for a few chunks. Whoever has stopped reading frees the place.
const READER_PATIENCE: Duration = Duration::from_secs(60);

/// Lines on their way to the reader, many at once.
struct Chunks {
    waiting: Vec<u8>,
    sender: mpsc::Sender<io::Result<Bytes>>,
}

impl Taker for Chunks {
    async fn take(&mut self, line: Vec<u8>) -> io::Result<()> {
        self.waiting.extend_from_slice(&line);
        if self.waiting.len() < CHUNK {
            return Ok(());
        }
        let chunk = Bytes::from(std::mem::take(&mut self.waiting));
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.sender.send_timeout(Ok(chunk), READER_PATIENCE).await.map_err(gone)
    }
}

/// A controller's chain as a file of this name, written as it is read: however long it is, memory stays bounded. If it fails on
/// the way the answer breaks off, and the bundle shows that it was cut.
///
/// # Errors
/// Too many files are read already.
pub fn stream_of(
    app: &Data<App>,
    controller: ControllerId,
    name: &str,
    made_for: For,
) -> Result<HttpResponse, Problem> {
    let place = app.bundles.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
    let (sender, receive) = mpsc::channel::<io::Result<Bytes>>(4);
    let store = app.store.clone();
    app.runtime.spawn(async move {
        let _place = place;
        let mut chunks = Chunks { waiting: Vec::with_capacity(CHUNK), sender };
        let last = match write(&store, controller, Some(&made_for), &mut chunks).await {
            Ok(_) => Ok(Bytes::from(std::mem::take(&mut chunks.waiting))),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a bundle was not written to its end");
                Err(io::Error::other("the bundle ends here"))
            }
        };
        // The reader may have gone already; then nobody is left to tell.
        let _ = chunks.sender.send_timeout(last, READER_PATIENCE).await;
    });
    let body = stream::unfold(receive, |mut receive| async { receive.recv().await.map(|chunk| (chunk, receive)) });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/jsonl"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(body))
}

/// A controller's evidence as one file that anyone can check offline: its whole chain, without what persons did themselves. That
/// it is fetched is recorded first.
#[utoipa::path(get, path = "/api/v1/regulator/bundles/{controller}", tag = "regulator", operation_id = "regulatorBundle",
    security(("client_credentials" = ["audit:read"])),
    params(("controller" = String, Path, description = "The controller's short name")),
    responses((status = 200, description = "The bundle", content_type = "application/jsonl", body = String),
              described::Reading))]
pub async fn fetch(
    app: Data<App>,
    by: Caller<AuditRead>,
    slug: Path<String>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let within = controller::queries::within(app.store.db.read(), &by.reach).await?;
    let found = within.into_iter().find(|row| row.slug == *slug);
    let controller = found.ok_or_else(|| Problem::not_found("controller"))?;
    let txn = app.store.db.begin().await?;
    let entry = Entry::on(controller.id, "regulator.downloaded", json!({ "what": "bundle" }));
    trail::record(&*txn, app.store.now(), &by.actor, [entry]).await?;
    txn.commit().await?;
    let whom = format!("client {}, whole register", by.client);
    stream_of(
        &app,
        controller.id,
        &format!("{}.jsonl", controller.slug),
        For { whom, requests: None, invitation: None },
    )
}
