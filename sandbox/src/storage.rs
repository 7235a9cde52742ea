//! The signed storage: hands out archives to whoever has the link, and to nobody who brings a bearer.
//!
//! Real storage refuses a call with a signature and an Authorization header. Here it is also counted, because it means
//! that a client sent its token to a stranger.

use std::io;
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures::{StreamExt, stream};

use crate::archive;
use crate::call::Route;
use crate::clock;
use crate::faults::{FaultName, Occasion};
use crate::ids;
use crate::journal::Entry;
use crate::server::Wire;
use crate::state::{State, World};

/// `GET /signed/{signature}`
pub async fn serve(http: HttpRequest, world: web::Data<World>) -> HttpResponse {
    let mut state = world.lock();
    if http.headers().contains_key(AUTHORIZATION) {
        state.journal.authorization_at_storage();
        note(&mut state, Some(400), None);
        return HttpResponse::BadRequest().content_type("application/xml").body(REFUSAL);
    }
    let grant = http.match_info().get("signature").and_then(|signature| state.grants.get(signature)).cloned();
    let found = grant.as_ref().and_then(|grant| {
        let (row, part) = state.organisations[grant.organisation].requests.download(&grant.download_id)?;
        Some((row.known_as.clone(), archive::pack(part).ok()?))
    });
    let Some((known_as, bytes)) = found else {
        note(&mut state, Some(403), None);
        return HttpResponse::Forbidden().content_type("application/xml").body(REFUSAL);
    };
    let occasion = Occasion { route: Route::Storage.name(), client: None, known_as };
    if state.faults.fire(FaultName::ResetBefore, &occasion).is_some() {
        note(&mut state, None, Some(FaultName::ResetBefore));
        if let Some(wire) = http.conn_data::<Wire>() {
            wire.cut();
        }
        return HttpResponse::Ok().force_close().finish();
    }
    if state.faults.fire(FaultName::Unavailable, &occasion).is_some() {
        note(&mut state, Some(503), Some(FaultName::Unavailable));
        return HttpResponse::ServiceUnavailable().content_type("application/xml").body(REFUSAL);
    }
    let truncated = state.faults.fire(FaultName::ResultsTruncated, &occasion).is_some();
    note(&mut state, Some(200), truncated.then_some(FaultName::ResultsTruncated));
    let mut response = HttpResponse::Ok();
    response.content_type("application/zip");
    if truncated {
        // The length of the whole is announced and half is sent. A moment later, when that half is out, the wire breaks.
        let half = Bytes::copy_from_slice(&bytes[..bytes.len() / 2]);
        let short = stream::iter([Ok(half)]).chain(stream::once(async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        }));
        return response.force_close().body(SizedStream::new(bytes.len() as u64, short.boxed_local()));
    }
    state.journal.downloaded();
    response.body(bytes)
}

const REFUSAL: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code></Error>";

fn note(state: &mut State, status: Option<u16>, fault: Option<FaultName>) {
    let entry = Entry {
        seq: 0,
        route: Route::Storage.name(),
        method: "GET".into(),
        status,
        at: clock::iso(state.clock.now_ms()),
        real_ms: state.real_ms(),
        client: None,
        subject: None,
        fault: fault.map(FaultName::word),
        correlation_id: ids::fresh(),
    };
    state.journal.record(entry);
}
