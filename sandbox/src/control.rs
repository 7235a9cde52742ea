//! The switches no real platform has, under `/sandbox`: for tests, demos and the curious.
//!
//! | call | does |
//! |---|---|
//! | `GET /sandbox/clock`, `POST` `{"advance_seconds": 3600}` or `{"speed": 60}` | shows and moves the clock |
//! | `GET /sandbox/faults`, `POST` a fault or a list of them (object or text), `DELETE` | see [`crate::faults`] |
//! | `GET /sandbox/settings`, `POST` any of its fields | see [`crate::options::Settings`] |
//! | `GET /sandbox/people?organisation=0`, `POST` users, contacts, merge sets and so on | who is there |
//! | `POST /sandbox/clients` one client or a list | adds OAuth clients or changes them |
//! | `GET /sandbox/counters`, `GET /sandbox/journal?after=N` | what was called, and what it made |
//! | `GET /sandbox/requests?organisation=0` | all rows with who made them and how they end |
//! | `POST /sandbox/reset` | back to the start: people, clock, faults, tokens, counters |

use std::time::Duration;

use actix_web::web::{self, Data, Json, Query, ServiceConfig};
use actix_web::{HttpResponse, ResponseError};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::clock;
use crate::faults::FaultSpec;
use crate::options::Settings;
use crate::state::access::Client;
use crate::state::records::{Contact, Conversation, DialerContact, JourneyCustomer, Record, User};
use crate::state::requests::Row;
use crate::state::{State, World};

/// The largest body under `/sandbox`: a crowd of people may move in at once.
const BODY_MOST: usize = 256 * 1024 * 1024;

/// All routes under `/sandbox`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/sandbox")
            .app_data(web::JsonConfig::default().limit(BODY_MOST))
            .route("/clock", web::get().to(clock_show))
            .route("/clock", web::post().to(clock_move))
            .route("/faults", web::get().to(faults_show))
            .route("/faults", web::post().to(faults_add))
            .route("/faults", web::delete().to(faults_clear))
            .route("/settings", web::get().to(settings_show))
            .route("/settings", web::post().to(settings_change))
            .route("/people", web::get().to(people_show))
            .route("/people", web::post().to(people_add))
            .route("/clients", web::post().to(clients_put))
            .route("/counters", web::get().to(counters))
            .route("/journal", web::get().to(journal))
            .route("/requests", web::get().to(requests_show))
            .route("/reset", web::post().to(reset)),
    );
}

/// A control call that makes no sense, with the reason.
#[derive(Debug)]
pub struct Misuse(String);

impl std::fmt::Display for Misuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl ResponseError for Misuse {
    fn error_response(&self) -> HttpResponse {
        HttpResponse::BadRequest().json(json!({"error": self.0}))
    }
}

impl<E: Into<anyhow::Error>> From<E> for Misuse {
    fn from(error: E) -> Self {
        Self(format!("{:#}", error.into()))
    }
}

type Reply = Result<Json<Value>, Misuse>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    advance_seconds: Option<f64>,
    speed: Option<f64>,
}

async fn clock_show(world: Data<World>) -> Reply {
    Ok(Json(clock_view(&world.lock())))
}

async fn clock_move(world: Data<World>, change: Json<ClockMove>) -> Reply {
    let mut state = world.lock();
    if let Some(seconds) = change.advance_seconds {
        state.clock.advance(Duration::try_from_secs_f64(seconds)?);
    }
    if let Some(speed) = change.speed {
        state.clock.set_speed(speed);
    }
    drop(state);
    Ok(Json(clock_view(&world.lock())))
}

fn clock_view(state: &State) -> Value {
    let now_ms = state.clock.now_ms();
    json!({"now": clock::iso(now_ms), "now_ms": now_ms, "speed": state.clock.speed()})
}

async fn faults_show(world: Data<World>) -> Reply {
    Ok(Json(json!({"faults": world.lock().faults.all()})))
}

async fn faults_add(world: Data<World>, body: Json<Value>) -> Reply {
    let specs = one_or_many(body.into_inner()).into_iter().map(|spec| match spec {
        Value::String(text) => text.parse::<FaultSpec>(),
        other => Ok(serde_json::from_value(other)?),
    });
    let specs = specs.collect::<anyhow::Result<Vec<_>>>()?;
    let mut state = world.lock();
    let now_ms = state.clock.now_ms();
    let ids: Vec<u64> = specs.into_iter().map(|spec| state.faults.add(spec, now_ms)).collect();
    Ok(Json(json!({"ids": ids})))
}

async fn faults_clear(world: Data<World>) -> Reply {
    world.lock().faults.clear();
    Ok(Json(json!({"faults": []})))
}

async fn settings_show(world: Data<World>) -> Reply {
    Ok(Json(json!(world.lock().settings)))
}

async fn settings_change(world: Data<World>, change: Json<Map<String, Value>>) -> Reply {
    let mut state = world.lock();
    let mut all = json!(state.settings);
    for (name, value) in change.into_inner() {
        all[name] = value;
    }
    state.settings = serde_json::from_value::<Settings>(all)?;
    Ok(Json(json!(state.settings)))
}

#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    organisation: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Arrivals {
    organisation: usize,
    users: Vec<User>,
    contacts: Vec<Contact>,
    /// Each a list of contacts that are one person, the canonical one first.
    merge_sets: Vec<Vec<Contact>>,
    dialer_contacts: Vec<DialerContact>,
    journey_customers: Vec<JourneyCustomer>,
    conversations: Vec<Conversation>,
}

async fn people_show(world: Data<World>, which: Query<Which>) -> Reply {
    let state = world.lock();
    let organisation = state.organisations.get(which.organisation).ok_or_else(no_organisation)?;
    let mut sorted: [Vec<Value>; 4] = Default::default();
    for record in organisation.people.records() {
        let (at, value) = match record {
            Record::User(user) => (0, json!(user)),
            Record::Contact(contact) => (1, json!(contact)),
            Record::Dialer(row) => (2, json!(row)),
            Record::Journey(customer) => (3, json!(customer)),
        };
        sorted[at].push(value);
    }
    let [users, contacts, dialer_contacts, journey_customers] = sorted;
    let conversations: Vec<_> = organisation.people.conversations().collect();
    let divisions: Vec<Value> =
        organisation.divisions.iter().map(|d| json!({"id": d.id, "name": d.name, "home": d.home})).collect();
    Ok(Json(json!({
        "organisation": {"id": organisation.id, "name": organisation.name, "divisions": divisions},
        "users": users,
        "contacts": contacts,
        "dialer_contacts": dialer_contacts,
        "journey_customers": journey_customers,
        "conversations": conversations,
    })))
}

/// Adds people and answers with their ids, list by list, in the order in which they came.
async fn people_add(world: Data<World>, body: Json<Arrivals>) -> Reply {
    let arrivals = body.into_inner();
    let mut state = world.lock();
    let organisation = state.organisations.get_mut(arrivals.organisation).ok_or_else(no_organisation)?;
    let people = &mut organisation.people;
    let answer = json!({
        "users": arrivals.users.iter().map(|user| &user.id).collect::<Vec<_>>(),
        "contacts": arrivals.contacts.iter().map(|contact| &contact.id).collect::<Vec<_>>(),
        "merge_sets": arrivals.merge_sets.iter()
            .map(|set| set.iter().map(|contact| &contact.id).collect::<Vec<_>>()).collect::<Vec<_>>(),
        "dialer_contacts": arrivals.dialer_contacts.iter().map(|row| &row.id).collect::<Vec<_>>(),
        "journey_customers": arrivals.journey_customers.iter().map(|customer| &customer.id).collect::<Vec<_>>(),
        "conversations": arrivals.conversations.iter().map(|conversation| &conversation.id).collect::<Vec<_>>(),
    });
    arrivals.users.into_iter().for_each(|user| people.add(Record::User(user)));
    arrivals.contacts.into_iter().for_each(|contact| people.add(Record::Contact(contact)));
    arrivals.merge_sets.into_iter().for_each(|set| people.add_merge_set(set));
    arrivals.dialer_contacts.into_iter().for_each(|row| people.add(Record::Dialer(row)));
    arrivals.journey_customers.into_iter().for_each(|customer| people.add(Record::Journey(customer)));
    arrivals.conversations.into_iter().for_each(|conversation| people.add_conversation(conversation));
    Ok(Json(answer))
}

async fn clients_put(world: Data<World>, body: Json<Value>) -> Reply {
    let clients = one_or_many(body.into_inner()).into_iter().map(serde_json::from_value::<Client>);
    let clients = clients.collect::<Result<Vec<_>, _>>()?;
    let mut state = world.lock();
    if clients.iter().any(|client| client.organisation >= state.organisations.len()) {
        return Err(no_organisation());
    }
    let ids: Vec<String> = clients.iter().map(|client| client.id.clone()).collect();
    clients.into_iter().for_each(|client| state.access.put_client(client));
    Ok(Json(json!({"clients": ids})))
}

async fn counters(world: Data<World>) -> Reply {
    Ok(Json(world.lock().journal.counters()))
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn journal(world: Data<World>, after: Query<After>) -> Reply {
    Ok(Json(json!({"entries": world.lock().journal.after(after.after)})))
}

async fn requests_show(world: Data<World>, which: Query<Which>) -> Reply {
    let state = world.lock();
    let now_ms = state.clock.now_ms();
    let organisation = state.organisations.get(which.organisation).ok_or_else(no_organisation)?;
    let view = |row: &Row| {
        json!({
            "id": row.id,
            "request_type": row.request_type.word(),
            "subject": row.identifier.key(),
            "origin": row.origin.word(),
            "status": row.status(now_ms),
            "created": clock::iso(row.created_ms),
            "ends": clock::iso(row.ends_ms()),
            "parts": row.parts.len(),
        })
    };
    Ok(Json(json!({"requests": organisation.requests.rows().iter().map(view).collect::<Vec<_>>()})))
}

async fn reset(world: Data<World>) -> Reply {
    let fresh = State::new(&world.options)?;
    *world.lock() = fresh;
    Ok(Json(json!({"reset": true})))
}

fn one_or_many(body: Value) -> Vec<Value> {
    match body {
        Value::Array(many) => many,
        one => vec![one],
    }
}

fn no_organisation() -> Misuse {
    Misuse("no organisation has this index".into())
}
