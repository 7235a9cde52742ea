//! What a letter owes is done only when the letter has gone out: refusals, appeals and questions of a controller that writes.

use entities::addressee;
use entities::appeal::table::AppealDecision;
use entities::clock::queries::current;
use entities::clock::table::{ClockState, Model as Clock};
use entities::controller::policy::{Letters, Policy, Statement, Writing};
use entities::controller::queries::{Change, change};
use entities::controller::table::Model as Controller;
use entities::id::{LetterId, RequestId};
use entities::inquiry::table::InquiryKind;
use entities::letter::kind::{LetterKind, LetterState, Means};
use entities::letter::outbox::{settle, words};
use entities::letter::owe::{answered_at, went_out};
use entities::letter::queries::{newest, of_request};
use entities::letter::table::Model as Letter;
use entities::request::decide::{Case, Decider, Inquiring, NotDecided};
use entities::request::file::NewRequest;
use entities::request::queries::lock;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::Model as Request;
use entities::time::At;
use jiff::Timestamp;
use law::regime::Regime;
use rstest::rstest;
use serde_json::Value;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::{EMAIL, World, add_client, add_controller_in, new_request};

/// A controller that writes letters, and an officer who decides about its requests.
pub struct Desk {
    pub world: World,
    pub controller: Controller,
    pub officer: Decider,
}

pub fn at(instant: &str) -> At {
    instant.parse::<Timestamp>().unwrap().into()
}

impl Desk {
    pub async fn on(kind: Kind, zone: &str, region: &str) -> Self {
        let mut world = World::on(kind).await;
        world.store = world.store.clone().reached_at("https://privacy.acme.example/");
        let controller = add_controller_in(&world.store, "there", zone, region).await;
        let statement = Statement {
            how_to_pay: Some("by transfer".to_owned()),
            appeal: Some("write to appeals@acme.example".to_owned()),
            ..Statement::default()
        };
        let writing = Writing {
            privacy_contact: Some("privacy@acme.example".to_owned()),
            postal_address: vec!["1 High Street".to_owned()],
            statements: [("en".to_owned(), statement)].into(),
            ..Writing::default()
        };
        let policy = Policy { letters: Letters::Mail, writing, ..controller.policy.clone() };
        let officer = add_client(&world.store, "officer", &[controller.id]).await;
        let officer = world.decider(officer).await;
        let txn = world.begin().await;
        let changed = Change { policy: Some(policy), ..Default::default() };
        let controller = change(&txn, &world.store, &officer.actor, &controller, changed).await.unwrap();
        txn.commit().await.unwrap();
        Self { world, controller, officer }
    }

    pub async fn berlin(kind: Kind) -> Self {
        Self::on(kind, "Europe/Berlin", "DE").await
    }

    pub async fn london(kind: Kind) -> Self {
        Self::on(kind, "Europe/London", "GB-EAW").await
    }

    pub async fn file(&self, law: &str, right: Right, received: &str) -> RequestId {
        self.it_is(received);
        let new = NewRequest { regime: law.parse::<Regime>().unwrap(), ..new_request(right, at(received)) };
        self.world.file_new(&self.controller, new).await.id
    }

    pub fn it_is(&self, instant: &str) {
        match &self.world.clock {
            entities::time::Clock::Manual(shows) => shows.store(at(instant).0, std::sync::atomic::Ordering::SeqCst),
            other => panic!("{other:?} cannot be set"),
        }
    }

    pub async fn decide(
        &self,
        id: RequestId,
        decision: impl AsyncFnOnce(Case<'_>) -> Result<Request, NotDecided>,
    ) -> Result<Request, NotDecided> {
        self.world.decide(&self.officer, id, decision).await
    }

    pub async fn ask(&self, id: RequestId, kind: InquiryKind, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        let fee = (kind == InquiryKind::Fee).then(|| (1_000, "GBP".to_owned()));
        self.decide(id, async |case| case.ask(Inquiring { kind, words: "which years?".to_owned(), fee }).await).await
    }

    pub async fn answer(&self, id: RequestId, kind: InquiryKind, when: &str) {
        self.it_is(when);
        self.decide(id, async |case| case.answer_inquiry(kind, at(when), None).await).await.unwrap();
    }

    async fn record(&self, id: RequestId, kind: LetterKind, sent: &str) {
        self.decide(id, async |case| case.record_letter(kind, at(sent), Means::Post).await).await.unwrap();
    }

    pub async fn letter(&self, id: RequestId, kind: LetterKind) -> Letter {
        newest(self.world.store.db.read(), id, kind).await.unwrap().unwrap_or_else(|| panic!("no {kind}"))
    }

    /// How the letter of a kind that waits ended, at that instant.
    pub async fn ends(&self, id: RequestId, kind: LetterKind, state: LetterState, when: &str) -> LetterId {
        self.it_is(when);
        let (all, by) = (of_request(self.world.store.db.read(), id).await.unwrap(), &self.officer.actor);
        let waits = |it: &Letter| it.kind == kind && it.state == LetterState::Queued;
        let letter = all.into_iter().rfind(waits).unwrap_or_else(|| panic!("no {kind} waits"));
        let txn = self.world.begin().await;
        let request = lock(&txn, &self.officer.reach, id).await.unwrap().unwrap();
        let letter = settle(&txn, self.world.now(), by, &letter, state, "250").await.unwrap().unwrap();
        if state == LetterState::Sent {
            went_out(&txn, self.world.now(), by, &request, &letter).await.unwrap();
        }
        txn.commit().await.unwrap();
        letter.id
    }

    pub async fn sends(&self, id: RequestId, kind: LetterKind, when: &str) {
        self.ends(id, kind, LetterState::Sent, when).await;
    }

    async fn clock(&self, id: RequestId, duty: &str) -> Clock {
        let rows = current(self.world.store.db.read(), id).await.unwrap();
        rows.into_iter().find(|row| row.duty == duty).unwrap_or_else(|| panic!("no clock to {duty}"))
    }

    pub async fn state(&self, id: RequestId, duty: &str) -> (ClockState, Option<At>) {
        let clock = self.clock(id, duty).await;
        (clock.state, clock.met_at)
    }

    /// The statutory day.
    async fn day(&self, id: RequestId, duty: &str) -> String {
        let whole: Value = serde_json::from_str(&self.clock(id, duty).await.whole).unwrap();
        whole["statutory"].as_str().unwrap().to_owned()
    }

    pub async fn recipient(&self, letter: &Letter) -> String {
        words(self.world.store.db.read(), &self.world.store.safe, letter).await.unwrap().recipient
    }
}

pub fn code(decided: &Result<Request, NotDecided>) -> &'static str {
    match decided {
        Err(NotDecided::Conflict { code, .. } | NotDecided::Field { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

pub const OPEN: (ClockState, Option<At>) = (ClockState::Open, None);

pub fn met(instant: &str) -> (ClockState, Option<At>) {
    (ClockState::Met, Some(at(instant)))
}

#[rstest]
#[tokio::test]
async fn a_refusal_is_owed_until_its_letter_has_gone_out(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::berlin(on).await;
    let id = desk.file("eu_gdpr", Right::Erasure, "2026-11-02T09:00:00Z").await;
    desk.it_is("2026-11-20T09:00:00Z");
    let refuse = async |case: Case<'_>| case.refuse("excessive", None, "the tenth").await;
    assert_eq!(desk.decide(id, refuse).await.unwrap().status, RequestStatus::Closed);
    assert_eq!((desk.state(id, "respond").await, desk.state(id, "refuse").await), (OPEN, OPEN));
    assert_eq!(desk.state(id, "announce_extension").await, (ClockState::Void, None), "nothing is extended any more");
    let due = entities::request::queries::Filter { due_before: Some(at("2027-01-01T00:00:00Z")), ..Default::default() };
    let page = entities::request::queries::page(desk.world.store.db.read(), &desk.officer.reach, &due, None, 10);
    assert_eq!(page.await.unwrap().len(), 1, "closed, and still owing");

    // It leaves after the last day, and the state says so.
    desk.sends(id, LetterKind::Refusal, "2026-12-04T09:00:00Z").await;
    let respond = desk.clock(id, "respond").await;
    assert_eq!((respond.state, respond.met_at), met("2026-12-04T09:00:00Z"));
    assert!(respond.met_at.unwrap() > respond.statutory_at);
    assert_eq!(desk.state(id, "refuse").await, met("2026-12-04T09:00:00Z"));
}

#[rstest]
#[tokio::test]
async fn a_refusal_by_post_counts_from_its_posting_and_only_once_it_was_decided(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::berlin(on).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    desk.it_is("2026-11-20T09:00:00Z");
    desk.record(id, LetterKind::Refusal, "2026-11-19T09:00:00Z").await;
    assert_eq!(desk.state(id, "respond").await, OPEN, "nothing was refused");
    desk.decide(id, async |case| case.refuse("not_identified", None, "no proof came").await).await.unwrap();
    assert_eq!(desk.state(id, "respond").await, OPEN);
    desk.it_is("2026-11-25T09:00:00Z");
    desk.record(id, LetterKind::Unverified, "2026-11-23T15:00:00Z").await;
    assert_eq!(desk.state(id, "respond").await, met("2026-11-23T15:00:00Z"));
    // That the letter of ours goes out as well changes nothing any more.
    desk.sends(id, LetterKind::Unverified, "2026-11-26T09:00:00Z").await;
    assert_eq!(desk.state(id, "respond").await, met("2026-11-23T15:00:00Z"));
}

#[rstest]
#[tokio::test]
async fn an_appeal_is_decided_when_the_person_has_been_told(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::on(on, "America/New_York", "US-VA").await;
    let id = desk.file("us_va", Right::Erasure, "2026-11-02T15:00:00Z").await;
    desk.decide(id, async |case| case.refuse("exempt", None, "held for a lawsuit").await).await.unwrap();
    desk.sends(id, LetterKind::Refusal, "2026-11-03T15:00:00Z").await;
    desk.it_is("2026-11-20T15:00:00Z");
    desk.decide(id, async |case| case.appeal(at("2026-11-20T15:00:00Z"), None).await).await.unwrap();
    desk.record(id, LetterKind::AppealDecision, "2026-11-20T15:00:00Z").await;
    assert_eq!(desk.state(id, "decide_appeal").await, OPEN, "nothing was decided");
    let ruling = async |case: Case<'_>| case.decide_appeal(AppealDecision::Denied, "the lawsuit goes on").await;
    desk.decide(id, ruling).await.unwrap();
    assert_eq!(desk.state(id, "decide_appeal").await, OPEN);
    desk.sends(id, LetterKind::AppealDecision, "2026-11-22T15:00:00Z").await;
    assert_eq!(desk.state(id, "decide_appeal").await, met("2026-11-22T15:00:00Z"));
}

#[rstest]
#[tokio::test]
async fn what_fell_away_after_its_day_was_missed(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::on(on, "America/Los_Angeles", "US-CA").await;
    let withdraw = async |case: Case<'_>| case.withdraw("she called").await;
    for (when, acknowledge, respond) in [
        ("2026-11-04T18:00:00Z", ClockState::Void, ClockState::Void),
        ("2026-11-25T18:00:00Z", ClockState::Missed, ClockState::Void),
        ("2027-01-04T18:00:00Z", ClockState::Missed, ClockState::Missed),
    ] {
        let id = desk.file("us_ca_ccpa", Right::Access, "2026-11-02T18:00:00Z").await;
        desk.it_is(when);
        desk.decide(id, withdraw).await.unwrap();
        assert_eq!(desk.state(id, "acknowledge").await, (acknowledge, None), "{when}");
        assert_eq!(desk.state(id, "respond").await, (respond, None), "{when}");
        // Nobody had decided to extend.
        assert_eq!(desk.state(id, "announce_extension").await, (ClockState::Void, None), "{when}");
    }
}

#[rstest]
#[tokio::test]
async fn a_question_has_a_clock_wait_from_its_letters_going_out(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::london(on).await;
    let clarification = InquiryKind::Clarification;
    let id = desk.file("uk_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    desk.ask(id, clarification, "2026-11-05T09:00:00Z").await.unwrap();
    assert_eq!(desk.state(id, "respond").await, OPEN, "nobody has been asked yet");
    let letter = desk.letter(id, LetterKind::Clarification).await;
    let said = words(desk.world.store.db.read(), &desk.world.store.safe, &letter).await.unwrap();
    assert!(said.text.contains("which years?"), "{}", said.text);
    desk.sends(id, LetterKind::Clarification, "2026-11-09T09:00:00Z").await;
    assert_eq!(desk.state(id, "respond").await, (ClockState::Suspended, None));
    desk.answer(id, clarification, "2026-11-13T09:00:00Z").await;
    // Monday to Friday, both included: five days, and not the nine since somebody decided to ask.
    assert_eq!(desk.day(id, "respond").await, "2026-12-07");

    // Asked once more, what is answered before the letter leaves stops nothing.
    desk.ask(id, clarification, "2026-11-16T09:00:00Z").await.unwrap();
    desk.answer(id, clarification, "2026-11-18T09:00:00Z").await;
    desk.sends(id, LetterKind::Clarification, "2026-11-19T09:00:00Z").await;
    assert_eq!((desk.state(id, "respond").await, desk.day(id, "respond").await), (OPEN, "2026-12-07".to_owned()));

    // By post, it runs from the posting; and a fee that is paid restarts the month only if it had been asked for.
    desk.ask(id, InquiryKind::Fee, "2026-11-20T09:00:00Z").await.unwrap();
    desk.it_is("2026-11-24T09:00:00Z");
    desk.record(id, LetterKind::FeeNotice, "2026-11-23T09:00:00Z").await;
    desk.answer(id, InquiryKind::Fee, "2026-11-25T09:00:00Z").await;
    assert_eq!(desk.day(id, "respond").await, "2026-12-29", "a month from 25 November, past the Christmas days");
}

#[rstest]
#[tokio::test]
async fn days_under_two_questions_count_once(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::berlin(on).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-06-03T09:00:00Z").await;
    desk.ask(id, InquiryKind::Identity, "2026-06-04T09:00:00Z").await.unwrap();
    desk.sends(id, LetterKind::IdentityLink, "2026-06-05T09:00:00Z").await;
    desk.ask(id, InquiryKind::Clarification, "2026-06-09T09:00:00Z").await.unwrap();
    desk.sends(id, LetterKind::Clarification, "2026-06-09T10:00:00Z").await;
    desk.answer(id, InquiryKind::Identity, "2026-06-11T09:00:00Z").await;
    desk.answer(id, InquiryKind::Clarification, "2026-06-15T09:00:00Z").await;
    // The worked example: 5 to 15 June is ten nights.
    assert_eq!(desk.day(id, "respond").await, "2026-07-13");
    // The same once more adds its own nights, and no other's.
    desk.ask(id, InquiryKind::Clarification, "2026-06-16T09:00:00Z").await.unwrap();
    desk.sends(id, LetterKind::Clarification, "2026-06-16T10:00:00Z").await;
    desk.answer(id, InquiryKind::Clarification, "2026-06-18T09:00:00Z").await;
    assert_eq!(desk.day(id, "respond").await, "2026-07-15");
}

#[rstest]
#[tokio::test]
async fn who_has_proven_their_identity_is_not_asked_for_it_again(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::berlin(on).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    desk.decide(id, async |case| case.verify("call_back", None).await).await.unwrap();
    let asked = desk.ask(id, InquiryKind::Identity, "2026-11-05T09:00:00Z").await;
    assert!(matches!(asked, Err(NotDecided::Status(_))), "{asked:?}");
    assert!(newest(desk.world.store.db.read(), id, LetterKind::IdentityLink).await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn an_answer_that_went_out_counts_whatever_was_written_after_it(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::berlin(on).await;
    let request = desk.file("eu_gdpr", Right::Erasure, "2026-11-02T09:00:00Z").await;
    // Answers are recorded once the work is done; here other letters stand for them: two that went out, and one that waits.
    desk.it_is("2026-11-10T09:00:00Z");
    desk.record(request, LetterKind::Withdrawal, "2026-11-05T09:00:00Z").await;
    desk.record(request, LetterKind::Withdrawal, "2026-11-08T09:00:00Z").await;
    desk.record(request, LetterKind::Refusal, "2026-11-09T09:00:00Z").await;
    desk.world.by_hand("UPDATE letters SET kind = 'answer_erasure' WHERE kind = 'withdrawal'").await;
    let waits = "UPDATE letters SET kind = 'answer_erasure', state = 'queued', sent_at = NULL WHERE kind = 'refusal'";
    assert_eq!(desk.world.by_hand(waits).await, 1);
    let txn = desk.world.begin().await;
    let request = lock(&txn, &desk.officer.reach, request).await.unwrap().unwrap();
    assert_eq!(answered_at(&txn, &request).await.unwrap(), Some(at("2026-11-05T09:00:00Z")));
}

#[rstest]
#[tokio::test]
async fn a_retry_goes_to_the_address_as_it_was_corrected(#[values(Sqlite, Postgres)] on: Kind) {
    use LetterState::{Failed, Queued, Superseded};
    let desk = Desk::berlin(on).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    for kind in [LetterKind::Acknowledgement, LetterKind::IdentityLink] {
        desk.decide(id, async |case| case.write_letter(kind, Some(false)).await).await.unwrap();
    }
    desk.ask(id, InquiryKind::Clarification, "2026-11-03T09:00:00Z").await.unwrap();
    let first = desk.ends(id, LetterKind::Acknowledgement, Failed, "2026-11-03T10:00:00Z").await;
    let link = desk.ends(id, LetterKind::IdentityLink, Failed, "2026-11-03T10:00:00Z").await;
    desk.decide(id, async |case| case.resend_letter(first, "ada@example.org", false).await).await.unwrap();

    let now_at = async |kind| {
        let letter = desk.letter(id, kind).await;
        (letter.state, desk.recipient(&letter).await)
    };
    let corrected = (Queued, "ada@example.org".to_owned());
    assert_eq!(now_at(LetterKind::Acknowledgement).await, corrected);
    assert_eq!(now_at(LetterKind::Clarification).await, corrected, "what waited for the older address goes along");
    assert_eq!(now_at(LetterKind::IdentityLink).await, (Failed, EMAIL.to_owned()));
    desk.decide(id, async |case| case.retry_letter(link).await).await.unwrap();
    assert_eq!(now_at(LetterKind::IdentityLink).await, corrected);

    // The older ones go nowhere any more.
    for older in [first, link] {
        let again = desk.decide(id, async |case| case.retry_letter(older).await).await;
        assert_eq!(code(&again), "letter_not_failed");
    }
    let all = of_request(desk.world.store.db.read(), id).await.unwrap();
    let states: Vec<_> = all.iter().map(|letter| letter.state).collect();
    assert_eq!(states, [Superseded, Superseded, Superseded, Queued, Queued, Queued]);

    // Where nothing was corrected, it is the same letter that is tried again.
    let second = desk.ends(id, LetterKind::Acknowledgement, Failed, "2026-11-04T10:00:00Z").await;
    desk.decide(id, async |case| case.retry_letter(second).await).await.unwrap();
    assert_eq!(desk.letter(id, LetterKind::Acknowledgement).await.id, second);
    assert_eq!(now_at(LetterKind::Acknowledgement).await, corrected);
    let row = addressee::queries::of_request(desk.world.store.db.read(), id).await.unwrap().unwrap();
    assert_eq!(row.proven_at, None, "nobody has proven the new address");
}
