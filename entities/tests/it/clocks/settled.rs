//! What ends a clock, and what begins once a request has ended: an appeal, the time its records are kept.

use entities::appeal::table::AppealDecision;
use entities::clock::table::ClockState;
use entities::clock::{notice, settle};
use entities::request::decide::{Case, Decider};
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::{event, request};
use rstest::rstest;
use serde_json::Value;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{Place, at, clock_of, code, days, message};

#[rstest]
#[tokio::test]
async fn an_appeal_has_a_clock_of_its_own_and_leaves_the_request_closed(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::on(on, "America/New_York", "US-VA").await;
    let id = place.file(&["us_va"], Right::Erasure, "2026-11-02T15:00:00Z").await.id;
    let appeal = async |when| place.decide(id, async |case| case.appeal(at(when), Some("I object")).await).await;
    assert_eq!(code(&appeal("2026-11-02T15:00:00Z").await), "not_refused");
    place.it_is("2026-11-10T15:00:00Z");
    place.decide(id, async |case| case.refuse("exempt", None, "held for a lawsuit").await).await.unwrap();
    place.it_is("2026-11-20T15:00:00Z");
    assert_eq!(code(&appeal("2026-11-09T15:00:00Z").await), "before_end");
    let appealed = appeal("2026-11-20T15:00:00Z").await.unwrap();
    assert_eq!((appealed.status, appealed.open_questions), (RequestStatus::Closed, 1));
    assert_eq!(place.days(id, "decide_appeal").await, days("2027-01-19", "2027-01-19"));
    assert_eq!(place.state(id, "decide_appeal").await, ClockState::Open);
    assert_eq!(code(&appeal("2026-11-20T15:00:00Z").await), "appealed_already");

    let ruling = (AppealDecision::Granted, "the lawsuit is over");
    let decide = async || place.decide(id, async |case| case.decide_appeal(ruling.0, ruling.1).await).await;
    let decided = decide().await.unwrap();
    assert_eq!((decided.status, decided.open_questions), (RequestStatus::Closed, 0));
    assert_eq!(place.state(id, "decide_appeal").await, ClockState::Met);
    assert_eq!(code(&decide().await), "no_appeal_waits");

    let utah = place.file(&["us_ut"], Right::Erasure, "2026-11-20T15:00:00Z").await.id;
    place.decide(utah, async |case| case.refuse("exempt", None, "held for a lawsuit").await).await.unwrap();
    let none = place.decide(utah, async |case| case.appeal(at("2026-11-20T15:00:00Z"), None).await).await;
    assert_eq!(code(&none), "no_appeal");
}

#[rstest]
#[tokio::test]
async fn an_appeals_period_is_extended_once_in_time_and_where_the_law_has_it(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::on(on, "America/Denver", "US-CO").await;
    let appealed = async |laws: &[&str]| {
        let id = place.file(laws, Right::Erasure, "2026-06-01T15:00:00Z").await.id;
        place.decide(id, async |case| case.refuse("exempt", None, "held for a lawsuit").await).await.unwrap();
        place.it_is("2026-08-03T15:00:00Z");
        place.decide(id, async |case| case.appeal(at("2026-08-03T15:00:00Z"), None).await).await.unwrap();
        id
    };
    let extend = async |id, now, sent| {
        place.it_is(now);
        place.decide(id, async |case| case.extend_appeal(at(sent), "two hundred recordings").await).await
    };
    let id = appealed(&["us_co"]).await;
    assert_eq!(place.days(id, "decide_appeal").await, days("2026-09-17", "2026-09-17"));
    let early = extend(id, "2026-09-01T15:00:00Z", "2026-08-02T15:00:00Z").await;
    assert_eq!(code(&early), "before_appeal");
    let late = extend(id, "2026-09-18T15:00:00Z", "2026-09-18T15:00:00Z").await;
    assert_eq!(code(&late), "extension_too_late");
    assert!(message(&late).contains("17 Sep 2026"), "{}", message(&late));
    assert_eq!(place.days(id, "decide_appeal").await, days("2026-09-17", "2026-09-17"));

    let extended = extend(id, "2026-09-18T15:00:00Z", "2026-09-17T20:00:00Z").await.unwrap();
    assert_eq!(place.days(id, "decide_appeal").await, days("2026-11-16", "2026-11-16"));
    assert_eq!((extended.status, extended.open_questions), (RequestStatus::Closed, 1), "it still waits to be decided");
    let events = event::queries::of_request(place.world.store.db.read(), &place.officer.reach, id, None, 100).await;
    let kinds: Vec<_> = events.unwrap().into_iter().map(|event| event.kind).collect();
    assert!(kinds.iter().any(|kind| kind == "request.appeal_extended"), "{kinds:?}");
    assert_eq!(code(&extend(id, "2026-09-18T15:00:00Z", "2026-09-17T20:00:00Z").await), "extended_already");

    let virginia = appealed(&["us_va"]).await;
    assert_eq!(code(&extend(virginia, "2026-09-01T15:00:00Z", "2026-09-01T15:00:00Z").await), "no_extension");
    // Of two laws it reaches the one that has it.
    let both = appealed(&["us_va", "us_co"]).await;
    extend(both, "2026-09-01T15:00:00Z", "2026-09-01T15:00:00Z").await.unwrap();
    let day = async |law| {
        let row = clock_of(&place, both, law, "decide_appeal").await;
        row.statutory_at.timestamp().to_zoned(place.controller.zone().unwrap()).date().to_string()
    };
    assert_eq!((day("us_co").await, day("us_va").await), ("2026-11-16".to_owned(), "2026-10-02".to_owned()));
}

#[rstest]
#[tokio::test]
async fn records_are_kept_from_the_closure_on_and_not_from_the_answer(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::california(on).await;
    let filed = place.file(&["us_ca_ccpa"], Right::Access, "2026-11-20T18:00:00Z").await;
    let (answered, closed) = (at("2026-11-24T18:00:00Z"), at("2026-11-26T18:00:00Z"));
    let txn = place.world.begin().await;
    settle::end(&txn, &filed, settle::Ending::Answered, answered, closed).await.unwrap();
    txn.commit().await.unwrap();
    assert_eq!(place.clock(filed.id, "respond").await.met_at, Some(answered));
    assert_eq!(place.days(filed.id, "purge").await.1, "2028-11-26");
}

#[rstest]
#[tokio::test]
async fn clocks_are_settled_with_what_settles_them(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::california(on).await;
    let id = place.file(&["us_ca_ccpa"], Right::Access, "2026-11-20T18:00:00Z").await.id;
    place.it_is("2026-11-24T18:00:00Z");
    let txn = place.world.begin().await;
    let (now, by) = (place.world.now(), place.officer.actor.clone());
    let request = request::queries::lock(&txn, &place.officer.reach, id).await.unwrap().unwrap();
    assert!(notice::acknowledged(&txn, now, &by, &request, now).await.unwrap());
    assert!(!notice::acknowledged(&txn, now, &by, &request, now).await.unwrap(), "it was sent already");
    txn.commit().await.unwrap();
    let acknowledged = place.clock(id, "acknowledge").await;
    assert_eq!((acknowledged.state, acknowledged.met_at), (ClockState::Met, Some(now)));
    place.decide(id, async |case| case.withdraw("she called").await).await.unwrap();
    assert_eq!(place.state(id, "respond").await, ClockState::Void);
    assert_eq!(place.state(id, "acknowledge").await, ClockState::Met, "what was done stays done");
    let purge = place.clock(id, "purge").await;
    assert!(purge.is_not_before && purge.state == ClockState::Open);
    assert_eq!(place.days(id, "purge").await.1, "2028-11-24", "records are kept for 24 months");
    let due = request::queries::Filter { due_before: Some(at("2030-01-01T00:00:00Z")), ..Default::default() };
    let found = request::queries::page(place.world.store.db.read(), &place.officer.reach, &due, None, 10).await;
    assert!(found.unwrap().is_empty(), "nothing waits to be done any more");
}

#[rstest]
#[tokio::test]
async fn a_refusal_is_for_people_and_late_when_its_own_clock_has_run(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Erasure, "2026-11-20T09:00:00Z").await.id;
    let service = Decider { client: None, ..place.officer.clone() };
    let alone = async |case: Case<'_>| case.refuse("excessive", None, "the tenth").await;
    assert_eq!(code(&place.world.decide(&service, id, alone).await), "person_needed");
    place.extend(id, "2026-12-18T10:00:00Z").await.unwrap();
    place.announce(id, "2026-12-18T11:00:00Z").await.unwrap();
    place.it_is("2027-01-10T10:00:00Z");
    place.decide(id, async |case| case.refuse("excessive", None, "the tenth").await).await.unwrap();
    let events = event::queries::of_request(place.world.store.db.read(), &place.officer.reach, id, None, 100).await;
    let told = events.unwrap().into_iter().find(|event| event.kind == "request.refused").unwrap();
    let data: Value = serde_json::from_str(&told.data).unwrap();
    assert_eq!(data["late_under"][0], "eu_gdpr", "an extended request may not first be refused in month three");
    assert!(data["basis"].as_str().unwrap().starts_with("GDPR Art. 12(5)(b)"), "the basis comes with the ground");
}
