//! What moves a date within one law: an extension, a proof of identity, a question; and each in time or too late.

use entities::clock::queries::history;
use entities::clock::table::ClockState;
use entities::inquiry::table::InquiryKind;
use entities::question::table::QuestionCode;
use entities::request;
use entities::request::decide::Case;
use entities::request::right::Right;
use entities::step::queue;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{Place, at, code, days, message};

#[rstest]
#[tokio::test]
async fn an_extension_moves_the_dates_when_its_notice_was_sent_in_time(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    assert_eq!(place.days(id, "respond").await, days("2026-12-20", "2026-12-21"), "a Sunday, so the Monday after");
    place.extend(id, "2026-12-18T10:00:00Z").await.unwrap();
    assert_eq!(place.days(id, "respond").await, days("2026-12-20", "2026-12-21"), "deciding it lengthens nothing");
    let again = place.extend(id, "2026-12-18T11:00:00Z").await;
    assert_eq!(code(&again), "extended_already");

    let announced = place.announce(id, "2026-12-21T22:30:00Z").await.unwrap();
    assert_eq!(place.days(id, "respond").await, days("2027-02-20", "2027-02-22"));
    assert_eq!(announced.cautious_at, at("2027-02-20T22:59:59.999999Z"), "work is ordered by the new date");
    assert_eq!(announced.statutory_at, at("2027-02-22T22:59:59.999999Z"));
    assert_eq!(place.state(id, "announce_extension").await, ClockState::Met);
    assert_eq!(place.days(id, "refuse").await.1, "2026-12-21", "Art. 12(4) knows no extension");
    assert_eq!(code(&place.announce(id, "2026-12-22T10:00:00Z").await), "not_extended");
    for (before, count) in [("2027-02-01T00:00:00Z", 0), ("2027-02-21T00:00:00Z", 1)] {
        let due = request::queries::Filter { due_before: Some(at(before)), ..Default::default() };
        let found = request::queries::page(place.world.store.db.read(), &place.officer.reach, &due, None, 10).await;
        assert_eq!(found.unwrap().len(), count, "due before {before}");
    }

    let all = history(place.world.store.db.read(), id).await.unwrap();
    let respond: Vec<_> = all.iter().filter(|row| row.duty == "respond").collect();
    let told: Vec<_> = respond.iter().map(|row| (row.computation, &*row.why, row.superseded_at.is_some())).collect();
    assert_eq!(told, [(1, "receipt", true), (2, "extension", false)], "what was computed first is kept");
    place.decide(id, async |case| case.verify("call_back", None).await).await.unwrap();
    for step in queue::of_request(place.world.store.db.read(), id).await.unwrap() {
        assert!(step.urgency <= announced.cautious_at);
    }
}

#[rstest]
#[tokio::test]
async fn an_extension_after_the_first_period_is_refused_and_names_the_last_day(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    let late = place.extend(id, "2026-12-22T00:30:00+01:00").await;
    assert_eq!(code(&late), "extension_too_late");
    assert!(message(&late).contains("21 Dec 2026"), "{}", message(&late));
    assert_eq!(place.days(id, "respond").await, days("2026-12-20", "2026-12-21"));
    // Where the law knows none at all, it says so at any time.
    let quebec = place.file(&["ca_qc"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    assert_eq!(code(&place.extend(quebec, "2026-11-21T09:00:00Z").await), "no_extension");
}

#[rstest]
#[tokio::test]
async fn a_notice_sent_too_late_extends_nothing_and_asks_a_person(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    place.extend(id, "2026-12-18T10:00:00Z").await.unwrap();
    // Nor can it be said to have been sent before it was decided.
    let earlier = async |case: Case<'_>| case.announce(at("2026-12-10T08:00:00Z"), "letter").await;
    assert_eq!(code(&place.decide(id, earlier).await), "before_decision");
    let announced = place.announce(id, "2026-12-22T08:00:00Z").await.unwrap();
    assert_eq!(place.days(id, "respond").await, days("2026-12-20", "2026-12-21"));
    assert_eq!(place.state(id, "announce_extension").await, ClockState::Open, "the duty was not done");
    assert_eq!(place.open_questions(id).await, [QuestionCode::ExtensionTooLate]);
    assert_eq!(announced.open_questions, 1);
}

#[rstest]
#[tokio::test]
async fn in_the_kingdom_proof_of_identity_restarts_the_month(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::london(on).await;
    let id = place.file(&["uk_gdpr"], Right::Erasure, "2026-11-02T09:00:00Z").await.id;
    assert_eq!(place.days(id, "respond").await, days("2026-12-02", "2026-12-02"));
    place.ask(id, InquiryKind::Identity, "2026-11-05T09:00:00Z").await.unwrap();
    assert_eq!(place.days(id, "respond").await.1, "2026-12-02", "an open question moves nothing");
    assert_eq!(place.state(id, "respond").await, ClockState::Suspended);
    place.it_is("2026-11-25T16:00:00Z");
    place.decide(id, async |case| case.verify("document", None).await).await.unwrap();
    // One month from 25 November is Christmas Day, a Friday; Monday is the day off for Saturday's Boxing Day.
    assert_eq!(place.days(id, "respond").await, days("2026-12-02", "2026-12-29"));
    assert_eq!(place.state(id, "respond").await, ClockState::Open);
}

#[rstest]
#[tokio::test]
async fn in_the_kingdom_clarification_stops_access_and_nothing_else(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::london(on).await;
    for (right, state, due) in
        [(Right::Access, ClockState::Suspended, "2026-12-07"), (Right::Erasure, ClockState::Open, "2026-12-02")]
    {
        let id = place.file(&["uk_gdpr"], right, "2026-11-02T09:00:00Z").await.id;
        place.ask(id, InquiryKind::Clarification, "2026-11-09T09:00:00Z").await.unwrap();
        assert_eq!(place.state(id, "respond").await, state, "{right}");
        let again = place.ask(id, InquiryKind::Clarification, "2026-11-10T09:00:00Z").await;
        assert_eq!(code(&again), "inquiry_open");
        place.answer(id, InquiryKind::Clarification, "2026-11-13T09:00:00Z").await.unwrap();
        // From Monday to Friday, both included, five days do not count.
        assert_eq!(place.days(id, "respond").await, days("2026-12-02", due), "{right}");
        assert_eq!(place.state(id, "respond").await, ClockState::Open);
        assert_eq!(code(&place.answer(id, InquiryKind::Clarification, "2026-11-14T09:00:00Z").await), "no_inquiry");
    }
}

#[rstest]
#[tokio::test]
async fn in_the_union_a_question_suspends_for_the_nights_it_was_open(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-02T09:00:00Z").await.id;
    place.ask(id, InquiryKind::Identity, "2026-11-04T09:00:00Z").await.unwrap();
    place.it_is("2026-11-20T09:00:00Z");
    let early = place
        .decide(id, async |case| case.answer_inquiry(InquiryKind::Identity, at("2026-11-03T09:00:00Z"), None).await);
    assert_eq!(code(&early.await), "before_question");
    let future = place
        .decide(id, async |case| case.answer_inquiry(InquiryKind::Identity, at("2026-11-21T09:00:00Z"), None).await);
    assert_eq!(code(&future.await), "in_the_future");
    // It had arrived on the ninth already, five nights after the question.
    let answered = place.decide(id, async |case| {
        case.answer_inquiry(InquiryKind::Identity, at("2026-11-09T18:00:00Z"), Some("my old address")).await
    });
    let answered = answered.await.unwrap();
    assert_eq!(place.days(id, "respond").await, days("2026-12-02", "2026-12-07"));
    assert_eq!(answered.cautious_at, at("2026-12-02T22:59:59.999999Z"), "the cautious date knows no pause");
}

#[rstest]
#[tokio::test]
async fn a_notice_that_lies_in_the_first_period_after_all_extends(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-02T09:00:00Z").await.id;
    place.ask(id, InquiryKind::Identity, "2026-11-20T09:00:00Z").await.unwrap();
    place.extend(id, "2026-12-01T09:00:00Z").await.unwrap();
    // While the question is open the month ends on 2 December; the answer adds twenty nights.
    place.announce(id, "2026-12-04T09:00:00Z").await.unwrap();
    assert_eq!(place.open_questions(id).await, [QuestionCode::ExtensionTooLate]);
    place.answer(id, InquiryKind::Identity, "2026-12-10T09:00:00Z").await.unwrap();
    assert!(place.open_questions(id).await.is_empty());
    assert_eq!(place.state(id, "announce_extension").await, ClockState::Met);
    assert_eq!(place.clock(id, "announce_extension").await.met_at, Some(at("2026-12-04T09:00:00Z")));
    assert_eq!(place.days(id, "respond").await, days("2027-02-02", "2027-02-22"), "three months and twenty nights");
}

#[rstest]
#[tokio::test]
async fn a_question_asked_after_the_period_makes_no_late_notice_timely(#[values(Sqlite, Postgres)] on: Kind) {
    // In the kingdom proof of identity begins the month anew, also proof that was asked for when the month was over.
    let place = Place::london(on).await;
    let id = place.file(&["uk_gdpr"], Right::Access, "2026-11-02T09:00:00Z").await.id;
    place.extend(id, "2026-12-01T09:00:00Z").await.unwrap();
    place.announce(id, "2026-12-04T09:00:00Z").await.unwrap();
    place.ask(id, InquiryKind::Identity, "2026-12-07T09:00:00Z").await.unwrap();
    place.answer(id, InquiryKind::Identity, "2026-12-09T09:00:00Z").await.unwrap();
    assert_eq!(
        place.days(id, "respond").await,
        days("2026-12-02", "2027-01-11"),
        "one month from the proof, and no more"
    );
    assert_eq!(place.open_questions(id).await, [QuestionCode::ExtensionTooLate]);
}
