//! Promises 1 and 2 for letters: none is lost however the process dies, and what may have gone out twice says so.
//!
//! The process is killed before and after every commit and every sending, one place a run, against a real mail server with TLS
//! and sign-in. Each letter arrives; of one that the dead process may have sent a second copy of the same Message-ID may come,
//! and no more. What follows from a letter is done as well, though it commits after the mail server's word.

use std::collections::BTreeMap;

use entities::controller::policy::{Letters, Policy, Writing};
use reqwest::StatusCode;
use sandbox::options::Population;
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::installation::{Installation, swift_policy};
use testbed::platform::swift;
use testbed::smtp::{MailServer, PASSWORD, Privacy, USER};

use crate::crash_points::{Extra, each_of_two_messages};
use crate::service::Service;

fn by(server: &MailServer) -> Vec<(&'static str, String)> {
    vec![
        ("DSR_MAIL_TRANSPORT", "smtp".to_owned()),
        ("DSR_MAIL_HOST", "localhost".to_owned()),
        ("DSR_MAIL_PORT", server.port.to_string()),
        ("DSR_MAIL_TLS", server.privacy.as_str().to_owned()),
        ("DSR_MAIL_USER", USER.to_owned()),
        ("DSR_MAIL_PASSWORD", PASSWORD.to_owned()),
        ("DSR_MAIL_CA_FILE", server.ca_file().display().to_string()),
        ("DSR_MAIL_FROM", "privacy@acme.example".to_owned()),
        ("DSR_MAIL_PUBLIC_URL", "https://privacy.acme.example".to_owned()),
    ]
}

async fn installation(kind: Kind) -> Installation {
    let writing = Writing {
        privacy_contact: Some("privacy@acme.example".to_owned()),
        postal_address: vec!["1 High Street".to_owned()],
        ..Writing::default()
    };
    let policy = Policy { letters: Letters::Mail, writing, ..swift_policy() };
    Installation::with_policy(kind, swift(Population::Samples), policy).await
}

/// Files a request whose identity is asked for, and waits until its two letters have gone out, and the duty to acknowledge is
/// done with one of them. Says how many copies of each letter arrived, and how often the process died.
async fn tell(kind: Kind, extra: Extra) -> (Vec<u64>, u32) {
    let (installation, server) = (installation(kind).await, MailServer::start(Privacy::StartTls));
    let mut service = Service::start_with(&installation, &[extra], by(&server)).await;
    let filer = &installation.filer;
    let body = json!({ "controller": "acme", "right": "access", "regime": "us_ca_ccpa", "channel": "email",
                       "identifiers": [{ "kind": "email", "value": "ada@example.com" }] });
    let (status, filed) = service.post(filer, "/api/v1/requests", "the-one", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{filed}");
    let path = format!("/api/v1/requests/{}/letters", filed["id"].as_str().unwrap());
    let sent = |it: &Value| {
        let letters = it["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        letters.len() == 2 && letters.iter().all(|letter| letter["state"] == "sent")
    };
    service.until(filer, &path, "both letters", sent).await;
    let acknowledged = |it: &Value| {
        let clocks = it["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        clocks.iter().any(|clock| clock["duty"] == "acknowledge" && clock["state"] == "met")
    };
    service.until(filer, &path.replace("/letters", "/clocks"), "the acknowledgement to count", acknowledged).await;
    let mut copies: BTreeMap<String, u64> = BTreeMap::new();
    for taken in server.taken() {
        *copies.entry(taken.header("Message-ID")).or_default() += 1;
    }
    (copies.into_values().collect(), service.deaths)
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_survive_every_crash_on_sqlite() {
    each_of_two_messages("letters on SQLite", |extra| tell(Kind::Sqlite, extra)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_survive_every_crash_on_postgresql() {
    each_of_two_messages("letters on PostgreSQL", |extra| tell(Kind::Postgres, extra)).await;
}
