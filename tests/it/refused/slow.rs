//! Callers that are too fast, or too slow.

use std::time::Duration;

use sandbox::options::Population;
use serde_json::json;
use testbed::database::Kind;
use testbed::installation::Installation;
use testbed::platform::swift;

use super::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_call_of_five_is_sent_away() {
    let installation = Installation::new(Kind::Sqlite, swift(Population::Empty)).await;
    let rates = [("DSR_API_RATE_PER_MINUTE", "5"), ("DSR_API_TOKEN_RATE_PER_MINUTE", "4")];
    let server = Server::start(&installation, "limited", &rates).await;
    let filer = server.token(&installation.filer).await;
    let approver = server.token(&installation.approver).await;
    for left in (0..5).rev() {
        let answer = server.get(&filer, "/api/v1/requests").await;
        assert_eq!(answer.status(), 200, "{}", answer.text);
        let state = answer.header("ratelimit").unwrap();
        assert!(state.contains(&format!("r={left};")), "{state}");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"client\";q=5;w=60"));
    }
    let answer = server.post(&filer, "/api/v1/requests", "", &json!({ "right": "zzyzx" })).await;
    assert_eq!((answer.status(), answer.body()["code"].as_str()), (429, Some("rate_limited")), "{}", answer.text);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=12).contains(&wait), "one call of five a minute is back in 12 s, not in {wait}");
    assert_eq!(server.get(&approver, "/api/v1/requests").await.status(), 200, "another client has its own");
    assert_eq!(server.get("", "/healthz").await.status(), 200, "health is not counted");
    // Two of four went to the tokens above. Who tries secrets is stopped whether they are right or wrong.
    let attempt = async |form: &str| {
        let head = "POST /oauth/token HTTP/1.1\r\nHost: dsr\r\nConnection: close\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\n";
        server.send(format!("{head}Content-Length: {}\r\n\r\n{form}", form.len()).as_bytes()).await
    };
    for expected in [401, 401, 429, 429] {
        let answer = attempt("grant_type=client_credentials&client_id=zzyzx&client_secret=zzyzx").await;
        assert_eq!(answer.status(), expected, "{}", answer.text);
    }
    assert_eq!(attempt("grant_type=client_credentials").await.body()["code"], "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let installation = Installation::new(Kind::Sqlite, swift(Population::Empty)).await;
    let server = Server::start(&installation, "hasty", &[("DSR_API_REQUEST_TIMEOUT", "3s")]).await;
    let token = server.token(&installation.filer).await;
    let head = format!(
        "POST /api/v1/requests HTTP/1.1\r\nHost: dsr\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    );
    let drip = vec![b" ".as_slice(); 60];
    let slowly = [&[head.as_bytes()], drip.as_slice()].concat();
    let answer = server.send_slowly(&slowly, Duration::from_millis(200)).await;
    assert_eq!((answer.status(), answer.body()["code"].as_str()), (408, Some("body_timeout")), "{}", answer.text);
    assert!(answer.closed && answer.count() == 1, "what comes after is not read as a call");
}
