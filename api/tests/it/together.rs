//! Requests that come in at the same time are written together, and none of them notices.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Answer, Client, World, access, with};

/// Files with a key, about a mailbox.
async fn file(world: &World, by: &Client, key: &str, mailbox: &str) -> Answer {
    let body = with(access(), json!({ "identifiers": [{ "kind": "email", "value": mailbox }] }));
    Answer::of(world.call(by, Method::POST, "/api/v1/requests").header("Idempotency-Key", key).json(&body)).await
}

async fn all(world: &World, by: &Client) -> Vec<Value> {
    let page = world.get(by, "/api/v1/requests?limit=200").await;
    page.body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_crowd_is_filed_once_each_whoever_repeats() {
    let world = World::start().await;
    let by = world.officer().await;
    // Every key comes three times.
    let calls = (0..120).map(|call| {
        let (world, by) = (&world, &by);
        async move {
            let person = call % 40;
            (person, file(world, by, &format!("key-{person}"), &format!("person-{person}@example.net")).await)
        }
    });
    let mut answers: BTreeMap<usize, Vec<Answer>> = BTreeMap::new();
    for (person, answer) in futures::future::join_all(calls).await {
        answers.entry(person).or_default().push(answer);
    }
    for (person, answers) in &answers {
        let ids: BTreeSet<_> = answers.iter().map(|answer| answer.body["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 1, "person {person} was filed more than once");
        assert!(answers.iter().all(|answer| answer.status == 201), "{}", answers[0].text);
        let firsts = answers.iter().filter(|answer| answer.header("idempotent-replay").is_none()).count();
        assert_eq!(firsts, 1, "person {person}");
    }
    let filed = all(&world, &by).await;
    assert_eq!(filed.len(), 40);
    for request in &filed {
        let path = format!("/api/v1/requests/{}", request["id"].as_str().unwrap());
        let events = world.get(&by, &format!("{path}/events")).await;
        let kinds: Vec<_> = events.body["items"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
        assert_eq!(kinds, ["request.filed", "request.identity_proven"], "{}", events.text);
        let identifiers = world.get(&by, &format!("{path}/identifiers")).await;
        assert_eq!(identifiers.body["items"].as_array().map(Vec::len), Some(1), "{}", identifiers.text);
    }
}

#[tokio::test]
async fn one_callers_fault_is_told_to_that_caller_alone() {
    let world = World::start().await;
    let by = world.officer().await;
    assert_eq!(file(&world, &by, "used", "first@example.net").await.status, 201);
    let calls = (0..30).map(|call| {
        let (world, by) = (&world, &by);
        async move {
            let key = if call == 17 { "used".to_owned() } else { format!("key-{call}") };
            file(world, by, &key, &format!("person-{call}@example.net")).await
        }
    });
    let answers = futures::future::join_all(calls).await;
    answers[17].is_problem(422, "idempotency_key_reused");
    let others = answers.iter().enumerate().filter(|(call, _)| *call != 17);
    for (call, answer) in others {
        assert_eq!(answer.status, 201, "call {call}: {}", answer.text);
        assert!(answer.header("idempotent-replay").is_none());
    }
    assert_eq!(all(&world, &by).await.len(), 30);
}
