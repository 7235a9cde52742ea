//! Starting, stopping, and the path of every call: faults, who calls, how often, then the system.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use anyhow::Context;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::control;
use super::exchange::{Call, Reply};
use super::faults::{self, Fault, FaultName};
use super::systems::StandIn;
use super::world::{State, World};
use crate::server::{Wire, listen, remember_wire};

/// The largest body.
const BODY_MOST: usize = 1024 * 1024;

/// Stand-ins that are running. Dropping them stops them as well, without waiting for the end.
#[derive(Debug)]
pub struct Running {
    /// Root of all: a system's base address is `<url>/<name>/`.
    pub url: String,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Closes the listener and all connections. Returns when the port is free again.
    pub async fn stop(mut self) {
        self.server.stop(false).await;
        let Some(thread) = self.thread.take() else { return };
        if !matches!(tokio::task::spawn_blocking(move || thread.join()).await, Ok(Ok(()))) {
            tracing::warn!("the ticketing stand-ins did not end in order");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command goes out with the call; what is dropped is only the waiting.
        drop(self.server.stop(false));
    }
}

/// Starts the stand-ins and returns once they accept calls.
///
/// # Errors
/// An address that cannot be bound.
pub async fn start(bind: SocketAddr) -> anyhow::Result<Running> {
    let (listener, address) = listen(bind)?;
    let world = web::Data::new(World::default());
    let (tell, told) = oneshot::channel();
    let thread = std::thread::Builder::new().name("ticketing-sandbox".into()).spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new().app_data(world.clone()).configure(control::routes).default_service(web::to(serve))
            })
            .on_connect(remember_wire)
            .workers(1)
            .disable_signals()
            .shutdown_timeout(1)
            .listen(listener);
            match server {
                Ok(server) => {
                    let running = server.run();
                    let _ = tell.send(Ok(running.handle()));
                    if let Err(error) = running.await {
                        tracing::error!(%error, "the ticketing stand-ins stopped serving");
                    }
                }
                Err(error) => {
                    let _ = tell.send(Err(error));
                }
            }
        });
    })?;
    let server = told.await.context("the thread of the stand-ins ended before it served")??;
    Ok(Running { url: format!("http://{address}"), server, thread: Some(thread) })
}

async fn serve(http: HttpRequest, payload: web::Payload, world: web::Data<World>) -> HttpResponse {
    let Ok(Ok(bytes)) = payload.to_bytes_limited(BODY_MOST).await else {
        return HttpResponse::PayloadTooLarge().force_close().finish();
    };
    let (name, call) = read(&http, &bytes);
    let (reply, fault) = {
        let mut state = world.lock();
        let fault = faults::fire(&mut state.faults, &name, &call);
        if let Some(late) = fault.as_ref().filter(|fault| fault.name == FaultName::Late) {
            do_later(world.clone(), name, call, Duration::from_millis(late.ms));
            (Reply::ok(Value::Null), fault)
        } else {
            (answer(&mut state, &name, &call, fault.as_ref()), fault)
        }
    };
    let is = |name| fault.as_ref().is_some_and(|fault| fault.name == name);
    if let Some(fault) = fault.as_ref().filter(|fault| fault.name == FaultName::Stall) {
        tokio::time::sleep(Duration::from_millis(fault.ms)).await;
    }
    if is(FaultName::LostAnswer) || is(FaultName::ResetBefore) || is(FaultName::Late) {
        if let Some(wire) = http.conn_data::<Wire>() {
            wire.cut();
        }
        return HttpResponse::Ok().force_close().finish();
    }
    let mut response =
        HttpResponse::build(StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in reply.headers {
        response.insert_header((name, value));
    }
    let mut text = match reply.body {
        Value::Null => return response.finish(),
        Value::String(text) => text,
        body => {
            response.content_type("application/json");
            body.to_string()
        }
    };
    if is(FaultName::BrokenAnswer) {
        let half = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(half);
    }
    response.body(text)
}

/// Whoever called has given up, and what they asked for happens all the same.
fn do_later(world: web::Data<World>, name: String, call: Call, after: Duration) {
    rt::spawn(async move {
        tokio::time::sleep(after).await;
        answer(&mut world.lock(), &name, &call, None);
    });
}

/// What a call comes to.
fn answer(state: &mut State, name: &str, call: &Call, fault: Option<&Fault>) -> Reply {
    let Some((stand_in, _)) = state.desk(name) else {
        return Reply::new(404, json!({"error": "there is no such system"}));
    };
    if let Some((_, calls)) = state.calls.iter_mut().find(|(it, _)| *it == name) {
        *calls += 1;
    }
    match fault.map(|fault| (fault.name, fault)) {
        Some((FaultName::ResetBefore, _)) => return Reply::ok(Value::Null),
        Some((FaultName::Unavailable, _)) => return Reply::new(503, json!("Service Unavailable")),
        Some((FaultName::ServerError, _)) => return Reply::new(500, json!("Internal Server Error")),
        Some((FaultName::RateStorm, fault)) => return (stand_in.too_many)(fault.seconds.unwrap_or(1)),
        Some((FaultName::WrongCredentials, _)) => return (stand_in.refused)(401),
        Some((FaultName::Forbidden, _)) => return (stand_in.refused)(403),
        Some((FaultName::NotFound, _)) => return Reply::new(404, Value::Null),
        _ => {}
    }
    if let Some(wait) = limited(state, stand_in, call) {
        return (stand_in.too_many)(wait);
    }
    let State { desks, written, .. } = state;
    let Some((_, desk)) = desks.iter_mut().find(|(it, _)| it.name == name) else { return Reply::new(404, Value::Null) };
    if !(stand_in.knows)(desk, call) {
        return (stand_in.refused)(401);
    }
    let reply = (stand_in.answer)(desk, call);
    for mut line in desk.written.drain(..) {
        line.seq = written.len() as u64 + 1;
        written.push(line);
    }
    reply
}

fn limited(state: &mut State, stand_in: &StandIn, call: &Call) -> Option<u64> {
    let all = state.windows.count(stand_in.name.to_owned(), stand_in.limit);
    let writes = stand_in.ticket_limit.filter(|_| call.writes());
    all.or_else(|| {
        let path = call.path.join("/");
        writes.and_then(|limit| state.windows.count(format!("{} {path}", stand_in.name), limit))
    })
}

fn read(http: &HttpRequest, bytes: &[u8]) -> (String, Call) {
    let mut path = http.path().split('/').skip(1).map(str::to_owned);
    let name = path.next().unwrap_or_default();
    let pairs = |text: &str| -> HashMap<String, String> {
        url::form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (name.into(), value.into())).collect()
    };
    let headers = http
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let body = serde_json::from_slice(bytes)
        .unwrap_or_else(|_| std::str::from_utf8(bytes).map_or(Value::Null, |text| json!(pairs(text))));
    let call = Call {
        method: http.method().to_string(),
        path: path.filter(|part| !part.is_empty()).collect(),
        query: pairs(http.query_string()),
        headers: headers.collect(),
        body: if bytes.is_empty() { Value::Null } else { body },
    };
    (name, call)
}
