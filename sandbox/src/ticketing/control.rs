//! The switches no real system has.
//!
//! | call | does |
//! |---|---|
//! | `GET /sandbox/tickets/{system}`, `PUT /sandbox/tickets/{system}/{id}` | shows tickets with their comments; makes one or changes it: `native`, `closed`, `deleted`, `updated` and `written` (RFC 3339; when it changed, and when that was written down), `chatter` (that many comments of others) |
//! | `GET /sandbox/calls/{system}/{id}` | the body that the system would send about a ticket, unsigned, with its content type |
//! | `GET /sandbox/writes` | everything written, in order |
//! | `GET /sandbox/counters` | how many calls each system has had |
//! | `GET /sandbox/faults`, `POST` a fault or a list of them, `DELETE` | see [`super::faults`] |
//! | `POST /sandbox/reset` | back to the start |
//!
//! An id with `/` or `#` in it is percent-encoded.

use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::desk::{Ticket, merge, ms};
use super::faults::Fault;
use super::world::{State, World};
use crate::control::Misuse;

type Reply = Result<Json<Value>, Misuse>;

/// All routes under `/sandbox`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/sandbox")
            .route("/tickets/{system}", web::get().to(tickets))
            .route("/tickets/{system}/{id}", web::put().to(put))
            .route("/calls/{system}/{id}", web::get().to(calls))
            .route("/writes", web::get().to(writes))
            .route("/counters", web::get().to(counters))
            .route("/faults", web::get().to(faults_show))
            .route("/faults", web::post().to(faults_add))
            .route("/faults", web::delete().to(faults_clear))
            .route("/reset", web::post().to(reset)),
    );
}

fn unknown() -> Misuse {
    Misuse::from(anyhow::anyhow!("there is no such system, or no such ticket in it"))
}

async fn tickets(world: Data<World>, system: Path<String>) -> Reply {
    let mut state = world.lock();
    let (_, desk) = state.desk(&system).ok_or_else(unknown)?;
    Ok(Json(json!(desk.tickets)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    native: Option<Value>,
    closed: Option<bool>,
    deleted: Option<bool>,
    updated: Option<String>,
    written: Option<String>,
    chatter: Option<u64>,
}

async fn put(world: Data<World>, at: Path<(String, String)>, change: Json<Change>) -> Reply {
    let (system, id) = at.into_inner();
    let mut state = world.lock();
    let (_, desk) = state.desk(&system).ok_or_else(unknown)?;
    desk.now_ms += 1000;
    let fresh = Ticket {
        native: Value::Object(Map::new()),
        comments: Vec::new(),
        closed: false,
        deleted: false,
        updated_ms: desk.now_ms,
        written_ms: desk.now_ms,
    };
    let ticket = desk.tickets.entry(id.clone()).or_insert(fresh);
    if let Some(native) = &change.native {
        merge(&mut ticket.native, native);
    }
    ticket.closed = change.closed.unwrap_or(ticket.closed);
    ticket.deleted = change.deleted.unwrap_or(ticket.deleted);
    ticket.updated_ms = change.updated.as_deref().map_or(desk.now_ms, ms);
    ticket.written_ms = change.written.as_deref().map_or(ticket.updated_ms.max(desk.now_ms), ms);
    let shown = json!(ticket);
    for _ in 0..change.chatter.unwrap_or(0) {
        desk.comment(&id, json!("Any news?"), false);
    }
    desk.written.clear();
    Ok(Json(shown))
}

async fn calls(world: Data<World>, at: Path<(String, String)>) -> Reply {
    let (system, id) = at.into_inner();
    let mut state = world.lock();
    let (stand_in, desk) = state.desk(&system).ok_or_else(unknown)?;
    let (content_type, body) = (stand_in.call)(desk, &id).ok_or_else(unknown)?;
    Ok(Json(json!({"content_type": content_type, "body": body})))
}

async fn writes(world: Data<World>) -> Json<Value> {
    Json(json!(world.lock().written))
}

async fn counters(world: Data<World>) -> Json<Value> {
    let state = world.lock();
    Json(state.calls.iter().map(|(name, calls)| ((*name).to_owned(), json!(calls))).collect::<Map<_, _>>().into())
}

async fn faults_show(world: Data<World>) -> Json<Value> {
    Json(json!(world.lock().faults))
}

async fn faults_add(world: Data<World>, body: Json<Value>) -> Reply {
    let specs = match body.into_inner() {
        Value::Array(list) => list,
        one => vec![one],
    };
    let faults = specs.into_iter().map(serde_json::from_value::<Fault>).collect::<Result<Vec<_>, _>>()?;
    world.lock().faults.extend(faults);
    Ok(faults_show(world).await)
}

async fn faults_clear(world: Data<World>) -> Json<Value> {
    world.lock().faults.clear();
    faults_show(world).await
}

async fn reset(world: Data<World>) -> Json<Value> {
    *world.lock() = State::new();
    Json(json!({}))
}
