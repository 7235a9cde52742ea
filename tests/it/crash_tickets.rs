//! Promises 1 and 2 for tickets: a call that was acknowledged is stored however the process dies, makes one request, and its
//! ticket is told each thing once.
//!
//! The process is killed before and after every commit, one place a run; the calls to the ticketing system lie between two of
//! them. The sender does as the real one does: it repeats its call until that is acknowledged. Zendesk stands for those whose
//! calls are believed, Freshdesk for those whose tickets are read before anything is; both can tell whether a comment is there.

use std::net::{Ipv4Addr, SocketAddr};

use entities::event::trail::Actor;
use entities::source::manage::{NewSource, add};
use entities::source::settings::{LinkSettings, Settings, WriteBack};
use entities::step::kind::StepKind;
use entities::step::table as step;
use reqwest::{Method, StatusCode};
use sandbox::options::Population;
use sandbox::ticketing::server;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::installation::{Installation, swift_policy};
use testbed::platform::swift;
use tokio::time::{Duration, Instant};

use crate::crash_points::{self, Extra};
use crate::service::Service;
use crate::tickets::sign::Call;
use crate::tickets::systems::System;

const PATIENCE: Duration = Duration::from_secs(60);

async fn add_source(installation: &Installation, system: &System, base: String) {
    let link = LinkSettings { base, actor: None, options: system.options() };
    let write_back = WriteBack { field: Some(system.field.0.to_owned()), ..WriteBack::default() };
    let new = NewSource {
        slug: system.slug.to_owned(),
        controller: installation.controller.id,
        system: system.kind.to_owned(),
        setup: (system.setup)().to_string(),
        secret: system.secret.into(),
        settings: Settings { link: Some(link), write_back, ..Settings::default() },
        mapping: system.mapping(),
        credentials: system.credentials().map(Into::into),
    };
    let txn = installation.store.db.begin().await.unwrap();
    add(&txn, &installation.store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
}

/// How a run ended: how many requests there are, what the field shows, and the markers of all comments.
#[derive(Debug, PartialEq, Eq)]
struct End {
    requests: usize,
    field: Value,
    comments: Vec<String>,
}

/// A ticket comes in, waits for proof of identity, and is withdrawn. Says how that ended, and how often the process died.
async fn tell(kind: Kind, system: &System, extra: Extra) -> (End, u32) {
    let installation = Installation::with_policy(kind, swift(Population::Empty), swift_policy()).await;
    let desks = server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
    add_source(&installation, system, format!("{}/{}/", desks.url, system.kind)).await;
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let look = async |path: &str| -> Value {
        http.get(format!("{}/sandbox/{path}", desks.url)).send().await.unwrap().json().await.unwrap()
    };
    let always = vec![("DSR_OUTBOUND_ALLOW", "127.0.0.1".to_owned())];
    let mut service = Service::start_with(&installation, &[extra], always).await;
    let (filer, approver) = (&installation.filer, &installation.approver);

    let body = look(&format!("calls/{}/{}", system.kind, system.ticket)).await["body"].as_str().unwrap().to_owned();
    let now = installation.store.now();
    let call = Call { url: "", secret: system.secret, now, body: &body, id: "delivery-1" };
    let headers = (system.sign)(&call);
    let address = format!("/webhooks/{}", system.slug);
    let sent = service.call(Method::POST, &address, |call| {
        let call = headers.iter().fold(call, |call, (name, value)| call.header(*name, value));
        call.header("Content-Type", "application/json").body(body.clone())
    });
    assert_eq!(sent.await.0, StatusCode::ACCEPTED);

    let filed = |it: &Value| it["items"].as_array().is_some_and(|items| !items.is_empty());
    let list = service.until(filer, "/api/v1/requests", "a request", filed).await;
    let path = format!("/api/v1/requests/{}", list["items"][0]["id"].as_str().unwrap());
    let (status, answer) =
        service.post(approver, &format!("{path}/withdraw"), "no", &json!({ "reason": "as agreed" })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let begun = Instant::now();
    loop {
        // First whether anybody still writes, and only then what was written.
        let writers = step::Entity::find().filter(step::Column::Kind.eq(StepKind::WriteBack));
        let is_quiet = writers.all(installation.store.db.read()).await.unwrap().is_empty();
        let ticket = look(&format!("tickets/{}", system.kind)).await[system.ticket].clone();
        let field = ticket["native"].pointer(system.field.1).cloned().unwrap_or_default();
        let comments = ticket["comments"].as_array().unwrap().iter().map(|it| marker(&it["body"])).collect();
        if field == "withdrawn" && is_quiet {
            let requests = service.get(filer, "/api/v1/requests").await.1["items"].as_array().unwrap().len();
            return (End { requests, field, comments }, service.deaths);
        }
        assert!(begun.elapsed() < PATIENCE, "the ticket does not show it: {ticket}\n{}", service.log());
        // A process that died is started again by whoever calls it.
        service.get(filer, &path).await;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// `#2` of `[dsr K7PW-3MXD #2]`.
fn marker(body: &Value) -> String {
    let text = body.as_str().unwrap();
    text.rsplit_once(' ').map(|(_, number)| number.trim_end_matches(']').to_owned()).unwrap_or_default()
}

async fn every_crash_point(kind: Kind, slug: &str) {
    let (name, system) = (format!("tickets of {slug} on {kind:?}"), System::of(slug));
    let (expected, killed) = crash_points::each(&name, |extra| tell(kind, system, extra)).await;
    let told = End { requests: 1, field: json!("withdrawn"), comments: vec!["#1".to_owned(), "#2".to_owned()] };
    assert_eq!(expected, told, "received, withdrawn");
    for run in killed {
        assert_eq!(run.end, expected, "{name}, killed at point {}", run.point);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_survives_every_crash_on_sqlite() {
    every_crash_point(Kind::Sqlite, "zendesk").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_survives_every_crash_on_postgresql() {
    every_crash_point(Kind::Postgres, "zendesk").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_read_first_survives_every_crash_on_sqlite() {
    every_crash_point(Kind::Sqlite, "freshdesk").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_read_first_survives_every_crash_on_postgresql() {
    every_crash_point(Kind::Postgres, "freshdesk").await;
}
