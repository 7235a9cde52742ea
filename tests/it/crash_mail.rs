//! Promises 1 and 2 for letters: none is lost however the process dies, and what may have gone out twice says so.
//!
//! The process is killed before and after every commit and every sending, one place a run, against a real mail server with TLS
//! and sign-in. Each letter arrives; of one that the dead process may have sent a second copy of the same Message-ID may come,
//! and no more. What follows from a letter is done as well, though it commits after the mail server's word.

use std::collections::BTreeMap;

use entities::controller::policy::{Letters, Policy, Writing};
use futures::StreamExt;
use reqwest::StatusCode;
use sandbox::options::Population;
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::installation::{Installation, swift_policy};
use testbed::platform::swift;
use testbed::smtp::{MailServer, PASSWORD, Privacy, USER};

use crate::ALONE;
use crate::service::Service;

/// How many runs go on at once.
const AT_ONCE: usize = 8;

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
/// done with one of them. Says how many copies of each
/// letter arrived, and how often the process died.
async fn tell(installation: &Installation, server: &MailServer, extra: (&'static str, String)) -> (Vec<u64>, u32) {
    let mut service = Service::start_with(installation, &[extra], by(server)).await;
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

async fn every_crash_point(kind: Kind) {
    let _alone = ALONE.lock().await;
    let (undisturbed, server) = (installation(kind).await, MailServer::start(Privacy::StartTls));
    let count = undisturbed.database.folder.path().join("crash-points");
    let (copies, deaths) = tell(&undisturbed, &server, ("DSR_CRASH_COUNT", count.display().to_string())).await;
    assert_eq!((copies, deaths), (vec![1, 1], 0));
    let points = std::fs::metadata(count).unwrap().len();
    let runs = (1..=points).map(|point| async move {
        let (installation, server) = (installation(kind).await, MailServer::start(Privacy::StartTls));
        let (copies, deaths) = tell(&installation, &server, ("DSR_CRASH_POINT", point.to_string())).await;
        let told = format!("{kind:?}, killed at point {point} of {points}: {copies:?} copies");
        assert_eq!(copies.len(), 2, "a letter is lost or a third one written: {told}");
        assert!(copies.iter().sum::<u64>() <= 2 + u64::from(deaths), "{told}");
        (deaths, copies.iter().sum::<u64>() - 2)
    });
    let ended: Vec<(u32, u64)> = futures::stream::iter(runs).buffer_unordered(AT_ONCE).collect().await;
    let deaths: u32 = ended.iter().map(|(deaths, _)| deaths).sum();
    let twice: u64 = ended.iter().map(|(_, twice)| twice).sum();
    println!("letters on {kind:?}: {points} crash points, {deaths} processes killed, {twice} second copies");
    assert!(u64::from(deaths) * 10 >= points * 8, "only {deaths} of {points} points were reached");
    assert!(
        twice > 0,
        "no process died between the server's word and our commit: the points are not where they must be"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_survive_every_crash_on_sqlite() {
    every_crash_point(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_survive_every_crash_on_postgresql() {
    every_crash_point(Kind::Postgres).await;
}
