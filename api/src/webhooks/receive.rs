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
use entities::delivery::queries::{NewDelivery, Stored, Storing, row, store};
use entities::source::queries::{by_slug, secrets};
use entities::source::table::Model as Source;
use entities::time::At;
use sea_orm::DbErr;
use serde::Serialize;
use utoipa::ToSchema;
use webhooks::call::Call;
use webhooks::scheme::Scheme;
use webhooks::secrets::Secrets;
use webhooks::setup::Setup;
use webhooks::verify::{Verified, Verifier};

use crate::app::App;
use crate::json::Unread;
use crate::problem::{Problem, codes, described};
use crate::together::{Item, Written};

/// No source has a longer body: what its own settings say beyond this is not read.
const LONGEST_BODY: u64 = 25 << 20;

/// How long a sender is asked to stay away when its call cannot be stored. Some give up where they are asked for a minute.
const COME_AGAIN_S: &str = "30";

/// What a sender of outbound messages takes for an answer; without it the message comes again for a day.
const ACKNOWLEDGED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
    <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
    <notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack></notificationsResponse>\
    </soapenv:Body></soapenv:Envelope>";

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
    let askable = slug.len() <= 100 && slug.bytes().all(|byte| byte.is_ascii_graphic());
    let found = if askable { by_slug(app.store.db.read(), slug).await.map_err(later)? } else { None };
    let source = found.ok_or_else(|| Problem::not_found("source"))?;
    let setup: Setup = serde_json::from_str(&source.setup).map_err(Problem::internal)?;
    let limit = source.settings.body_limit.min(LONGEST_BODY);
    let raw = body.raw(usize::try_from(limit).unwrap_or(usize::MAX)).await?;
    let verified = verify(app, &source, &setup, req, &raw)?;
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let new = NewDelivery {
        content_type: kind,
        body: &raw,
        keys: verified.keys.deciding().map(str::to_owned).collect(),
        sender_id: verified.keys.sender_id.as_deref(),
        vouched: setup.scheme().row().proof.vouches_for_the_body(),
        sent_at: verified.sent_at.map(At::from),
    };
    keep(app, &source, &new).await.map_err(later)?;
    Ok(match setup.scheme() {
        Scheme::SalesforceOutboundMessage => {
            HttpResponse::Ok().content_type("text/xml; charset=utf-8").body(ACKNOWLEDGED)
        }
        _ => HttpResponse::Accepted().json(Received { status: "received" }),
    })
}

/// Whether the call comes from who holds the source's secret. What is wrong with it is for the log: whoever is not the sender
/// learns nothing from the answer.
fn verify(app: &App, source: &Source, setup: &Setup, req: &HttpRequest, raw: &Bytes) -> Result<Verified, Problem> {
    let now = app.store.now();
    let (current, previous) = secrets(&app.store, source, now).map_err(Problem::internal)?;
    let secrets = Secrets::new(current);
    let secrets = previous.into_iter().fold(secrets, Secrets::with_previous);
    let verifier = Verifier::new(setup, &secrets).map_err(Problem::internal)?;
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
async fn keep(app: &App, source: &Source, new: &NewDelivery<'_>) -> Result<(), DbErr> {
    let storing = Arc::new(Storing { row: row(&app.store, source, new), keys: new.keys.clone() });
    if app.together.write(Item::Call(storing.clone())).await == Written::Yes {
        return Ok(());
    }
    let txn = app.store.db.begin().await?;
    if store(&txn, &storing).await? != Stored::Duplicate {
        txn.commit().await?;
    }
    Ok(())
}

fn later(error: DbErr) -> Problem {
    tracing::error!(error = &error as &dyn std::error::Error, "a call could not be stored");
    Problem::new(codes::UNAVAILABLE, "the call could not be stored; send it again")
        .with_header(header::RETRY_AFTER, COME_AGAIN_S)
}
