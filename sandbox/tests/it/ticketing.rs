//! The ticketing stand-ins as anybody meets them who knows only their documentation.

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::{Client, RequestBuilder};
use sandbox::ticketing::server::{self, Running};
use sandbox::ticketing::systems;
use serde_json::{Value, json};

async fn start() -> (Running, Client) {
    let running = server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
    (running, Client::new())
}

async fn got(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn every_system_refuses_strangers() {
    let (running, http) = start().await;
    for it in systems::ALL {
        let (status, _) = got(http.get(format!("{}/{}/anything", running.url, it.name))).await;
        assert_eq!(status, 401, "{}", it.name);
    }
    assert_eq!(got(http.get(format!("{}/remedy/tickets", running.url))).await.0, 404);
    running.stop().await;
}

#[tokio::test]
async fn what_is_written_is_shown_and_noted_in_order_until_a_reset() {
    let (running, http) = start().await;
    let zendesk = || http.put(format!("{}/zendesk/api/v2/tickets/48213.json", running.url));
    let change = json!({"ticket": {"status": "pending", "comment": {"body": "Hello"}}});
    let (status, body) =
        got(zendesk().basic_auth("agent@acme.example/token", Some("zendesk-token")).json(&change)).await;
    assert_eq!((status, &body["ticket"]["status"]), (200, &json!("pending")));
    let note = json!({"body": "<p>Seen</p>", "private": true});
    let notes = http.post(format!("{}/freshdesk/api/v2/tickets/70021/notes", running.url));
    assert_eq!(got(notes.basic_auth("freshdesk-key", Some("X")).json(&note)).await.0, 201);
    let (_, writes) = got(http.get(format!("{}/sandbox/writes", running.url))).await;
    let told: Vec<_> =
        writes.as_array().unwrap().iter().map(|it| (&it["seq"], &it["system"], &it["what"], &it["public"])).collect();
    let (zendesk, freshdesk) = (json!("zendesk"), json!("freshdesk"));
    assert_eq!(
        told,
        [
            (&json!(1), &zendesk, &json!("status"), &json!(false)),
            (&json!(2), &zendesk, &json!("comment"), &json!(true)),
            (&json!(3), &freshdesk, &json!("comment"), &json!(false)),
        ],
        "a comment of Zendesk is public unless it says otherwise"
    );
    got(http.post(format!("{}/sandbox/reset", running.url))).await;
    assert_eq!(got(http.get(format!("{}/sandbox/writes", running.url))).await, (200, json!([])));
}

#[tokio::test]
async fn a_fault_hits_whom_it_is_meant_for_and_no_more_often_than_it_says() {
    let (running, http) = start().await;
    let fault = json!({"name": "unavailable", "system": "github", "ticket": "acme/privacy#12", "calls": "read", "after": 1, "times": 1});
    assert_eq!(got(http.post(format!("{}/sandbox/faults", running.url)).json(&fault)).await.0, 200);
    let mut statuses = Vec::new();
    for issue in [12, 13, 12, 12] {
        let call = http.get(format!("{}/github/repos/acme/privacy/issues/{issue}", running.url));
        statuses.push(got(call.bearer_auth("github-token")).await.0);
    }
    assert_eq!(statuses, [200, 200, 503, 200]);
    let nonsense = http.post(format!("{}/sandbox/faults", running.url)).json(&json!({"name": "gremlins"}));
    assert_eq!(got(nonsense).await.0, 400);
}
