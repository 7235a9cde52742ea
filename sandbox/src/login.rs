//! The token endpoint: client credentials in, bearer out, errors in a shape of their own (contract §1.2).

use std::collections::HashMap;
use std::time::Duration;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::answers::Answer;
use crate::call::Route;
use crate::faults::{FaultName, Occasion};
use crate::pipeline::{self, Fate, Notes};
use crate::state::{State, World};

/// `POST /oauth/token`
pub async fn serve(http: HttpRequest, body: web::Bytes, world: web::Data<World>) -> HttpResponse {
    let form: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let credentials =
        basic(&http).or_else(|| Some((form.get("client_id")?.clone(), form.get("client_secret")?.clone())));
    let client = credentials.as_ref().map(|(id, _)| id.clone());
    let mut notes = Notes { client: client.clone(), ..Notes::default() };
    let occasion = Occasion { route: Route::Token.name(), client, known_as: Vec::new() };
    let (response, stalled) = {
        let mut state = world.lock();
        let stalled = state.faults.fire(FaultName::Stall, &occasion);
        let fate = pipeline::interrupt(&mut state, &occasion, &mut notes)
            .unwrap_or_else(|| Fate::Answered(grant(&mut state, &form, credentials)));
        (pipeline::finish(&http, &mut state, Route::Token, fate, notes), stalled)
    };
    pipeline::hold(stalled).await;
    response
}

fn grant(state: &mut State, form: &HashMap<String, String>, credentials: Option<(String, String)>) -> Answer {
    if form.get("grant_type").map(String::as_str) != Some("client_credentials") {
        return refusal(400, "unsupported_grant_type", "grant type is missing or not supported");
    }
    let Some((id, secret)) = credentials else {
        return refusal(400, "invalid_request", "client credentials are missing");
    };
    let Some(client) = state.access.client(&id) else { return refusal(400, "invalid_client", "client not found") };
    if client.secret != secret {
        return refusal(401, "invalid_client", "authentication failed");
    }
    if client.disabled {
        // What the platform says here is not established (contract §13).
        return refusal(400, "invalid_client", "client is not active");
    }
    let seconds = client.token_lifetime_seconds.unwrap_or(state.settings.token_lifetime_seconds);
    let token = state.access.issue(&id, Duration::from_secs(seconds));
    state.journal.token_issued();
    Answer::ok(&json!({"access_token": token, "token_type": "bearer", "expires_in": seconds}))
        .with_header("Cache-Control", "no-store")
}

fn refusal(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(status, &json!({"error": error, "description": description, "error_description": description}))
}

fn basic(http: &HttpRequest) -> Option<(String, String)> {
    let header = http.headers().get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let plain = String::from_utf8(BASE64_STANDARD.decode(header.trim()).ok()?).ok()?;
    plain.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}
