//! Promises 1 and 2: nothing lost, nothing twice, however the process dies.
//!
//! The process is really killed (SIGKILL) before and after every database commit and every platform call of a story, one
//! place a run; started again, it must reach the end of the undisturbed run, and the platform must have been asked for
//! exactly the same things.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::StatusCode;
use sandbox::options::{Options, Population};
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::installation::Installation;
use testbed::platform::swift;

use crate::ALONE;
use crate::service::Service;

/// How many runs go on at once: most of a run is waiting for leases, cadences and the platform.
const AT_ONCE: usize = 8;

#[derive(Clone, Copy, Debug)]
enum Story {
    ErasureWithMergeSet,
    AccessInTwoParts,
    Rectification,
}

impl Story {
    fn filed(self) -> Value {
        let (right, identifiers, replacements) = match self {
            Self::ErasureWithMergeSet => (
                "erasure",
                json!([{ "kind": "email", "value": "maya.okafor@example.com" },
                       { "kind": "phone", "value": "+13175550142" },
                       { "kind": "name", "value": "Maya Okafor" }]),
                json!([]),
            ),
            Self::AccessInTwoParts => {
                ("access", json!([{ "kind": "email", "value": "tia.twoparts@example.com" }]), json!([]))
            }
            Self::Rectification => (
                "rectification",
                json!([{ "kind": "email", "value": "old.mail@example.com" }]),
                json!([{ "kind": "email", "existing": "old.mail@example.com", "updated": "new.mail@example.com" }]),
            ),
        };
        let mut body = json!({ "controller": "acme", "right": right, "regime": "eu_gdpr", "channel": "email",
                               "identifiers": identifiers, "identity": { "method": "officer_word" } });
        if replacements.as_array().is_some_and(|all| !all.is_empty()) {
            body["replacements"] = replacements;
        }
        body
    }

    /// The platform takes its time over an erasure, so that most copies for the other members come while the originals are
    /// still there.
    fn platform(self) -> Options {
        let mut options = swift(Population::Samples);
        options.settings.erasure_takes = Duration::from_millis(700);
        options
    }
}

/// How a story ended, without what differs from run to run. Whether the platform copies the request to a member of the merge
/// set or we top it up depends on which of the person's jobs it finished first; that each is covered once does not.
#[derive(Debug, PartialEq, Eq)]
struct End {
    status: String,
    outcome: String,
    jobs: Vec<String>,
    files: usize,
    created: BTreeMap<String, u64>,
}

async fn tell(installation: &Installation, story: Story, extra: &[(&str, String)]) -> (End, u32) {
    let mut service = Service::start(installation, extra).await;
    let (filer, approver) = (&installation.filer, &installation.approver);
    let (status, filed) = service.post(filer, "/api/v1/requests", "the-one", &story.filed()).await;
    assert_eq!(status, StatusCode::CREATED, "{filed}");
    let path = format!("/api/v1/requests/{}", filed["id"].as_str().unwrap());
    service.until(filer, &path, "review", |it| it["status"] == "reviewing").await;
    let (status, approved) = service.approve(approver, &path, "yes").await;
    assert_eq!(status, StatusCode::OK, "{approved}");
    let closed = service.until(filer, &path, "the end", |it| it["status"] == "closed").await;
    let jobs = service.get(filer, &format!("{path}/jobs")).await.1;
    let files = service.get(filer, &format!("{path}/artifacts")).await.1;
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut jobs: Vec<_> = jobs["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| {
            let origin = if job["origin"] == "plan" { "planned" } else { "covering" };
            [word(&job["kind"]), word(&job["subject_kind"]), origin.to_owned(), word(&job["status"])].join(" ")
        })
        .collect();
    jobs.sort();
    let counters = installation.platform.show("counters").await;
    let mut created = BTreeMap::new();
    for row in counters["created"].as_array().unwrap() {
        *created.entry(format!("{} {}", word(&row["request_type"]), word(&row["subject"]))).or_default() +=
            row["count"].as_u64().unwrap();
    }
    assert_eq!(counters["authorization_at_storage"], 0);
    let end = End {
        status: word(&closed["status"]),
        outcome: word(&closed["outcome"]),
        jobs,
        files: files["items"].as_array().unwrap().len(),
        created,
    };
    (end, service.deaths)
}

/// The undisturbed run: its end, and how many crash points it passes.
async fn undisturbed(kind: Kind, story: Story) -> (End, u64) {
    let installation = Installation::new(kind, story.platform()).await;
    let count = installation.database.folder.path().join("crash-points");
    let (end, deaths) = tell(&installation, story, &[("DSR_CRASH_COUNT", count.display().to_string())]).await;
    assert_eq!(deaths, 0);
    assert!(end.created.values().all(|count| *count == 1), "{:?}", end.created);
    (end, std::fs::metadata(count).unwrap().len())
}

async fn every_crash_point(kind: Kind, story: Story) {
    let _alone = ALONE.lock().await;
    let (expected, points) = undisturbed(kind, story).await;
    let killed_at = |point: u64| {
        let expected = &expected;
        async move {
            let installation = Installation::new(kind, story.platform()).await;
            let (end, deaths) = tell(&installation, story, &[("DSR_CRASH_POINT", point.to_string())]).await;
            assert_eq!(&end, expected, "{story:?} on {kind:?}, killed at point {point}");
            deaths
        }
    };
    // How often is polled is a matter of timing, and with it the number of points. So it goes on, point by point, until
    // a whole handful of runs has come to its end before its point.
    let mut deaths = 0;
    for first in (1..).step_by(AT_ONCE) {
        let runs = (first..).take(AT_ONCE).map(killed_at);
        let died: u32 = futures::future::join_all(runs).await.iter().sum();
        deaths += died;
        if died == 0 {
            break;
        }
    }
    println!("{story:?} on {kind:?}: {points} crash points undisturbed, {deaths} visited");
    assert!(u64::from(deaths) * 2 > points, "only {deaths} of some {points} points were visited");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_with_a_merge_set_survives_every_crash_on_sqlite() {
    every_crash_point(Kind::Sqlite, Story::ErasureWithMergeSet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_with_a_merge_set_survives_every_crash_on_postgresql() {
    every_crash_point(Kind::Postgres, Story::ErasureWithMergeSet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_in_two_parts_survives_every_crash_on_sqlite() {
    every_crash_point(Kind::Sqlite, Story::AccessInTwoParts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_in_two_parts_survives_every_crash_on_postgresql() {
    every_crash_point(Kind::Postgres, Story::AccessInTwoParts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rectification_survives_every_crash_on_sqlite() {
    every_crash_point(Kind::Sqlite, Story::Rectification).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rectification_survives_every_crash_on_postgresql() {
    every_crash_point(Kind::Postgres, Story::Rectification).await;
}
