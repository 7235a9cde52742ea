//! Promises 1 and 2 for subscribers: nothing that happened goes untold however the process dies, and what may have arrived twice
//! says so by its id.
//!
//! The process is killed before and after every commit and every call of a subscriber, one place a run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use entities::announcement::kind::DeliveryState;
use entities::announcement::log::{Filter, page};
use entities::event::trail::Actor;
use entities::subscriber::manage::{NewSubscriber, make};
use reqwest::StatusCode;
use sandbox::options::Population;
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::installation::Installation;
use testbed::platform::swift;
use testbed::receiver::Receiver;
use webhooks::keys::Version;

use crate::crash_points::{Extra, each_of_two_messages};
use crate::service::Service;

/// Files a request whose identity is asked for, which waits from then on, and waits until both things are told of it that there
/// are to tell. Says how many copies of each arrived, and how often the process died.
async fn tell(kind: Kind, extra: Extra) -> (Vec<u64>, u32) {
    let installation = Installation::new(kind, swift(Population::Empty)).await;
    let receiver = Receiver::start().await;
    let new = NewSubscriber {
        controller: installation.controller.id,
        url: receiver.url.parse().unwrap(),
        description: String::new(),
        kinds: Vec::new(),
        owner: "desk@acme.example".to_owned(),
        version: Version::V1,
    };
    let txn = installation.store.db.begin().await.unwrap();
    let (subscriber, _) = make(&txn, &installation.store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    let always = vec![("DSR_OUTBOUND_ALLOW", "127.0.0.1".to_owned())];
    let mut service = Service::start_with(&installation, &[extra], always).await;
    let filer = &installation.filer;
    let body = json!({ "controller": "acme", "right": "access", "regime": "eu_gdpr", "channel": "email",
                       "identifiers": [{ "kind": "email", "value": "ada@example.com" }] });
    let (status, filed) = service.post(filer, "/api/v1/requests", "the-one", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{filed}");
    let path = format!("/api/v1/requests/{}", filed["id"].as_str().unwrap());
    let told = || {
        let bodies = receiver.taken().into_iter().map(|it| serde_json::from_slice::<Value>(&it.body).unwrap());
        bodies.map(|body| body["data"]["seq"].as_i64().unwrap()).collect::<BTreeSet<_>>()
    };
    service.until(filer, &path, "both to be told", |_| told() == BTreeSet::from([1, 2])).await;
    // What a dead process may have told is told once more, some seconds later.
    let conn = installation.store.db.read();
    while !(page(conn, subscriber.id, Filter::default(), None, 10).await.unwrap().iter())
        .all(|line| line.delivery.state == DeliveryState::Delivered)
    {
        service.get(filer, &path).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut copies: BTreeMap<String, u64> = BTreeMap::new();
    for taken in receiver.taken() {
        *copies.entry(taken.header("webhook-id").to_owned()).or_default() += 1;
    }
    (copies.into_values().collect(), service.deaths)
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_are_told_whatever_crashes_on_sqlite() {
    each_of_two_messages("subscribers on SQLite", |extra| tell(Kind::Sqlite, extra)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_are_told_whatever_crashes_on_postgresql() {
    each_of_two_messages("subscribers on PostgreSQL", |extra| tell(Kind::Postgres, extra)).await;
}
