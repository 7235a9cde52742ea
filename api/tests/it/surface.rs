//! What holds for every address: problems instead of bare statuses, safe headers, health, figures, the description.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use entities::client::scope::Scope;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{Answer, World, access};

#[tokio::test]
async fn what_does_not_exist_is_a_problem_too() {
    let world = World::start().await;
    let by = world.officer().await;
    for path in ["/", "/api", "/api/v1/nothing", "/docs/nothing.js", "/problems/nothing", "/api/v1/requests/"] {
        Answer::of(world.http.get(world.url(path))).await.is_problem(404, "not_found");
    }
    for (method, path, allow) in [
        (Method::DELETE, "/api/v1/requests", "GET, HEAD, POST"),
        (Method::PUT, "/api/v1/requests/x", "GET, HEAD"),
        (Method::GET, "/oauth/token", "POST"),
        (Method::GET, "/api/v1/requests/x/approve", "POST"),
        (Method::GET, "/api/v1/requests/search", "POST"),
        (Method::POST, "/healthz", "GET, HEAD"),
    ] {
        let answer = Answer::of(world.call(&by, method.clone(), path)).await;
        answer.is_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_problem() {
    let world =
        World::start_with(|config| (config.body_limit, config.request_timeout) = (1000, Duration::from_secs(2))).await;
    let by = world.officer().await;
    let post = || world.call(&by, Method::POST, "/api/v1/requests");
    Answer::of(post()).await.is_problem(415, "unsupported_media_type");
    Answer::of(post().header("content-type", "text/plain").body("{}")).await.is_problem(415, "unsupported_media_type");
    let packed = post().header("content-type", "application/json").header("content-encoding", "gzip").body("{}");
    Answer::of(packed).await.is_problem(415, "unsupported_media_type");
    let json = || post().header("content-type", "application/json");
    Answer::of(json().body("x".repeat(1001))).await.is_problem(413, "body_too_large");
    let chunks = futures::stream::iter((0..50).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100])));
    Answer::of(json().body(reqwest::Body::wrap_stream(chunks))).await.is_problem(413, "body_too_large");
    let broken = Answer::of(json().body("{\"controller\": ada@example.com")).await;
    broken.is_problem(400, "malformed_json");
    assert!(broken.body["detail"].as_str().unwrap().contains("line 1, column 16"), "{}", broken.text);
    assert!(!broken.text.contains("ada"));
    Answer::of(json().body(vec![b'"', 0xff])).await.is_problem(400, "malformed_json");
    let mut extra = access();
    extra["identifiers"][0]["note"] = json!("x");
    let extra = world.post(&by, "/api/v1/requests", extra).await;
    extra.is_problem(422, "unknown_field");
    assert_eq!(extra.body["field"], "identifiers[0].note");
    // A body that never ends: its time is half of a call's.
    let never = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    Answer::of(json().body(reqwest::Body::wrap_stream(never))).await.is_problem(408, "body_timeout");
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_ended() {
    let world = World::start_with(|config| config.request_timeout = Duration::from_secs(2)).await;
    let by = world.officer().await;
    // Whoever holds the only writing connection keeps every other writer waiting.
    let held = world.store.db.begin().await.unwrap();
    let late = world.post(&by, "/api/v1/requests", access()).await;
    late.is_problem(503, "timed_out");
    assert_eq!(late.header("x-content-type-options"), Some("nosniff"));
    drop(held);
    assert_eq!(world.post(&by, "/api/v1/requests", access()).await.status, 201);
    assert_eq!(world.get(&by, "/api/v1/requests").await.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_answer_is_dressed_for_the_outside() {
    let world = World::start_with(|config| config.hsts = true).await;
    let by = world.officer().await;
    for path in ["/api/v1/requests", "/nothing", "/healthz", "/api/v1/scopes"] {
        let answer = world.get(&by, path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert_eq!(answer.header("server"), None);
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36);
    }
    let own = Answer::of(world.http.get(world.url("/healthz")).header("x-request-id", "abc-1")).await;
    assert_eq!(own.header("x-request-id"), Some("abc-1"));
    let head = world.call(&by, Method::HEAD, "/api/v1/requests").send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn health_and_figures_need_no_token_and_tell_nothing_of_anybody() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    world.get(&by, &format!("/api/v1/requests/{id}")).await;
    assert_eq!(Answer::of(world.http.get(world.url("/healthz"))).await.body, json!({ "status": "ok" }));
    assert_eq!(Answer::of(world.http.get(world.url("/readyz"))).await.body, json!({ "status": "ok" }));
    let figures = Answer::of(world.http.get(world.url("/metrics"))).await.text;
    for line in [
        "dsr_requests{status=\"resolving\"} 1",
        "dsr_requests{status=\"closed\"} 0",
        "dsr_questions_open 0",
        // The search, and the warnings of its dates.
        "dsr_steps{status=\"ready\"} 2",
        "dsr_steps{status=\"parked\"} 0",
        "dsr_http_requests_total{method=\"GET\",route=\"/api/v1/requests/{id}\",status=\"2xx\"}",
        "dsr_http_request_seconds_bucket{",
    ] {
        assert!(figures.contains(line), "{line} is not in\n{figures}");
    }
    assert!(!figures.contains(&id) && !figures.contains(&by.id.to_string()));
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_routes_and_never_what_was_sent() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false);
    tracing::subscriber::set_global_default(lines.finish()).unwrap();
    let world = World::start().await;
    let by = world.officer().await;
    let mut body = access();
    body["identifiers"][0]["value"] = json!("unmistakable@example.net");
    let id = world.file(&by, body.clone()).await;
    world.get(&by, &format!("/api/v1/requests/{id}/identifiers?reveal=unmistakable")).await;
    world.get(&by, "/api/v1/requests/unmistakable@example.net?unmistakable=1").await;
    body["identifiers"][0] = json!({ "kind": "phone", "value": "unmistakable" });
    world.post(&by, "/api/v1/requests", body).await.is_problem(422, "invalid_fields");
    Answer::of(world.http.get(world.url("/unmistakable"))).await.is_problem(404, "not_found");
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<_> = text.lines().filter(|line| !line.contains("reqwest") && !line.contains("hyper")).collect();
    let told = |what: &str| ours.iter().any(|line| line.contains(what) && line.contains(&by.id.to_string()));
    assert!(told("route=\"/api/v1/requests/{id}/identifiers\""));
    assert!(told("route=\"/api/v1/requests/{id}\" status=400"));
    for line in ours {
        assert!(!line.contains("unmistakable") && !line.contains(&by.token), "{line}");
    }
}

#[tokio::test]
async fn a_server_without_its_schema_is_not_ready() {
    let world = World::start().await;
    use sea_orm::ConnectionTrait;
    world.store.db.write().execute_unprepared("ALTER TABLE steps RENAME TO steps_2").await.unwrap();
    let answer = Answer::of(world.http.get(world.url("/readyz"))).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (503, &json!({ "status": "database" })));
    assert_eq!(Answer::of(world.http.get(world.url("/healthz"))).await.status, 200);
}

#[tokio::test]
async fn stopping_ends_what_runs_and_takes_nothing_more() {
    let world = World::start().await;
    let by = world.officer().await;
    let held = world.store.db.begin().await.unwrap();
    let running = tokio::spawn(world.call(&by, Method::POST, "/api/v1/requests").json(&access()).send());
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.stop.cancel();
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(held);
    assert_eq!(running.await.unwrap().unwrap().status(), StatusCode::CREATED, "what was running is finished");
    tokio::time::timeout(Duration::from_secs(10), world.server).await.unwrap().unwrap().unwrap();
    assert!(world.http.get(format!("http://{}/healthz", world.address)).send().await.is_err());
}

#[tokio::test]
async fn the_description_can_be_browsed_without_the_outside_world() {
    let world = World::start().await;
    let page = Answer::of(world.http.get(world.url("/docs/"))).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, Some("text/html")));
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'self';"));
    assert!(!page.text.contains("https://"), "the page loads nothing from elsewhere");
    let start = Answer::of(world.http.get(world.url("/docs/swagger-initializer.js"))).await;
    assert!(start.text.contains("/openapi.json"));
    let enter = Answer::of(world.http.get(world.url("/docs"))).await;
    assert_eq!((enter.status.as_u16(), enter.header("location")), (308, Some("/docs/")));
    let problem = Answer::of(world.http.get(world.url("/problems/four_eyes"))).await;
    assert_eq!(problem.body["status"], 409);
}

#[tokio::test]
async fn the_description_is_whole() {
    let world = World::start().await;
    let api = Answer::of(world.http.get(world.url("/openapi.json"))).await.body;
    assert_eq!(api["openapi"], "3.1.0");
    let mut dangling = Vec::new();
    references(&api, &mut |target| {
        if api.pointer(target.trim_start_matches('#')).is_none() {
            dangling.push(target.to_owned());
        }
    });
    assert_eq!(dangling, Vec::<String>::new(), "every reference leads somewhere");
    let flows = &api["components"]["securitySchemes"]["client_credentials"]["flows"]["clientCredentials"];
    let scopes = flows["scopes"].as_object().unwrap();
    let mut operations = std::collections::BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(operations.insert(operation["operationId"].as_str().unwrap().to_owned()), "{at}");
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{at}");
            let mut named = std::collections::BTreeSet::new();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(
                    named.insert((parameter["in"].to_string(), parameter["name"].to_string())),
                    "{at}: {parameter}"
                );
            }
            for needed in operation["security"].as_array().unwrap() {
                for scope in needed.as_object().unwrap().values().flat_map(|scopes| scopes.as_array().unwrap()) {
                    assert!(scopes.contains_key(scope.as_str().unwrap()), "{at}: {scope}");
                }
            }
            // What is described is there: no address and no method answers that it does not exist.
            let real = path.replace("{id}", "0193a5f0-7c00-7000-8000-000000000001").replace(['{', '}'], "");
            let call = world.http.request(method.to_uppercase().parse().unwrap(), world.url(&real));
            let answer = Answer::of(call).await;
            let said = answer.body["code"].as_str().unwrap_or_default();
            let no_source = answer.body["detail"] == "there is no such source";
            let there = !matches!(said, "method_not_allowed") && answer.status != 404
                || path == "/problems/{code}"
                || path.starts_with("/webhooks/") && no_source;
            assert!(there, "{at} answers {}", answer.text);
        }
    }
    assert_eq!(scopes.len(), Scope::ALL.len());
    let regimes = &api["components"]["schemas"]["NewRequest"]["properties"]["regime"]["enum"];
    assert!(regimes.as_array().unwrap().contains(&json!("us_ca_ccpa")), "{regimes}");
    let kinds = &api["components"]["schemas"]["NewIdentifier"]["properties"]["kind"]["enum"];
    assert!(kinds.as_array().unwrap().contains(&json!("external_id")), "{kinds}");
}

fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get("$ref") {
                found(target);
            }
            fields.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}
