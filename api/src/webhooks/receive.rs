//! `POST /webhooks/{source}`: a call of a ticketing system.
//!
//! The bytes are verified before anybody looks into them, and stored sealed before they are answered. What they say is read by
//! a step afterwards. A call that came before is answered as the first one was: some senders repeat what is refused as a
//! duplicate, and none has any use for knowing it.
//!
//! What it costs: one statement for the source, and one transaction for a call that is new.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use entities::delivery::queries::{NewDelivery, Stored, Storing, row as sealed, store};
use entities::source::queries::by_slug;
use entities::source::secrets::{secrets, setup};
use entities::source::settings::BODY_LIMITS;
use entities::source::table::Model as Source;
use entities::time::At;
use sea_orm::DbErr;
use serde::Serialize;
use utoipa::ToSchema;
use webhooks::call::Call;
use webhooks::scheme::Acknowledgement;
use webhooks::secrets::Secrets;
use webhooks::setup::Setup;
use webhooks::verify::{Verified, Verifier};

use crate::app::App;
use crate::json::Unread;
use crate::problem::{Problem, codes, described};
use crate::together::{Item, Written};
use crate::webhooks::door::COME_AGAIN_S;

/// That a call is stored.
#[derive(Serialize, ToSchema)]
#[schema(as = Received)]
struct Received {
    /// Always `received`, also for a call that came before.
    status: &'static str,
}

/// A call of a ticketing system. It is stored, and read afterwards.
#[utoipa::path(post, path = "/webhooks/{source}", tag = "webhooks", operation_id = "receiveWebhook", security(()),
    params(("source" = String, Path, description = "The source's short name")),
    responses(
        (status = 202, description = "It is stored", body = Received),
        (status = 200, description = "It is stored, said as the system wants to hear it", content_type = "text/xml", body = String),
        described::Hooking))]
pub async fn receive(
    app: Data<App>,
    slug: Path<String>,
    req: HttpRequest,
    body: Unread,
) -> Result<HttpResponse, Problem> {
    take(&app, &slug, &req, body).await
}

/// The same for a system that can show a secret in the address alone.
#[utoipa::path(post, path = "/webhooks/{source}/{secret}", tag = "webhooks", operation_id = "receiveWebhookBySecret",
    security(()),
    params(("source" = String, Path, description = "The source's short name"),
           ("secret" = String, Path, description = "Its secret")),
    responses(
        (status = 202, description = "It is stored", body = Received),
        (status = 200, description = "It is stored, said as the system wants to hear it", content_type = "text/xml", body = String),
        described::Hooking))]
pub async fn receive_by_secret(
    app: Data<App>,
    path: Path<(String, String)>,
    req: HttpRequest,
    body: Unread,
) -> Result<HttpResponse, Problem> {
    take(&app, &path.0, &req, body).await
}

async fn take(app: &App, slug: &str, req: &HttpRequest, body: Unread) -> Result<HttpResponse, Problem> {
    let peer = req.peer_addr().map(|peer| peer.ip());
    if let Some(peer) = peer {
        app.limits.hook(peer)?;
    }
    let askable = slug.len() <= 100 && slug.bytes().all(|byte| byte.is_ascii_graphic());
    let found = if askable { by_slug(app.store.db.read(), slug).await.map_err(later)? } else { None };
    let source = found.ok_or_else(|| Problem::not_found("source"))?;
    let setup = setup(&source).map_err(later)?;
    let limit = usize::try_from(source.settings.body_limit.min(*BODY_LIMITS.end())).unwrap_or(usize::MAX);
    let mut place = app.door.place(peer.map(|peer| app.limits.household(peer)));
    let raw = body.raw(limit.min(app.door.share()), |bytes| place.take(bytes)).await?;
    let verified = verify(app, &source, &setup, req, &raw)?;
    let row = setup.scheme().row();
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let storing = Arc::new(Storing {
        row: sealed(
            &app.store,
            &source,
            &NewDelivery {
                content_type: kind,
                body: &raw,
                sender_id: verified.keys.sender_id.as_deref(),
                vouched: row.proof.vouches_for_the_body(),
                sent_at: verified.sent_at.map(At::from),
            },
        ),
        keys: verified.keys.deciding().map(str::to_owned).collect(),
    });
    // From here on it is held sealed; its place is kept until it is stored.
    drop(raw);
    keep(app, storing).await.map_err(later)?;
    Ok(match row.acknowledgement {
        Acknowledgement::Success => HttpResponse::Accepted().json(Received { status: "received" }),
        Acknowledgement::Body { content_type, text } => HttpResponse::Ok().content_type(content_type).body(text),
    })
}

/// Whether the call comes from who holds the source's secret. What is wrong with it is for the log: whoever is not the sender
/// learns nothing from the answer.
fn verify(app: &App, source: &Source, setup: &Setup, req: &HttpRequest, raw: &Bytes) -> Result<Verified, Problem> {
    let now = app.store.now();
    let (current, previous) = secrets(&app.store, source, now).map_err(later)?;
    let secrets = Secrets::new(current);
    let secrets = previous.into_iter().fold(secrets, Secrets::with_previous);
    let verifier = Verifier::new(setup, &secrets).map_err(later)?;
    let headers: Vec<(&str, &[u8])> =
        req.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    // From the configuration and never from `Host`: behind a proxy that is another, and a sender writes what it likes.
    let base = app.store.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let url = format!("{base}{}", req.uri());
    let call = Call { method: req.method().as_str(), url: &url, headers: &headers, body: raw };
    verifier.verify(&call, now.timestamp()).map_err(|refused| {
        tracing::warn!(source = source.slug, reason = %refused, "a call was refused");
        Problem::new(codes::NOT_VERIFIED, "the call does not show that it comes from this source")
            .with_header(header::WWW_AUTHENTICATE, "Webhook realm=\"dsr\"")
    })
}

/// Stores the call, with whoever else comes at the same time. A batch that fails, as it does where one call of it came before,
/// leaves each to itself; so does one of which nobody knows whether it was written, and then its keys tell.
async fn keep(app: &App, storing: Arc<Storing>) -> Result<(), DbErr> {
    if app.together.write(Item::Call(storing.clone())).await == Written::Yes {
        return Ok(());
    }
    let txn = app.store.db.begin().await?;
    if store(&txn, &storing).await? != Stored::Duplicate {
        txn.commit().await?;
    }
    Ok(())
}

/// The trouble is ours, whatever it is: the database, a key that was lost, a row that somebody wrote past the rules. The sender has
/// done nothing wrong, and is to come again.
fn later(error: impl Into<anyhow::Error>) -> Problem {
    Problem::new(codes::UNAVAILABLE, "the call could not be taken in; send it again")
        .with_header(header::RETRY_AFTER, COME_AGAIN_S)
        .because(error)
}
