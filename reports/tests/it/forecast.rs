//! The forecast over real tables: what history teaches, what the platform has said of its limit, and whose requests it is about.

use std::time::Duration;

use entities::job::status::JobStatus;
use entities::rate::pace;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus};
use entities::request::table::ActiveModel;
use jiff::tz::TimeZone;
use reports::forecast::report::{Told, tell};
use reports::queue::situation;
use rstest::rstest;
use sea_orm::ActiveValue::Set;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::{World, at};

async fn told(world: &World) -> Told {
    let zone = TimeZone::get(&world.acme.time_zone).unwrap();
    tell(&situation(&world.store, &world.acme).await.unwrap(), &zone)
}

#[rstest]
#[tokio::test]
async fn what_will_be_late_is_told_with_the_day_to_announce_it(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::at(on, "2026-05-20T09:00:00Z").await;
    let standing = |status| ActiveModel { status: Set(status), ..Default::default() };
    let reviewing = world.file(&world.acme, Right::Access, "eu_gdpr", "2026-05-11T10:00:00Z").await;
    world.change(&reviewing, standing(RequestStatus::Reviewing)).await;
    // An erasure is taken to need fourteen days: this one would end on 1 June, after its cautious and before its statutory day.
    let executing = world.file(&world.acme, Right::Erasure, "eu_gdpr", "2026-04-30T10:00:00Z").await;
    world.change(&executing, standing(RequestStatus::Executing)).await;
    world.job(&executing, JobStatus::Open, Some("2026-05-18T12:00:00Z"), None).await;
    let overdue = world.file(&world.acme, Right::Access, "eu_gdpr", "2026-03-02T10:00:00Z").await;
    let objection = world.file(&world.acme, Right::Objection, "eu_gdpr", "2026-05-12T10:00:00Z").await;
    let held = world.file(&world.acme, Right::Access, "eu_gdpr", "2026-05-13T10:00:00Z").await;
    world.change(&held, ActiveModel { on_hold: Set(true), ..standing(RequestStatus::Verifying) }).await;
    let closed = world.file(&world.acme, Right::Access, "eu_gdpr", "2026-05-01T10:00:00Z").await;
    world.close(&closed, Outcome::Fulfilled, None, "2026-05-02T10:00:00Z").await;
    world.file(&world.beta, Right::Access, "us_ca_ccpa", "2026-05-01T10:00:00Z").await;

    let told = told(&world).await;
    let line = |line: &reports::forecast::report::Line| line.cells()[1..].join("|");
    let expected = [
        (&overdue, "access|resolving|2026-04-02|2026-04-02|2026-05-24|overdue||", "13|too_late||no"),
        (
            &executing,
            "erasure|executing|2026-05-30|2026-06-01|2026-06-01|misses_cautious||",
            "4|possible|2026-05-30|yes",
        ),
        (
            &reviewing,
            "access|reviewing|2026-06-11|2026-06-11|2026-05-24|in_time|review|2026-06-07",
            "10|possible|2026-06-11|no",
        ),
        (
            &objection,
            "objection|resolving|2026-06-12|2026-06-12|2026-05-20|in_time|people|2026-06-12",
            "0|possible|2026-06-12|no",
        ),
        (
            &held,
            "access|verifying|2026-06-13|2026-06-15|2026-05-24|in_time|identity hold|2026-06-09",
            "13|possible|2026-06-13|no",
        ),
    ];
    let expected = expected.map(|(request, first, last)| format!("{}|{first}|{last}", request.reference));
    assert_eq!(told.items.iter().map(line).collect::<Vec<_>>(), expected);
    let of = told.summary;
    assert_eq!((of.open, of.in_time, of.misses_cautious, of.overdue, of.extension_advised), (5, 3, 1, 1, 1));
    assert_eq!((told.assumptions.calls_a_minute, told.assumptions.calls_a_minute_learnt), (300, false));
}

#[rstest]
#[tokio::test]
async fn a_refusal_waits_for_its_notice(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::at(on, "2026-05-20T09:00:00Z").await;
    let refused = world.file(&world.acme, Right::Erasure, "eu_gdpr", "2026-05-11T10:00:00Z").await;
    let ended = ActiveModel {
        status: Set(RequestStatus::Closed),
        outcome: Set(Some(Outcome::Refused)),
        closed_at: Set(Some(at("2026-05-19T10:00:00Z"))),
        ..Default::default()
    };
    world.change(&refused, ended).await;
    let found = told(&world).await;
    let line = found.items[0].cells()[1..].join("|");
    let expected = "erasure|closed|2026-06-11|2026-06-11|2026-05-20|in_time|notice|2026-06-11|0|possible|2026-06-11|no";
    assert_eq!(line, format!("{}|{expected}", refused.reference));
    world.close(&refused, Outcome::Refused, None, "2026-05-20T08:00:00Z").await;
    assert!(told(&world).await.items.is_empty(), "the person has been told");
}

#[rstest]
#[tokio::test]
async fn history_and_the_platforms_own_word_count_for_more_than_documents(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::at(on, "2026-05-20T09:00:00Z").await;
    for day in 1..=6 {
        let request = world.file(&world.acme, Right::Access, "eu_gdpr", &format!("2026-04-0{day}T10:00:00Z")).await;
        let approved = at(&format!("2026-04-0{day}T10:00:00Z")) + Duration::from_secs(3 * 86_400);
        world.change(&request, ActiveModel { approved_at: Set(Some(approved)), ..Default::default() }).await;
        for _ in 0..3 {
            world.job(&request, JobStatus::Completed, Some("2026-04-10T10:00:00Z"), Some("2026-04-10T22:00:00Z")).await;
        }
        let request = entities::request::table::Model { approved_at: Some(approved), ..request };
        world.close(&request, Outcome::Fulfilled, None, "2026-04-11T10:00:00Z").await;
    }
    // Another controller with another credential has its own pace, and its slow past is not ours.
    let beta = world.file(&world.beta, Right::Access, "us_ca_ccpa", "2026-04-01T10:00:00Z").await;
    world.job(&beta, JobStatus::Completed, Some("2026-04-01T10:00:00Z"), Some("2026-05-01T10:00:00Z")).await;
    pace::learn(&world.store, &pace::key(&world.acme.api_url, "id"), 600).await.unwrap();
    let open = world.file(&world.acme, Right::Access, "eu_gdpr", "2026-05-19T10:00:00Z").await;

    let told = told(&world).await;
    assert_eq!((told.assumptions.calls_a_minute, told.assumptions.calls_a_minute_learnt), (600, true));
    let access = &told.assumptions.rights[0];
    assert_eq!((access.right, access.requests_seen, access.jobs_seen), (Right::Access, 6, 18));
    assert_eq!((access.jobs, access.calls), (3, 18));
    assert_eq!((access.approval_days, access.platform_days), (Some(3.0), Some(0.5)));
    // Approved three days after receipt, half a day on the platform: the night to 23 May, in Berlin.
    assert_eq!(told.items[0].reference, open.reference);
    assert_eq!(told.items[0].expected_on.to_string(), "2026-05-23");
}
