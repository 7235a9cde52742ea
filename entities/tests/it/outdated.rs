//! Letters that stop being true while they wait: none of them goes out, and none counts for what it does not tell.

use entities::controller::policy::HeldBack;
use entities::controller::queries::{Change, change};
use entities::extension::table::ExtensionReason;
use entities::id::RequestId;
use entities::inquiry::table::InquiryKind;
use entities::letter::hold::hold;
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::outbox::{About, Draft, queue};
use entities::letter::table::Model as Letter;
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request::queries::lock;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::{ActiveModel, Entity};
use rstest::rstest;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::notices::{Desk, OPEN, code, met};
use crate::world::EMAIL;

impl Desk {
    /// Has a request be at this point, past all rules.
    async fn is_at(&self, id: RequestId, status: RequestStatus) {
        let change = ActiveModel { id: Unchanged(id), status: Set(status), ..Default::default() };
        Entity::update(change).exec(self.world.store.db.write()).await.unwrap();
    }

    /// Has the controller state which categories of data it holds.
    async fn states_categories(&mut self, categories: &str) {
        let mut policy = self.controller.policy.clone();
        let statement = policy.writing.statements.get_mut("en").unwrap();
        statement.categories = vec![categories.to_owned()];
        let txn = self.world.begin().await;
        let with = Change { policy: Some(policy), ..Default::default() };
        self.controller = change(&txn, &self.world.store, &self.officer.actor, &self.controller, with).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// The answer to an erasure, held back as the policy has it.
    async fn answer_waits(&self, id: RequestId) -> Letter {
        let (store, by, kind) = (&self.world.store, &self.officer.actor, LetterKind::AnswerErasure);
        let draft = Draft {
            kind,
            language: "en".to_owned(),
            recipient: EMAIL.to_owned(),
            subject: "The answer to your request".to_owned(),
            text: "All of it is gone.\n".to_owned(),
            html: "<p>All of it is gone.</p>\n".to_owned(),
            sections: Vec::new(),
            template: None,
            parts: Vec::new(),
            demands: Vec::new(),
            edited_at: None,
        };
        let txn = self.world.begin().await;
        let request = lock(&txn, &self.officer.reach, id).await.unwrap().unwrap();
        let about = About { controller: request.controller_id, request: Some(&request) };
        let letter = queue(&txn, &store.safe, store.now(), by, about, &draft).await.unwrap();
        assert!(hold(&txn, store.now(), by, &request, letter, kind).await.unwrap());
        txn.commit().await.unwrap();
        self.letter(id, kind).await
    }
}

#[rstest]
#[tokio::test]
async fn a_notice_of_more_time_is_not_sent_once_it_gives_none(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::All).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    desk.it_is("2026-11-20T09:00:00Z");
    let why = ExtensionReason::Complexity;
    desk.decide(id, async |case| case.extend(why, "eleven mailboxes", None).await).await.unwrap();
    let notice = desk.letter(id, LetterKind::Extension).await;
    assert_eq!(notice.state, LetterState::Held);

    // A month after receipt it is too late to take two more (GDPR Art. 12(3)).
    desk.it_is("2026-12-04T09:00:00Z");
    assert_eq!(code(&desk.send(id, notice.id).await), "extension_too_late");
    assert_eq!(desk.letter(id, LetterKind::Extension).await.state, LetterState::Held);
    desk.it_is("2026-12-01T09:00:00Z");
    desk.send(id, notice.id).await.unwrap();
    desk.sends(id, LetterKind::Extension, "2026-12-01T10:00:00Z").await;
    assert_eq!(desk.state(id, "announce_extension").await, met("2026-12-01T10:00:00Z"));
}

#[rstest]
#[tokio::test]
async fn a_notice_of_more_time_that_failed_is_not_tried_again_once_it_gives_none(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::berlin(on).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    desk.it_is("2026-11-20T09:00:00Z");
    let why = ExtensionReason::Complexity;
    desk.decide(id, async |case| case.extend(why, "eleven mailboxes", None).await).await.unwrap();
    let notice = desk.ends(id, LetterKind::Extension, LetterState::Failed, "2026-11-20T10:00:00Z").await;
    desk.it_is("2026-12-04T09:00:00Z");
    let again = desk.decide(id, async |case| case.retry_letter(notice).await).await;
    let elsewhere = desk.decide(id, async |case| case.resend_letter(notice, "ada@example.org", true).await).await;
    assert_eq!((code(&again), code(&elsewhere)), ("extension_too_late", "extension_too_late"));
    assert_eq!(desk.letter(id, LetterKind::Extension).await.state, LetterState::Failed);
    desk.it_is("2026-12-01T09:00:00Z");
    desk.decide(id, async |case| case.retry_letter(notice).await).await.unwrap();
    assert_eq!(desk.letter(id, LetterKind::Extension).await.state, LetterState::Queued);
}

#[rstest]
#[tokio::test]
async fn a_notice_of_more_time_that_is_held_back_goes_nowhere_once_it_was_given_otherwise(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::All).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    desk.it_is("2026-11-20T09:00:00Z");
    let why = ExtensionReason::Complexity;
    desk.decide(id, async |case| case.extend(why, "eleven mailboxes", None).await).await.unwrap();
    let now = desk.world.now();
    desk.decide(id, async |case| case.announce(now, "post").await).await.unwrap();
    assert_eq!(desk.letter(id, LetterKind::Extension).await.state, LetterState::Superseded);
    assert!(!desk.is_asked(id).await, "nothing is left to send");

    // The same of one that failed: nobody is asked about it any more, and it is not sent after all.
    desk.holds(HeldBack::None).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    desk.it_is("2026-11-20T09:00:00Z");
    desk.decide(id, async |case| case.extend(why, "eleven mailboxes", None).await).await.unwrap();
    let notice = desk.ends(id, LetterKind::Extension, LetterState::Failed, "2026-11-20T10:00:00Z").await;
    let txn = desk.world.begin().await;
    let request = lock(&txn, &desk.officer.reach, id).await.unwrap().unwrap();
    let (about, code_of) = (LetterKind::Extension.as_str(), serde_json::json!({ "code": "550" }));
    let by = &desk.officer.actor;
    ask(&txn, desk.world.now(), by, &request, QuestionCode::LetterBounced, about, code_of).await.unwrap();
    txn.commit().await.unwrap();
    let now = desk.world.now();
    let told = desk.decide(id, async |case| case.announce(now, "post").await).await.unwrap();
    assert_eq!(told.open_questions, 0);
    assert_eq!(code(&desk.decide(id, async |case| case.retry_letter(notice).await).await), "extended_already");
}

#[rstest]
#[tokio::test]
async fn a_question_that_was_answered_is_not_asked_any_more(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::london(on).await;
    desk.holds(HeldBack::All).await;
    let id = desk.file("uk_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    let kind = InquiryKind::Clarification;
    desk.ask(id, kind, "2026-11-05T09:00:00Z").await.unwrap();
    let first = desk.letter(id, LetterKind::Clarification).await;
    desk.answer(id, kind, "2026-11-06T09:00:00Z").await;
    assert_eq!((desk.states(id).await, desk.is_asked(id).await), (vec![LetterState::Superseded], false));
    assert_eq!(code(&desk.send(id, first.id).await), "letter_not_held");

    // Another question is another letter, and the clock waits for the one that was sent.
    desk.ask(id, kind, "2026-11-09T09:00:00Z").await.unwrap();
    let second = desk.letter(id, LetterKind::Clarification).await;
    desk.it_is("2026-11-10T09:00:00Z");
    desk.send(id, second.id).await.unwrap();
    desk.sends(id, LetterKind::Clarification, "2026-11-10T09:05:00Z").await;
    let asked = entities::inquiry::queries::of_request(desk.world.store.db.read(), id).await.unwrap();
    let sent: Vec<_> = asked.iter().map(|it| it.sent_at.map(|at| at.to_string())).collect();
    assert_eq!(sent, [None, Some("2026-11-10T09:05:00Z".to_owned())]);
}

#[rstest]
#[tokio::test]
async fn an_answer_tells_of_what_remains_or_waits(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::All).await;
    let id = desk.file("eu_gdpr", Right::Erasure, "2026-11-02T09:00:00Z").await;
    desk.is_at(id, RequestStatus::Answering).await;
    let answer = desk.answer_waits(id).await;
    assert_eq!(answer.state, LetterState::Held);
    let (txn, by) = (desk.world.begin().await, &desk.officer.actor);
    let request = lock(&txn, &desk.officer.reach, id).await.unwrap().unwrap();
    let found = serde_json::json!({ "records": 1 });
    ask(&txn, desk.world.now(), by, &request, QuestionCode::StillFound, "request", found).await.unwrap();
    txn.commit().await.unwrap();

    assert_eq!(code(&desk.send(id, answer.id).await), "letter_incomplete");
    desk.decide(id, async |case| case.accept_remainder("it is kept for a lawsuit").await).await.unwrap();
    assert_eq!(desk.letter(id, LetterKind::AnswerErasure).await.state, LetterState::Superseded);
    assert_eq!(code(&desk.send(id, answer.id).await), "letter_not_held");
}

/// Under Californian law an access that nobody could prove theirs is answered in categories, and the person is told so
/// (11 CCR § 7024). Should it be refused later, that older notice is no notice of the refusal, whenever it goes out.
#[rstest]
#[tokio::test]
async fn an_older_notice_that_goes_out_late_tells_of_no_refusal(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::on(on, "America/Los_Angeles", "US-CA").await;
    desk.states_categories("names and telephone numbers").await;
    let id = desk.file("us_ca_ccpa", Right::Access, "2026-11-02T17:00:00Z").await;
    desk.it_is("2026-11-10T17:00:00Z");
    desk.decide(id, async |case| case.refuse("not_verified", None, "no proof came").await).await.unwrap();
    let narrowed = desk.letter(id, LetterKind::Unverified).await;
    desk.ends(id, LetterKind::Unverified, LetterState::Failed, "2026-11-10T18:00:00Z").await;
    desk.it_is("2026-11-16T17:00:00Z");
    desk.decide(id, async |case| case.refuse("excessive", None, "the tenth").await).await.unwrap();
    desk.it_is("2026-11-17T17:00:00Z");
    desk.decide(id, async |case| case.retry_letter(narrowed.id).await).await.unwrap();
    desk.sends(id, LetterKind::Unverified, "2026-11-17T18:00:00Z").await;
    assert_eq!(desk.state(id, "respond").await, OPEN, "the person was told of categories, not of a refusal");
    desk.sends(id, LetterKind::Refusal, "2026-11-18T17:00:00Z").await;
    assert_eq!(desk.state(id, "respond").await, met("2026-11-18T17:00:00Z"));
}

/// The time for a remedy runs from the day that a letter bears, so it bears the one on which it goes on its way, wherever to.
#[rstest]
#[tokio::test]
async fn words_that_go_elsewhere_bear_the_day_on_which_they_do(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::All).await;
    let kind = LetterKind::Acknowledgement;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-20T09:00:00Z").await;
    desk.decide(id, async |case| case.write_letter(kind, None).await).await.unwrap();
    let bears = async |day: &str| {
        let said = desk.words(&desk.letter(id, kind).await).await;
        let dated = said.text.matches(day).count();
        assert!(dated > 0, "{day} in:\n{}", said.text);
        dated
    };
    // It names the day of receipt as well, which stays.
    assert_eq!(bears("20 November 2026").await, 2);
    desk.it_is("2026-11-22T09:00:00Z");
    desk.decide(id, async |case| case.set_address(Some("ada@example.org"), false).await).await.unwrap();
    assert_eq!((bears("22 November 2026").await, bears("20 November 2026").await), (1, 1));
    desk.it_is("2026-11-24T09:00:00Z");
    let held = desk.letter(id, kind).await;
    assert_eq!(held.state, LetterState::Held);
    desk.send(id, held.id).await.unwrap();
    bears("24 November 2026").await;
    // One that failed says the same to the same reader, and bears its own day still.
    desk.ends(id, kind, LetterState::Failed, "2026-11-24T10:00:00Z").await;
    desk.it_is("2026-11-26T09:00:00Z");
    desk.decide(id, async |case| case.retry_letter(held.id).await).await.unwrap();
    bears("24 November 2026").await;
    desk.ends(id, kind, LetterState::Failed, "2026-11-26T10:00:00Z").await;
    desk.it_is("2026-11-27T09:00:00Z");
    desk.decide(id, async |case| case.resend_letter(held.id, "ada@example.com", false).await).await.unwrap();
    bears("27 November 2026").await;
}
