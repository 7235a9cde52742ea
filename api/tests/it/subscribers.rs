//! Subscribers over HTTP: a secret shown once, changes, keys, what was sent, and sending it once more.

use entities::announcement::kind::{DeliveryState, Failure};
use entities::client::scope::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Answer, Client, World, access};

const LIST: &str = "/api/v1/subscribers";

fn body() -> Value {
    json!({ "controller": "acme", "url": "https://hooks.example.com/a-secret-path", "owner": "Desk@acme.example",
            "description": "tickets" })
}

impl World {
    async fn subscriber(&self, by: &Client) -> String {
        let made = self.post(by, LIST, body()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.body["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_nowhere() {
    let world = World::start().await;
    let by = world.officer().await;
    let make = || world.call(&by, Method::POST, LIST).header("idempotency-key", "one").json(&body());
    let made = Answer::of(make()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let secret = made.body["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() > 40);
    assert_eq!(made.header("etag"), Some("\"1\""));
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(path, format!("{LIST}/{}", made.body["id"].as_str().unwrap()));
    let again = Answer::of(make()).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replay")), (201, Some("true")));
    assert_eq!(
        (&again.body["id"], again.body.get("secret"), &again.body["url"]),
        (&made.body["id"], None, &Value::Null),
        "a repetition shows neither it nor the address"
    );
    let shown = world.get(&by, &path).await;
    assert_eq!(shown.body["keys"][0]["signs"], "v1");
    assert_eq!(shown.body["types"], json!([]));
    let listed = world.get(&by, LIST).await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
    for answer in [&shown, &listed, &again] {
        assert!(!answer.text.contains(&secret), "{}", answer.text);
    }
    let files: Vec<u8> = std::fs::read_dir(world.folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_file())
        .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    let hidden = |text: &str| !files.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(hidden(&secret) && hidden("/a-secret-path"), "the database holds both sealed");
    assert!(!hidden("hooks.example.com"), "the host can be read");

    let rotated = world.post(&by, &format!("{path}/rotate"), json!({ "signs": "v1a" })).await;
    assert!(rotated.body["secret"].as_str().unwrap().starts_with("whpk_"), "{}", rotated.text);
    let keys = rotated.body["keys"].as_array().unwrap();
    assert_eq!((keys.len(), &keys[0]["ends_at"], keys[1]["ends_at"].is_string()), (2, &Value::Null, true));
    for _ in 2..5 {
        assert_eq!(world.post(&by, &format!("{path}/rotate"), json!({})).await.status, 200);
    }
    world.post(&by, &format!("{path}/rotate"), json!({})).await.is_problem(409, "too_many_keys");
}

#[tokio::test]
async fn a_change_goes_by_the_version_that_was_seen() {
    let world = World::start().await;
    let by = world.officer().await;
    let path = format!("{LIST}/{}", world.subscriber(&by).await);
    let change = |tag: &str, body: Value| {
        let call = world.call(&by, Method::POST, &format!("{path}/change")).header("if-match", tag);
        Answer::of(call.json(&body))
    };
    let types = json!(["dsr.request.completed", "dsr.request.rejected"]);
    let changed = change("\"1\"", json!({ "types": types })).await;
    assert_eq!((changed.header("etag"), &changed.body["types"]), (Some("\"2\""), &types));
    assert_eq!(changed.body["url"], "https://hooks.example.com/a-secret-path", "what is left away stays");
    change("\"1\"", json!({ "description": "late" })).await.is_problem(412, "stale");
    let all = change("\"2\"", json!({ "types": [], "owner": "other@acme.example" })).await;
    assert_eq!((&all.body["types"], &all.body["owner"]), (&json!([]), &json!("other@acme.example")));
}

#[tokio::test]
async fn nobody_sees_another_controllers_subscriber() {
    let world = World::start().await;
    let by = world.officer().await;
    let path = format!("{LIST}/{}", world.subscriber(&by).await);
    let stranger = world.client(Scope::ALL, &[&world.beta]).await;
    world.get(&stranger, &path).await.is_problem(404, "not_found");
    world.get(&stranger, &format!("{path}/deliveries")).await.is_problem(404, "not_found");
    for verb in ["change", "rotate", "enable", "disable", "remove", "test"] {
        world.post(&stranger, &format!("{path}/{verb}"), json!({})).await.is_problem(404, "not_found");
    }
    assert_eq!(world.get(&stranger, LIST).await.body["items"], json!([]));
    world.post(&stranger, LIST, body()).await.is_problem(404, "not_found");
    let reader = world.client(&[Scope::RequestsRead], &[&world.acme]).await;
    world.get(&reader, LIST).await.is_problem(403, "insufficient_scope");
}

#[tokio::test]
async fn what_was_sent_is_on_record_page_by_page_and_can_be_sent_again() {
    let world = World::start().await;
    let by = world.officer().await;
    let path = format!("{LIST}/{}", world.subscriber(&by).await);
    let log = format!("{path}/deliveries");
    let request = world.file(&by, access()).await;
    world.link().await;
    let tested = world.post(&by, &format!("{path}/test"), json!({})).await;
    assert_eq!(
        (&tested.body["type"], &tested.body["state"]),
        (&json!("dsr.test"), &json!("waiting")),
        "{}",
        tested.text
    );
    let first = world.get(&by, &format!("{log}?limit=2")).await;
    let second = world.get(&by, &format!("{log}?cursor={}", first.body["next"].as_str().unwrap())).await;
    let kinds: Vec<_> = [&first, &second]
        .iter()
        .flat_map(|page| page.body["items"].as_array().unwrap())
        .map(|item| item["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["dsr.test", "dsr.request.status_changed", "dsr.request.received"]);
    assert_eq!(second.body["next"], Value::Null);
    let one = second.body["items"][0].clone();
    assert_eq!((&one["request"], &one["seq"]), (&json!(request), &json!(1)));
    let whole = world.get(&by, &format!("{log}/{}", one["id"].as_str().unwrap())).await;
    assert_eq!(whole.body["payload"]["data"]["status"], "received", "{}", whole.text);
    assert_eq!(whole.body["attempts"], json!([]));
    assert!(!whole.text.contains("ada@example.com"));

    // Switched off, all of it is abandoned; switched on again, it can be replayed.
    let off = world.post(&by, &format!("{path}/disable"), json!({})).await;
    assert_eq!(off.body["disabled_for"], "decided");
    let lost = world.get(&by, &format!("{log}?state=abandoned")).await;
    assert_eq!(lost.body["items"].as_array().unwrap().len(), 3);
    world.post(&by, &format!("{path}/test"), json!({})).await.is_problem(409, "subscriber_disabled");
    assert_eq!(world.post(&by, &format!("{path}/enable"), json!({})).await.body["disabled_at"], Value::Null);
    let replay = async |body: Value| world.post(&by, &format!("{path}/replay"), body).await;
    assert_eq!(replay(json!({ "delivery": one["id"] })).await.body, json!({ "deliveries": 1, "next": null }));
    let all = json!({ "since": "2000-01-01T00:00:00Z" });
    assert_eq!(replay(all.clone()).await.body, json!({ "deliveries": 3, "next": null }), "what waits counts, too");
    let mut on = all;
    on["cursor"] = json!("made up");
    replay(on).await.is_problem(400, "invalid_cursor");
    let figures = Answer::of(world.http.get(world.url("/metrics"))).await.text;
    for line in ["dsr_subscribers{state=\"enabled\"} 1", "dsr_announcements_waiting 3"] {
        assert!(figures.contains(line), "{line} is not in\n{figures}");
    }
    let gone = world.post(&by, &format!("{path}/remove"), json!({})).await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (200, "{}"));
    world.get(&by, &path).await.is_problem(404, "not_found");
}

/// What failed says how, in words of ours: never whom we connected to.
#[test]
fn failures_are_a_closed_set_of_words() {
    let words: Vec<_> = Failure::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(words, ["status", "redirect", "timeout", "no_connection", "address_refused"]);
    assert_eq!(DeliveryState::ALL.len(), 4);
}
