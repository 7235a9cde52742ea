//! Which law and which place give a date: California beside the Union, several laws at once, days and holidays of a place.

use std::collections::BTreeSet;

use entities::clock::facts::is_to_answer;
use entities::clock::queries::current;
use entities::clock::table::{ClockState, Model as Clock};
use entities::controller::queries::NotSaved;
use entities::controller::rules::Unfit;
use entities::error::StoreError;
use entities::inquiry::table::InquiryKind;
use entities::request::decide::{Case, NotDecided};
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use entities::{controller, request};
use rstest::rstest;
use serde_json::Value;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{Place, at, code, days, message};

#[rstest]
#[tokio::test]
async fn a_californian_access_that_is_not_verified_is_answered_in_categories(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::california(on).await;
    let id = place.file(&["us_ca_ccpa"], Right::Access, "2026-11-20T18:00:00Z").await.id;
    let refuse =
        async |code| place.decide(id, async |case| case.refuse(code, None, "the letter came back").await).await;
    assert_eq!(code(&refuse("rights_of_nobody").await), "not_a_ground");
    let narrowed = refuse("not_verified").await.unwrap();
    assert_eq!((narrowed.status, narrowed.outcome), (RequestStatus::Resolving, None), "it stays open");
    assert_eq!(narrowed.answer_form, Some(AnswerForm::Categories));
    assert_eq!(place.state(id, "respond").await, ClockState::Open);
    assert!(place.is_to_be_searched(id).await);
    // Whoever is not known well enough for categories either is told so, and that is the end.
    let ended = refuse("not_verified").await.unwrap();
    assert_eq!((ended.status, ended.outcome), (RequestStatus::Closed, Some(Outcome::IdentityNotProven)));
    assert_eq!(place.state(id, "respond").await, ClockState::Met);

    // An erasure has nothing to fall back to.
    let erasure = place.file(&["us_ca_ccpa"], Right::Erasure, "2026-11-20T18:00:00Z").await.id;
    let ended = place.decide(erasure, async |case| case.refuse("not_verified", None, "the letter came back").await);
    assert_eq!(ended.await.unwrap().status, RequestStatus::Closed);
}

#[rstest]
#[tokio::test]
async fn an_opt_out_waits_for_no_proof(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::california(on).await;
    for right in [Right::OptOut, Right::Limit] {
        let filed = place.file(&["us_ca_ccpa"], right, "2026-11-20T18:00:00Z").await;
        assert_eq!((filed.status, filed.identity_method), (RequestStatus::Resolving, None), "{right}");
        assert!(place.is_to_be_searched(filed.id).await);
        let asked = place.ask(filed.id, InquiryKind::Identity, "2026-11-21T18:00:00Z").await;
        assert_eq!(code(&asked), "proof_not_allowed");
        // Fifteen business days: Thanksgiving is none; by the cautious count Saturdays are.
        assert_eq!(place.days(filed.id, "opt_out").await, days("2026-12-09", "2026-12-14"));
        assert_eq!(filed.cautious_at, at("2026-12-10T07:59:59.999999Z"));
    }
    let access = place.file(&["us_ca_ccpa"], Right::Access, "2026-11-20T18:00:00Z").await;
    assert_eq!(access.status, RequestStatus::Verifying);
    place.ask(access.id, InquiryKind::Identity, "2026-11-21T18:00:00Z").await.unwrap();
    assert_eq!(place.state(access.id, "respond").await, ClockState::Open, "verification never pauses there");
}

#[rstest]
#[tokio::test]
async fn of_two_laws_the_earlier_date_wins_and_both_clocks_run(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let both = place.file(&["us_ca_ccpa", "eu_gdpr"], Right::Access, "2026-11-02T09:00:00Z").await;
    assert_eq!(both.cautious_at, at("2026-12-02T22:59:59.999999Z"), "the month is over before the 44 days are");
    let rows = current(place.world.store.db.read(), both.id).await.unwrap();
    let respond: Vec<_> = rows.iter().filter(|row| is_to_answer(&row.duty)).map(|row| row.regime.as_str()).collect();
    assert_eq!(respond, ["eu_gdpr", "us_ca_ccpa"], "the most urgent first");
    assert_eq!(request::table::Model { other_regimes: "[\"eu_gdpr\"]".into(), ..both.clone() }, both);
    // A ground of one law alone does not end what the other demands.
    let third = async |case: Case<'_>| case.refuse("third_in_twelve_months", None, "asked in May and in July").await;
    assert_eq!(code(&place.decide(both.id, third).await), "not_a_ground");
    // The extension reaches both; the Californian one ends later, so now the other way round.
    place.extend(both.id, "2026-11-30T09:00:00Z").await.unwrap();
    let extended = place.announce(both.id, "2026-11-30T10:00:00Z").await.unwrap();
    assert_eq!(extended.cautious_at, at("2027-01-30T22:59:59.999999Z"), "ninety days less one from 2 November");
}

#[rstest]
#[tokio::test]
async fn the_day_of_receipt_is_the_establishments_own(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::california(on).await;
    // Half past eleven at night on 28 February in Los Angeles, when it is March in UTC.
    let id = place.file(&["us_ca_ccpa"], Right::Erasure, "2026-03-01T07:30:00Z").await.id;
    let respond = place.clock(id, "respond").await;
    let whole: Value = serde_json::from_str(&respond.whole).unwrap();
    assert_eq!(whole["receipt_day"], "2026-02-28");
    assert_eq!(place.days(id, "respond").await, days("2026-04-13", "2026-04-14"));
    // A leap day is a day like any other; the missing 31st is the last of the month.
    let leap = Place::berlin(on).await;
    let id = leap.file(&["eu_gdpr"], Right::Access, "2028-01-31T09:00:00Z").await.id;
    assert_eq!(leap.days(id, "respond").await, days("2028-02-29", "2028-02-29"));
}

#[rstest]
#[tokio::test]
async fn what_california_narrows_the_union_answers_whole(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr", "us_ca_ccpa"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    let refused = place.decide(id, async |case| case.refuse("not_verified", None, "the letter came back").await).await;
    assert_eq!(code(&refused), "laws_differ");
    let says = message(&refused);
    assert!(
        says.contains("us_ca_ccpa would") && says.contains("eu_gdpr would not") && says.contains("duplicate"),
        "{says}"
    );
    // Nor is there anything to fall back to for the other rights, whatever the law.
    let id = place.file(&["eu_gdpr", "us_ca_ccpa"], Right::Erasure, "2026-11-20T09:00:00Z").await.id;
    let ended = place.decide(id, async |case| case.refuse("not_verified", None, "the letter came back").await).await;
    assert_eq!(ended.unwrap().outcome, Some(Outcome::IdentityNotProven));
}

#[rstest]
#[tokio::test]
async fn each_law_of_a_request_has_its_own_holidays(#[values(Sqlite, Postgres)] on: Kind) {
    // Both months end on Epiphany, which is a holiday in Bavaria and none in Britain.
    let place = Place::on(on, "Europe/Berlin", "DE-BY").await;
    let statutory = async |id| {
        let rows = current(place.world.store.db.read(), id).await.unwrap();
        let respond = rows.into_iter().filter(|row| row.duty == "respond");
        let day =
            |row: &Clock| row.statutory_at.timestamp().to_zoned(place.controller.zone().unwrap()).date().to_string();
        respond.map(|row| (day(&row), row.regime)).collect::<BTreeSet<_>>()
    };
    let both = place.file(&["eu_gdpr", "uk_gdpr"], Right::Access, "2026-12-06T09:00:00Z").await;
    let expected = [("2027-01-06", "uk_gdpr"), ("2027-01-07", "eu_gdpr")];
    assert_eq!(statutory(both.id).await, expected.map(|(day, law)| (day.to_owned(), law.to_owned())).into());
    // A day off of a Bavarian controller is none where another country's establishment must act.
    place.change_policy(|policy| policy.own_holidays = vec!["2027-01-06".parse().unwrap()]).await;
    let scotland = place.file_in("GB-SCT", &["uk_gdpr"], Right::Access, "2026-12-06T09:00:00Z").await;
    assert_eq!(statutory(scotland.id).await, [("2027-01-06".to_owned(), "uk_gdpr".to_owned())].into());
}

#[rstest]
#[tokio::test]
async fn a_time_zone_that_is_none_is_refused_and_never_another_one(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let txn = place.world.begin().await;
    let new = crate::world::new_controller("nowhere", "Europe/Atlantis", "DE");
    let refused = controller::queries::add(&txn, &place.world.store, &place.officer.actor, new).await;
    assert!(matches!(refused, Err(NotSaved::Unfit(Unfit::TimeZone))));
    drop(txn);
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    place.world.by_hand("UPDATE controllers SET time_zone = 'Europe/Atlantis'").await;
    let decided = place.decide(id, async |case| case.recompute("to be sure").await).await;
    assert!(matches!(decided, Err(NotDecided::Store(StoreError::Corrupt(_)))), "{decided:?}");
}
