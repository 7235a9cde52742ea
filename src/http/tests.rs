//! How the client waits, repeats and gives up, against a server that answers as it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::json;

use super::*;

/// What the server does with one connection.
enum Then {
    /// Reads the call and hangs up.
    HangUp,
    /// Answers with this status, these headers and this body.
    Answer(u16, &'static str, &'static str),
}

const TOKEN: Then = Then::Answer(200, "", r#"{"access_token":"t","token_type":"Bearer","expires_in":300}"#);

/// One call as it arrived: its first line, and its headers in lower case.
struct Arrived {
    line: String,
    headers: String,
}

impl Arrived {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// A server that does one thing after the other, a connection each, and tells what arrived.
fn server(script: Vec<Then>) -> (Api, mpsc::Receiver<Arrived>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for then in script {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut line, mut headers) = (String::new(), String::new());
            reader.read_line(&mut line).unwrap();
            while !headers.ends_with("\r\n\r\n") && reader.read_line(&mut headers).unwrap() > 2 {}
            let arrived = Arrived { line, headers: headers.to_ascii_lowercase().replace('\r', "") };
            let length = arrived.header("content-length").map_or(0, |text| text.parse().unwrap());
            reader.read_exact(&mut vec![0; length]).unwrap();
            tell.send(arrived).unwrap();
            if let Then::Answer(status, head, body) = then {
                let answer = format!(
                    "HTTP/1.1 {status} X\r\n{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                reader.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    (api(&base).unwrap(), told)
}

#[tokio::test]
async fn what_may_have_been_done_is_asked_again_under_the_same_key() {
    let limited = Then::Answer(429, "retry-after: 1\r\n", "{}");
    let (api, told) = server(vec![TOKEN, Then::HangUp, limited, Then::Answer(201, "", r#"{"done":true}"#)]);
    let done: Value = api.post("/api/v1/requests", &json!({}), Some(7), None).await.unwrap();
    assert_eq!(done["done"], true);
    let arrived: Vec<_> = told.iter().collect();
    assert_eq!(arrived.len(), 4);
    let key = arrived[1].header("idempotency-key").unwrap();
    for call in &arrived[1..] {
        assert!(call.line.starts_with("POST /api/v1/requests "), "{}", call.line);
        assert_eq!(call.header("idempotency-key"), Some(key));
        assert_eq!(call.header("if-match"), Some("\"7\""));
        assert_eq!(call.header("authorization"), Some("bearer t"));
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let refused = || Then::Answer(401, "", r#"{"code":"invalid_token"}"#);
    let (api, told) = server(vec![TOKEN, refused(), TOKEN, refused()]);
    let error = api.get::<Value>("/api/v1/scopes", &[]).await.unwrap_err();
    assert_eq!(error.downcast_ref::<Problem>().unwrap().code, "invalid_token");
    let paths: Vec<_> = told.iter().map(|call| call.line.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(paths, ["/oauth/token", "/api/v1/scopes", "/oauth/token", "/api/v1/scopes"]);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_told_and_not_kept() {
    let (api, _told) = server(vec![TOKEN, Then::Answer(429, "retry-after: 3600\r\n", r#"{"code":"rate_limited"}"#)]);
    let error = api.get::<Value>("/api/v1/scopes", &[]).await.unwrap_err();
    assert_eq!(error.downcast_ref::<Problem>().unwrap().status, 429);
}

#[tokio::test]
async fn an_answer_that_does_not_read_is_not_repeated_to_the_reader() {
    let (api, _told) = server(vec![TOKEN, Then::Answer(200, "", r#"{"name":"Ada Access""#)]);
    let said = format!("{:#}", api.get::<Value>("/api/v1/scopes", &[]).await.unwrap_err());
    assert!(said.contains("not understood") && !said.contains("Ada"), "{said}");
}

fn api(base: &str) -> anyhow::Result<Api> {
    Api::new(base.parse()?, "id".into(), "secret".into(), false)
}

#[test]
fn a_secret_travels_in_the_clear_on_this_machine_only() {
    for (base, taken) in [
        ("http://127.0.0.1:8080", true),
        ("http://localhost:8080", true),
        ("https://dsr.example.com", true),
        ("http://dsr.example.com", false),
    ] {
        assert_eq!(api(base).is_ok(), taken, "{base}");
    }
}

#[test]
fn a_base_path_is_kept() {
    let api = api("https://example.com/privacy/").unwrap();
    assert_eq!(api.url("/api/v1/requests").as_str(), "https://example.com/privacy/api/v1/requests");
}

#[test]
fn a_problem_is_one_sentence_with_its_fields_and_code() {
    let problem: Problem = serde_json::from_value(serde_json::json!({
        "status": 422, "code": "invalid", "title": "Invalid", "detail": "two fields are wrong",
        "errors": [{"field": "identifiers[0].kind", "code": "unknown", "detail": "no such kind"}],
        "known": ["email", "phone"], "extra": 1,
    }))
    .unwrap();
    assert_eq!(
        problem.to_string(),
        "two fields are wrong\n  - identifiers[0].kind: no such kind; known are email, phone [422 invalid]"
    );
    let told = "identifiers[0].kind: no such kind; known are email, phone";
    assert_eq!(Problem { detail: told.into(), ..problem }.to_string(), format!("{told} [422 invalid]"));
}
