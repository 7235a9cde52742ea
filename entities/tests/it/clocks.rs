//! Clocks of requests: what moves their dates, what does not, and that nothing that was computed is lost.

use std::collections::BTreeSet;

use entities::appeal::table::AppealDecision;
use entities::client::reach::Reach;
use entities::clock::facts::is_to_answer;
use entities::clock::queries::{current, history};
use entities::clock::review::{NotApplied, Signature, apply, review};
use entities::clock::table::{ClockState, Model as Clock};
use entities::clock::{notice, settle};
use entities::controller::policy::Policy;
use entities::controller::queries::NotSaved;
use entities::controller::rules::Unfit;
use entities::controller::table::Model as Controller;
use entities::error::StoreError;
use entities::extension::table::ExtensionReason;
use entities::id::RequestId;
use entities::inquiry::table::InquiryKind;
use entities::question::queries as question;
use entities::question::table::QuestionCode;
use entities::request::decide::{Case, Decider, Inquiring, NotDecided, reason};
use entities::request::file::NewRequest;
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::queue;
use entities::time::At;
use entities::{controller, event, request};
use jiff::Timestamp;
use law::regime::Regime;
use rstest::rstest;
use serde_json::Value;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::{World, add_controller_in, new_request};

/// A controller somewhere, and an officer who decides about its requests.
struct Place {
    world: World,
    controller: Controller,
    officer: Decider,
}

fn at(instant: &str) -> At {
    instant.parse::<Timestamp>().unwrap().into()
}

impl Place {
    async fn is_to_be_searched(&self, id: RequestId) -> bool {
        let steps = queue::of_request(self.world.store.db.read(), id).await.unwrap();
        steps.iter().any(|step| step.kind == StepKind::Resolve)
    }

    async fn on(kind: Kind, zone: &str, region: &str) -> Self {
        let world = World::on(kind).await;
        let controller = add_controller_in(&world.store, "there", zone, region).await;
        let client = crate::world::add_client(&world.store, "officer", &[controller.id]).await;
        let officer = world.decider(client).await;
        Self { world, controller, officer }
    }

    async fn berlin(kind: Kind) -> Self {
        Self::on(kind, "Europe/Berlin", "DE").await
    }

    async fn london(kind: Kind) -> Self {
        Self::on(kind, "Europe/London", "GB-EAW").await
    }

    async fn california(kind: Kind) -> Self {
        Self::on(kind, "America/Los_Angeles", "US-CA").await
    }

    /// Changes the controller's policy.
    async fn change_policy(&self, change: impl FnOnce(&mut Policy)) {
        let txn = self.world.begin().await;
        let row = controller::queries::by_id(&*txn, self.controller.id).await.unwrap().unwrap();
        let mut policy = row.policy.clone();
        change(&mut policy);
        let change = controller::queries::Change { policy: Some(policy), ..Default::default() };
        controller::queries::change(&txn, &self.world.store, &self.officer.actor, &row, change).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// Files a request under these laws, received at an instant, and lets the clock stand there.
    async fn file(&self, laws: &[&str], right: Right, received: &str) -> Request {
        self.file_new(None, laws, right, received).await
    }

    /// The same of an establishment elsewhere.
    async fn file_in(&self, region: &str, laws: &[&str], right: Right, received: &str) -> Request {
        self.file_new(Some(region.to_owned()), laws, right, received).await
    }

    async fn file_new(&self, region: Option<String>, laws: &[&str], right: Right, received: &str) -> Request {
        self.it_is(received);
        let controller = controller::queries::by_id(self.world.store.db.read(), self.controller.id).await.unwrap();
        let mut laws = laws.iter().map(|law| law.parse::<Regime>().unwrap());
        let regime = laws.next().unwrap();
        let new = new_request(right, at(received));
        let new = NewRequest { regime, other_regimes: laws.collect(), region, ..new };
        self.world.file_new(&controller.unwrap(), new).await
    }

    /// Moves the clock there.
    fn it_is(&self, instant: &str) {
        match &self.world.clock {
            entities::time::Clock::Manual(shows) => shows.store(at(instant).0, std::sync::atomic::Ordering::SeqCst),
            other => panic!("{other:?} cannot be set"),
        }
    }

    async fn decide(
        &self,
        id: RequestId,
        decision: impl AsyncFnOnce(Case<'_>) -> Result<Request, NotDecided>,
    ) -> Result<Request, NotDecided> {
        self.world.decide(&self.officer, id, decision).await
    }

    async fn ask(&self, id: RequestId, kind: InquiryKind, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        let words = "which years do you mean?".to_owned();
        self.decide(id, async |case| case.ask(Inquiring { kind, words, fee: None }).await).await
    }

    async fn answer(&self, id: RequestId, kind: InquiryKind, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        self.decide(id, async |case| case.answer_inquiry(kind, at(when), Some("all of them")).await).await
    }

    async fn extend(&self, id: RequestId, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        let code = ExtensionReason::Complexity;
        self.decide(id, async |case| case.extend(code, "eleven mailboxes", None).await).await
    }

    async fn announce(&self, id: RequestId, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        self.decide(id, async |case| case.announce(at(when), "letter").await).await
    }

    async fn clock(&self, id: RequestId, duty: &str) -> Clock {
        let rows = current(self.world.store.db.read(), id).await.unwrap();
        rows.into_iter().find(|row| row.duty == duty).unwrap_or_else(|| panic!("no clock to {duty}"))
    }

    /// The civil days of a duty: the cautious and the statutory one.
    async fn days(&self, id: RequestId, duty: &str) -> (String, String) {
        let whole: Value = serde_json::from_str(&self.clock(id, duty).await.whole).unwrap();
        let day = |name: &str| whole[name].as_str().unwrap().to_owned();
        (day("cautious"), day("statutory"))
    }

    async fn state(&self, id: RequestId, duty: &str) -> ClockState {
        self.clock(id, duty).await.state
    }

    async fn open_questions(&self, id: RequestId) -> Vec<QuestionCode> {
        let rows = question::of_request(self.world.store.db.read(), id).await.unwrap();
        rows.into_iter().filter(|row| row.answered_at.is_none()).map(|row| row.code).collect()
    }
}

fn counsel() -> Signature<'static> {
    Signature { by: "A. Counsel", pack_hash: law::pack::sha256(), reason: None }
}

fn days(cautious: &str, statutory: &str) -> (String, String) {
    (cautious.to_owned(), statutory.to_owned())
}

fn code(decided: &Result<Request, NotDecided>) -> &'static str {
    match decided {
        Err(NotDecided::Conflict { code, .. } | NotDecided::Field { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

fn message(decided: &Result<Request, NotDecided>) -> String {
    decided.as_ref().unwrap_err().to_string()
}

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

#[rstest]
#[tokio::test]
async fn computing_anew_is_an_act_that_says_who_and_why(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    place.change_policy(|policy| policy.own_holidays = vec!["2026-12-21".parse().unwrap()]).await;
    assert_eq!(place.days(id, "respond").await.1, "2026-12-21", "a new holiday moves nothing by itself");
    place.decide(id, async |case| case.recompute("a day of mourning").await).await.unwrap();
    assert_eq!(place.days(id, "respond").await, days("2026-12-20", "2026-12-22"));
    let all = history(place.world.store.db.read(), id).await.unwrap();
    let before = all.iter().find(|row| row.duty == "respond").unwrap();
    assert_eq!(
        (before.statutory_at, before.superseded_at),
        (at("2026-12-21T22:59:59.999999Z"), Some(place.world.now()))
    );
    let events = event::queries::of_request(place.world.store.db.read(), &place.officer.reach, id, None, 100).await;
    let told = events.unwrap().into_iter().find(|event| event.kind == "clock.recomputed").unwrap();
    assert_eq!(told.actor, place.officer.actor.id);
    let data: Value = serde_json::from_str(&told.data).unwrap();
    assert_eq!((&data["why"], &data["moved"][0]["regime"]), (&"recompute".into(), &"eu_gdpr".into()));

    // Once more there is nothing to move, and nothing is written but that somebody wanted it.
    place.decide(id, async |case| case.recompute("to be sure").await).await.unwrap();
    assert_eq!(history(place.world.store.db.read(), id).await.unwrap().len(), all.len());
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

#[rstest]
#[tokio::test]
async fn changed_rules_move_what_runs_only_when_somebody_signs(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let signed = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await;
    let left = place.file(&["eu_gdpr"], Right::Erasure, "2026-11-20T09:00:00Z").await;
    let over = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await;
    place.decide(over.id, async |case| case.withdraw("she called").await).await.unwrap();
    let conn = place.world.store.db.read();
    assert!(review(conn, &Reach::installation()).await.unwrap().is_empty(), "nothing has changed");
    // An earlier pack had counted one day less.
    let day = "86400000000";
    let earlier =
        format!("UPDATE clocks SET statutory_at = statutory_at - {day}, pack = 'older' WHERE duty = 'respond'");
    place.world.by_hand(&earlier).await;
    let moving = review(conn, &Reach::installation()).await.unwrap();
    let named: Vec<_> = moving.iter().map(|it| it.request.id).collect();
    assert_eq!(named, [signed.id, left.id], "what is closed is left alone");
    assert_eq!(moving[0].moves.len(), 1);
    let history_of = async |id| history(conn, id).await.unwrap().len();
    assert_eq!(history_of(signed.id).await, history_of(left.id).await, "looking changes nothing");

    let (store, by) = (&place.world.store, &place.officer);
    let other = apply(store, by, Signature { by: "A. Counsel", pack_hash: "another", reason: None }, signed.id).await;
    assert!(matches!(other, Err(NotApplied::OtherPack { .. })), "what was looked at is what is applied");
    assert_eq!(history_of(signed.id).await, history_of(left.id).await);
    let signature = Signature { reason: Some("as counsel wrote"), ..counsel() };
    let moved = apply(store, by, signature, signed.id).await.unwrap();
    assert_eq!(moved, moving[0].moves);
    assert_eq!(place.clock(signed.id, "respond").await.pack, law::pack::id());
    assert_eq!(place.clock(left.id, "respond").await.pack, "older");
    let events = event::queries::of_request(conn, &place.officer.reach, signed.id, None, 100).await.unwrap();
    let told = events.into_iter().find(|event| event.kind == "law.applied").unwrap();
    let data: Value = serde_json::from_str(&told.data).unwrap();
    assert_eq!((&data["signed_by"], &data["pack"]), (&"A. Counsel".into(), &law::pack::id().into()));
    assert!(!told.data.contains("counsel wrote"), "somebody's own words are sealed");
    let key = request::keys::of(conn, &store.safe, signed.id).await.unwrap();
    let words = reason(&key, signed.id, &data).unwrap();
    assert_eq!(words.as_deref(), Some("as counsel wrote"));
    assert_eq!(review(conn, &Reach::installation()).await.unwrap().len(), 1);
}

/// Has the stored answer's clock of a request look as if rules that counted a day less had computed it.
async fn computed_by_older_rules(place: &Place, id: RequestId, law: &str) {
    let request =
        request::queries::by_id(place.world.store.db.read(), &place.officer.reach, id).await.unwrap().unwrap();
    let row = format!(
        "request_id = (SELECT id FROM requests WHERE reference = '{}') AND regime = '{law}'",
        request.reference
    );
    let row = format!("{row} AND duty = 'respond'");
    let sql = format!("UPDATE clocks SET statutory_at = statutory_at - 86400000000, pack = 'older' WHERE {row}");
    assert_eq!(place.world.by_hand(&sql).await, 1);
}

async fn clock_of(place: &Place, id: RequestId, law: &str, duty: &str) -> Clock {
    let rows = current(place.world.store.db.read(), id).await.unwrap();
    rows.into_iter().find(|row| row.regime == law && row.duty == duty).unwrap()
}

#[rstest]
#[tokio::test]
async fn no_act_moves_a_date_by_rules_that_nobody_signed_for(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr", "uk_gdpr"], Right::Access, "2026-11-02T09:00:00Z").await.id;
    computed_by_older_rules(&place, id, "eu_gdpr").await;
    let before = clock_of(&place, id, "eu_gdpr", "respond").await;

    // The rules changed for the Union's answer alone; what an act does to the other clocks is the act's.
    place.ask(id, InquiryKind::Clarification, "2026-11-04T09:00:00Z").await.unwrap();
    place.answer(id, InquiryKind::Clarification, "2026-11-09T09:00:00Z").await.unwrap();
    assert_eq!(clock_of(&place, id, "eu_gdpr", "respond").await, before, "not moved, not void, not computed anew");
    let british = clock_of(&place, id, "uk_gdpr", "respond").await;
    assert_eq!((british.computation, &*british.why), (2, "inquiry_answered"));
    assert_eq!(
        clock_of(&place, id, "eu_gdpr", "announce_extension").await.computation,
        2,
        "its rules are as they were"
    );

    assert_eq!(place.open_questions(id).await, [QuestionCode::LawUnsigned]);
    let asked = question::of_request(place.world.store.db.read(), id).await.unwrap();
    let detail: Value = serde_json::from_str(&asked[0].detail).unwrap();
    assert_eq!((&detail["regime"], &detail["duties"]), (&"eu_gdpr".into(), &serde_json::json!(["respond"])));
    assert!(detail["way_out"].as_str().unwrap().contains("dsr law review"));

    // Signed, the act's effect and the rules' come together, and nothing is asked any more.
    apply(&place.world.store, &place.officer, counsel(), id).await.unwrap();
    let signed = clock_of(&place, id, "eu_gdpr", "respond").await;
    assert_eq!(signed.statutory_at, at("2026-12-07T22:59:59.999999Z"), "2 December and five nights");
    assert!(place.open_questions(id).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn rules_that_change_nothing_for_a_clock_stop_no_act(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    // Another edition with other calendars, and a holiday that none of its dates falls on.
    place.world.by_hand("UPDATE clocks SET pack = 'older', pack_hash = 'older', calendar_hash = 'older'").await;
    place.change_policy(|policy| policy.own_holidays = vec!["2026-12-01".parse().unwrap()]).await;
    place.extend(id, "2026-12-18T10:00:00Z").await.unwrap();
    place.announce(id, "2026-12-18T11:00:00Z").await.unwrap();
    assert_eq!(place.days(id, "respond").await, days("2027-02-20", "2027-02-22"));
    assert!(place.open_questions(id).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_changed_policy_waits_to_be_signed_as_a_changed_law_does(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let file = async || place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    let (target, zone, free) = (file().await, file().await, file().await);
    let act = async |id| place.ask(id, InquiryKind::Identity, "2026-11-23T09:00:00Z").await.unwrap();
    let answer = async |id| place.answer(id, InquiryKind::Identity, "2026-11-25T09:00:00Z").await.unwrap();
    for (id, change) in [(target, 0), (zone, 1), (free, 2)] {
        let before = current(place.world.store.db.read(), id).await.unwrap();
        match change {
            0 => place.change_policy(|policy| policy.target_days = 3).await,
            1 => drop(place.world.by_hand("UPDATE controllers SET time_zone = 'Europe/London'").await),
            _ => place.change_policy(|policy| policy.own_holidays = vec!["2026-12-21".parse().unwrap()]).await,
        }
        act(id).await;
        answer(id).await;
        assert_eq!(current(place.world.store.db.read(), id).await.unwrap(), before, "{change}");
        assert_eq!(place.open_questions(id).await, [QuestionCode::LawUnsigned], "{change}");
        let moving = review(place.world.store.db.read(), &Reach::installation()).await.unwrap();
        assert!(moving.iter().any(|it| it.request.id == id), "{change}");
        apply(&place.world.store, &place.officer, counsel(), id).await.unwrap();
        assert!(place.open_questions(id).await.is_empty(), "{change}");
        assert_ne!(current(place.world.store.db.read(), id).await.unwrap(), before, "{change}");
    }
}

#[rstest]
#[tokio::test]
async fn a_duty_that_only_changed_rules_begin_waits_to_be_signed(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::california(on).await;
    let id = place.file(&["us_ca_ccpa"], Right::Access, "2026-11-20T18:00:00Z").await.id;
    // The older rules knew no acknowledgement, and a duty that is gone by now.
    place.world.by_hand("DELETE FROM clocks WHERE duty = 'acknowledge'").await;
    let gone = "duty = 'stop_use', whole = REPLACE(whole, 'announce_extension', 'stop_use')";
    place.world.by_hand(&format!("UPDATE clocks SET {gone} WHERE duty = 'announce_extension'")).await;
    let duties = async || {
        let rows = current(place.world.store.db.read(), id).await.unwrap();
        rows.into_iter().filter(|row| row.state != ClockState::Void).map(|row| row.duty).collect::<BTreeSet<_>>()
    };
    let before = duties().await;
    place.extend(id, "2026-11-30T18:00:00Z").await.unwrap();
    place.announce(id, "2026-11-30T18:00:00Z").await.unwrap();
    assert_eq!(duties().await, before, "none begun, none void");
    assert_eq!(place.clock(id, "respond").await.computation, 2, "the extension is the act's");
    assert_eq!(place.open_questions(id).await, [QuestionCode::LawUnsigned]);
    apply(&place.world.store, &place.officer, counsel(), id).await.unwrap();
    let after = duties().await;
    assert!(after.contains("acknowledge") && !after.contains("stop_use"), "{after:?}");
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
