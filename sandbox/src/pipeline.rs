//! The path of every API call: faults first, then the bearer, the rate window, permissions, the body, and the route.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use crate::answers::{Answer, Body, errors};
use crate::call::{Call, Route, Sent};
use crate::clock;
use crate::faults::{FaultName, Fired, Occasion};
use crate::ids;
use crate::journal::Entry;
use crate::platform::{authorization, contacts, downloads, requests, subjects, users};
use crate::server::Wire;
use crate::state::access::Client;
use crate::state::effects::millis;
use crate::state::records::{RecordId, TermKind};
use crate::state::subject::Identifier;
use crate::state::window::Reading;
use crate::state::{Organisation, State, World};

/// The largest request body (contract §2.3).
const BODY_MOST: usize = 512_000;

/// What becomes of a call.
pub enum Fate {
    /// It is answered.
    Answered(Answer),
    /// The connection is dropped without a word.
    Dropped,
}

/// What the journal wants to know of a call besides its answer.
#[derive(Default)]
pub struct Notes {
    /// The client behind the token.
    pub client: Option<String>,
    /// Key of the subject.
    pub subject: Option<String>,
    /// The fault that shaped the answer.
    pub fault: Option<&'static str>,
    /// The rate window after this call.
    pub reading: Option<Reading>,
}

/// Serves every path outside `/oauth` and `/sandbox`.
pub async fn serve(http: HttpRequest, payload: web::Payload, world: web::Data<World>) -> HttpResponse {
    let bytes = match payload.to_bytes_limited(BODY_MOST).await {
        Ok(Ok(bytes)) => Some(bytes),
        Ok(Err(_)) => return HttpResponse::BadRequest().force_close().finish(),
        Err(_) => None,
    };
    let call = read_call(&http, bytes.as_deref(), world.storage_port);
    let mut notes = Notes::default();
    let (response, stalled) = {
        let mut state = world.lock();
        let occasion = recognise(&state, &call, &mut notes);
        let stalled = state.faults.fire(FaultName::Stall, &occasion);
        let fate = decide(&mut state, &call, &occasion, &mut notes);
        if stalled.is_some() {
            notes.fault.get_or_insert(FaultName::Stall.word());
        }
        (finish(&http, &mut state, call.route, fate, notes), stalled)
    };
    hold(stalled).await;
    response
}

/// Keeps a finished answer back, if a stall says so. What was asked is done and in the journal by then.
pub async fn hold(stalled: Option<Fired>) {
    if let Some(stall) = stalled {
        tokio::time::sleep(Duration::from_millis(u64::try_from(stall.ms).unwrap_or(0))).await;
    }
}

/// Writes the journal and turns a fate into HTTP.
pub fn finish(http: &HttpRequest, state: &mut State, route: Route, fate: Fate, notes: Notes) -> HttpResponse {
    let correlation_id = ids::fresh();
    let status = match &fate {
        Fate::Answered(answer) => Some(answer.status),
        Fate::Dropped => None,
    };
    let entry = Entry {
        seq: 0,
        route: route.name(),
        method: http.method().to_string(),
        status,
        at: clock::iso(state.clock.now_ms()),
        real_ms: state.real_ms(),
        client: notes.client,
        subject: notes.subject,
        fault: notes.fault,
        correlation_id: correlation_id.clone(),
    };
    state.journal.record(entry);
    let Fate::Answered(answer) = fate else {
        if let Some(wire) = http.conn_data::<Wire>() {
            wire.cut();
        }
        return HttpResponse::Ok().force_close().finish();
    };
    let mut response =
        HttpResponse::build(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    response.insert_header(("ININ-Correlation-Id", correlation_id.as_str()));
    if let Some(reading) = notes.reading {
        response.insert_header(("inin-ratelimit-count", reading.count.to_string()));
        response.insert_header(("inin-ratelimit-allowed", reading.allowed.to_string()));
        response.insert_header(("inin-ratelimit-reset", reading.reset_seconds.to_string()));
    }
    for (name, value) in answer.headers {
        response.insert_header((name, value));
    }
    let mut bytes = match answer.body {
        Body::Empty => return response.finish(),
        Body::Json(bytes) => bytes,
        Body::Error(mut error) => {
            error.context_id = correlation_id;
            serde_json::to_vec(&error).unwrap_or_default()
        }
    };
    if notes.fault == Some(FaultName::MalformedJson.word()) {
        bytes.truncate(bytes.len() / 2);
    }
    response.content_type("application/json").body(bytes)
}

/// Who calls, and about whom: what faults look at.
fn recognise(state: &State, call: &Call, notes: &mut Notes) -> Occasion {
    let holder = call.bearer.as_deref().and_then(|token| state.access.holder(token));
    notes.client = holder.map(|client| client.id.clone());
    let organisation = &state.organisations[holder.map_or(0, |client| client.organisation)];
    let identifiers = identifiers(call, organisation);
    notes.subject = identifiers.first().map(Identifier::key);
    let known_as = if state.faults.look_at_subjects() {
        identifiers.iter().flat_map(|identifier| identifier.known_as(&organisation.people)).collect()
    } else {
        Vec::new()
    };
    Occasion { route: call.route.name(), client: notes.client.clone(), known_as }
}

/// The subjects a call is about.
fn identifiers(call: &Call, organisation: &Organisation) -> Vec<Identifier> {
    let contact = |id: &str| Identifier::Record(RecordId::Contact(id.to_owned()));
    match call.route {
        Route::SubmitRequest => call.body.get("subject").and_then(Identifier::read).into_iter().collect(),
        Route::SearchSubjects => {
            let kind = call.query("searchType").and_then(TermKind::parse);
            let values = call.query("searchValue").map(|value| vec![value.to_owned()]);
            kind.zip(values).map(|(kind, values)| Identifier::Terms { kind, values }).into_iter().collect()
        }
        Route::ReadRequest => {
            organisation.requests.find(call.named()).map(|row| row.identifier.clone()).into_iter().collect()
        }
        Route::Download => {
            organisation.requests.download(call.named()).map(|(row, _)| row.identifier.clone()).into_iter().collect()
        }
        Route::Contact | Route::ContactUnresolved => vec![contact(call.named())],
        Route::BulkContacts | Route::BulkContactsUnresolved => {
            let entities = call.body.get("entities").and_then(Value::as_array).into_iter().flatten();
            entities.filter_map(|entity| entity.get("id")?.as_str()).map(contact).collect()
        }
        Route::User => vec![Identifier::Record(RecordId::User(call.named().to_owned()))],
        Route::Users => call.query_all("id").map(|id| Identifier::Record(RecordId::User(id.to_owned()))).collect(),
        _ => Vec::new(),
    }
}

fn decide(state: &mut State, call: &Call, occasion: &Occasion, notes: &mut Notes) -> Fate {
    if let Some(fate) = interrupt(state, occasion, notes) {
        return fate;
    }
    let mut answer = match admit(state, call, occasion, notes) {
        Ok(client) => route(state, call, &client, occasion),
        Err(answer) => answer,
    };
    let accepted = (200..300).contains(&answer.status);
    let has_body = !matches!(answer.body, Body::Empty);
    if accepted && has_body && state.faults.fire(FaultName::MalformedJson, occasion).is_some() {
        notes.fault = Some(FaultName::MalformedJson.word());
    }
    if accepted && loses_answer(state, call, occasion) {
        notes.fault = Some(FaultName::LostAnswer.word());
        return Fate::Dropped;
    }
    if call.route == Route::TokenVerify {
        answer.body = Body::Empty;
    }
    Fate::Answered(answer)
}

/// The faults that strike before anything is done.
pub fn interrupt(state: &mut State, occasion: &Occasion, notes: &mut Notes) -> Option<Fate> {
    let mut strikes = |fault: FaultName| {
        let fired = state.faults.fire(fault, occasion)?;
        notes.fault = Some(fault.word());
        Some(fired)
    };
    if strikes(FaultName::ResetBefore).is_some() {
        return Some(Fate::Dropped);
    }
    if strikes(FaultName::Unavailable).is_some() {
        return Some(Fate::Answered(errors::unavailable()));
    }
    if strikes(FaultName::ServerError).is_some() {
        return Some(Fate::Answered(errors::internal()));
    }
    if let Some(storm) = strikes(FaultName::RateStorm) {
        let wait = storm.seconds.unwrap_or(1);
        return Some(Fate::Answered(errors::too_many_requests(wait, state.settings.rate_per_minute)));
    }
    if strikes(FaultName::RevokeTokens).or_else(|| strikes(FaultName::RevokeAfter)).is_some() {
        state.access.revoke_all();
    }
    None
}

/// A submission is lost unless the fault names another route; other calls only if it names theirs.
fn loses_answer(state: &mut State, call: &Call, occasion: &Occasion) -> bool {
    let named = state.faults.names_route(FaultName::LostAnswer, call.route.name());
    (call.route == Route::SubmitRequest || named) && state.faults.fire(FaultName::LostAnswer, occasion).is_some()
}

/// Bearer, window, permissions, body, in this order.
fn admit(state: &mut State, call: &Call, occasion: &Occasion, notes: &mut Notes) -> Result<Client, Answer> {
    let bearer = call.bearer.as_deref().ok_or_else(errors::authentication_required)?;
    let client = state.access.holder(bearer).cloned().ok_or_else(errors::bad_credentials)?;
    let now_ms = if state.settings.rate_follows_clock {
        u64::try_from(state.clock.now_ms()).unwrap_or(0)
    } else {
        state.real_ms()
    };
    if let Some(token) = state.access.token_mut(bearer) {
        let reading = token.window.count(now_ms, &state.settings);
        notes.reading = Some(reading);
        if reading.refused {
            return Err(errors::too_many_requests(reading.reset_seconds, reading.allowed));
        }
    }
    if call.route == Route::Unknown {
        return Err(errors::not_found());
    }
    let needed = call.route.permissions();
    let mut holds = needed.is_empty();
    for permission in needed {
        if !client.permissions.contains(*permission) {
            continue;
        }
        if state.faults.fire_permission(permission, occasion) {
            notes.fault = Some(FaultName::PermissionMissing.word());
        } else {
            holds = true;
        }
    }
    if !holds {
        return Err(errors::missing_permissions(needed));
    }
    match call.sent {
        Sent::TooLarge => Err(errors::too_large()),
        Sent::AnotherType if call.route.takes_body() => Err(errors::unsupported_media_type()),
        Sent::Unreadable if call.route.takes_body() => {
            Err(errors::error(400, "bad.request", "The request could not be understood by the server"))
        }
        _ => Ok(client),
    }
}

fn route(state: &mut State, call: &Call, client: &Client, occasion: &Occasion) -> Answer {
    let at = client.organisation;
    let now_ms = state.clock.now_ms();
    match call.route {
        Route::SearchSubjects => subjects::search(call, state, at, occasion),
        Route::SubmitRequest => requests::submit(call, state, at, &client.id, occasion),
        Route::ListRequests => requests::list(call, state, at, occasion),
        Route::ReadRequest => requests::read(call, &state.organisations[at], now_ms),
        Route::Download => downloads::read(call, state, at, occasion),
        Route::Contact => contacts::read(call, &state.organisations[at], true),
        Route::ContactUnresolved => contacts::read(call, &state.organisations[at], false),
        Route::BulkContacts => contacts::bulk(call, &state.organisations[at], true),
        Route::BulkContactsUnresolved => contacts::bulk(call, &state.organisations[at], false),
        Route::Users => users::list(call, &state.organisations[at]),
        Route::User => users::read(call, &state.organisations[at]),
        Route::UsersMe => users::me(),
        Route::Divisions => authorization::divisions(call, &state.organisations[at]),
        Route::DivisionsPermitted => authorization::divisions_permitted(call, state, client, occasion),
        Route::SubjectsMe => authorization::subject(call, &state.organisations[at], client),
        Route::TokenInfo | Route::TokenVerify => {
            let expires =
                call.bearer.as_deref().and_then(|token| state.access.token_mut(token)).map(|token| token.expires);
            let left = expires.map_or(Duration::ZERO, |expires| expires.saturating_duration_since(Instant::now()));
            authorization::token(state, client, millis(left), occasion)
        }
        Route::TokenRevoke => {
            state.access.revoke(call.bearer.as_deref().unwrap_or_default());
            Answer::empty(200)
        }
        Route::Limits => authorization::limits(call, state.settings.rate_per_minute),
        Route::Token | Route::Storage | Route::Unknown => errors::not_found(),
    }
}

fn read_call(http: &HttpRequest, bytes: Option<&[u8]>, storage_port: u16) -> Call {
    let (route, named) = Route::find(http.method().as_str(), http.path());
    let header = |name| http.headers().get(name).and_then(|value| value.to_str().ok());
    let host = header(HOST).unwrap_or("127.0.0.1");
    let name_only = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let body = bytes.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok()).filter(Value::is_object);
    let sent = match (&body, bytes) {
        (_, None) => Sent::TooLarge,
        _ if !is_json(http) => Sent::AnotherType,
        (None, _) => Sent::Unreadable,
        (Some(_), _) => Sent::Json,
    };
    Call {
        route,
        named,
        query: url::form_urlencoded::parse(http.query_string().as_bytes()).into_owned().collect(),
        body: body.unwrap_or(Value::Null),
        sent,
        bearer: header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
        base_url: format!("http://{host}"),
        storage_url: format!("http://{name_only}:{storage_port}"),
    }
}

fn is_json(http: &HttpRequest) -> bool {
    let kind = http.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
