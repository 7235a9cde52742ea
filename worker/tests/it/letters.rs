//! What is written to people, and when: from the acknowledgement to the answer that ends a request.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use entities::addressee::queries::Addressee;
use entities::clock::queries::current;
use entities::clock::table::ClockState;
use entities::controller::policy::{HeldBack, Letters, Policy, Statement, Writing};
use entities::id::RequestId;
use entities::letter::kind::{LetterKind as L, LetterState, Means};
use entities::letter::outbox::words;
use entities::letter::queries;
use entities::question::table::QuestionCode;
use entities::request::decide::Case;
use entities::request::file::NewRequest;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus};
use entities::time::Clock;
use entities::{addressee, request};
use resolution::identifier::IdentifierKind as K;
use sandbox::options::Population;
use testbed::database::Kind;
use testbed::platform::swift;
use worker::mail::config::{MailConfig, Transport};

use crate::world::{Setup, World, on_both, swift_policy};

/// A policy that has letters written, with what the controller has to tell.
pub fn policy() -> Policy {
    let words = |text: &str| vec![text.to_owned()];
    let statement = Statement {
        purposes: words("to answer calls"),
        categories: words("names and telephone numbers"),
        recipients: Some(Vec::new()),
        storage: words("two years"),
        source: words("from you"),
        automated_decisions: Some(Vec::new()),
        transfers: Some(Vec::new()),
        recipients_told: Some(Vec::new()),
        ..Statement::default()
    };
    let writing = Writing {
        officers: vec!["officer@acme.example".to_owned()],
        privacy_contact: Some("privacy@acme.example".to_owned()),
        postal_address: words("1 High Street, Berlin"),
        statements: [("en".to_owned(), statement.clone()), ("de".to_owned(), statement)].into(),
        ..Writing::default()
    };
    Policy { letters: Letters::Mail, writing, ..swift_policy() }
}

/// A world whose controller writes letters, and the folder they go to.
pub async fn world(kind: Kind, policy: Policy, clock: Clock, working: bool) -> (World, PathBuf) {
    let setup = Setup { policy, clock, working: false, ..Setup::new(swift(Population::Samples)) };
    let mut world = World::with(kind, setup).await;
    let folder = world.database.folder.path().join("mail");
    world.config.mail = MailConfig { transport: Transport::Files(folder.clone()), ..MailConfig::default() };
    world.store = world.store.clone().reached_at("https://privacy.acme.example/");
    if working {
        world.work();
    }
    (world, folder)
}

impl World {
    pub async fn file_in_german(&self, right: Right, email: &str, proven: bool) -> RequestId {
        let new = self.new_request(right, &[(K::Email, email)], Vec::new());
        let addressee =
            Addressee { language: "de".to_owned(), address: None, salutation: Some("Frau Quill".to_owned()) };
        let identity_method = proven.then(|| "officer_word".to_owned());
        self.file_new(&self.controller, NewRequest { addressee, identity_method, ..new }).await
    }

    pub async fn kinds(&self, id: RequestId) -> Vec<(L, LetterState)> {
        let letters = queries::of_request(self.store.db.read(), id).await.unwrap();
        letters.iter().map(|letter| (letter.kind, letter.state)).collect()
    }

    pub async fn text(&self, id: RequestId, kind: L) -> String {
        let letter = queries::newest(self.store.db.read(), id, kind).await.unwrap().unwrap();
        words(self.store.db.read(), &self.store.safe, &letter).await.unwrap().text
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_is_acknowledged_and_ends_when_its_answer_has_gone_out() {
    on_both(async |kind| {
        let (world, folder) = world(kind, policy(), Clock::System, true).await;
        let id = world.file_in_german(Right::Erasure, "nobody@example.com", true).await;
        world.approve(id).await;
        let closed = world.until_closed(id).await;
        assert_eq!(closed.outcome, Some(Outcome::NoDataFound));
        let kinds = world.kinds(id).await;
        assert_eq!(kinds, [(L::Acknowledgement, LetterState::Sent), (L::AnswerErasure, LetterState::Sent)]);
        let text = world.text(id, L::AnswerErasure).await;
        assert!(text.contains("Frau Quill") && text.contains(&closed.reference), "{text}");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 2);
        let clocks = current(world.store.db.read(), id).await.unwrap();
        let answered = queries::newest(world.store.db.read(), id, L::AnswerErasure).await.unwrap().unwrap();
        let respond = clocks.iter().find(|clock| clock.duty == "respond").unwrap();
        assert_eq!((respond.state, respond.met_at), (ClockState::Met, answered.sent_at));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_controller_has_not_stated_is_asked_for_and_a_letter_by_other_means_ends_the_request() {
    on_both(async |kind| {
        let mut silent = policy();
        silent.writing.statements.clear();
        let (world, _) = world(kind, silent, Clock::System, true).await;
        let id = world.file_in_german(Right::Erasure, "maya.okafor@example.com", true).await;
        world.approve(id).await;
        world.asked(id, QuestionCode::LetterByHand).await;
        let questions = world.questions(id).await;
        let asked = questions.iter().find(|it| it.code == QuestionCode::LetterByHand).unwrap();
        assert_eq!(asked.about, "answer_erasure");
        assert!(asked.detail.contains("recipients_told (GDPR"), "it names part and source: {}", asked.detail);
        assert_eq!(world.request(id).await.status, RequestStatus::Answering);

        let (txn, sent_at) = (world.store.db.begin().await.unwrap(), world.store.now());
        let case = Case::open(&txn, &world.store, &world.approver, id, None).await.unwrap();
        case.record_letter(L::AnswerErasure, sent_at, Means::Post).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        assert!(world.nothing_asked(id).await);
    })
    .await;
}

/// Who is meant is known; which of their mailboxes they read is not. What tells of them waits until somebody says so.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_until_one_of_several_addresses_is_vouched_for() {
    on_both(async |kind| {
        let (world, _) = world(kind, policy(), Clock::System, true).await;
        let mails = [(K::Email, "nobody@example.com"), (K::Email, "nobody@example.net")];
        let new = world.new_request(Right::Erasure, &mails, Vec::new());
        let new = NewRequest { identity_method: Some("document".to_owned()), ..new };
        let id = world.file_new(&world.controller, new).await;
        world.approve(id).await;
        world.asked(id, QuestionCode::LetterByHand).await;
        let asked = world.open_question(id, QuestionCode::LetterByHand).await.unwrap();
        assert_eq!(asked["missing"], serde_json::json!(["proof_of_address"]));
        let kinds = world.kinds(id).await;
        assert_eq!(kinds, [(L::Acknowledgement, LetterState::Sent)], "what tells nothing of her went out");

        let set = world.decide(id, async |case| case.set_address(Some("nobody@example.net"), true).await).await;
        set.unwrap();
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::NoDataFound));
        let answer = queries::newest(world.store.db.read(), id, L::AnswerErasure).await.unwrap().unwrap();
        let (db, safe) = (world.store.db.read(), &world.store.safe);
        let key = request::keys::of(db, safe, id).await.unwrap();
        let whom = addressee::queries::of_request(db, id).await.unwrap().unwrap();
        assert_eq!(addressee::queries::open(&key, &whom).unwrap().address.as_deref(), Some("nobody@example.net"));
        assert_eq!(answer.state, LetterState::Sent);
        assert!(world.nothing_asked(id).await);
    })
    .await;
}

/// What is held back goes to nobody. Once it was read and sent it goes out, once, with the words it was given, though the worker
/// died in between.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_held_back_goes_out_once_with_the_words_it_was_given() {
    on_both(async |kind| {
        let mut reading = policy();
        reading.writing.hold = HeldBack::Decisions;
        let (mut world, folder) = world(kind, reading, Clock::System, false).await;
        world.config.lease = Duration::from_secs(2);
        world.work();
        let id = world.file_in_german(Right::Erasure, "nobody@example.com", true).await;
        world.approve(id).await;
        world.asked(id, QuestionCode::LetterHeld).await;
        let held = vec![(L::Acknowledgement, LetterState::Sent), (L::AnswerErasure, LetterState::Held)];
        assert_eq!(world.kinds(id).await, held);
        assert_eq!(world.request(id).await.status, RequestStatus::Answering, "nobody was told yet");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);

        world.kill();
        let letter = queries::newest(world.store.db.read(), id, L::AnswerErasure).await.unwrap().unwrap();
        let changes = BTreeMap::from([(0, "Wir haben telefoniert.".to_owned())]);
        world.decide(id, async |case| case.edit_letter(letter.id, &changes).await).await.unwrap();
        world.decide(id, async |case| case.send_letter(letter.id).await).await.unwrap();
        world.work();
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::NoDataFound));
        let sent = queries::newest(world.store.db.read(), id, L::AnswerErasure).await.unwrap().unwrap();
        assert_eq!((sent.id, sent.state, sent.attempts), (letter.id, LetterState::Sent, 1));
        let mails =
            std::fs::read_dir(&folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        let with_these_words = mails.filter(|mail| mail.contains("Wir haben telefoniert.")).count();
        assert_eq!(with_these_words, 1, "what was sent is what was written");
        assert!(world.nothing_asked(id).await);
    })
    .await;
}

/// The link goes out by itself, proves identity and address, and the answer follows.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_sent_where_identity_is_asked_for() {
    on_both(async |kind| {
        let (world, _) = world(kind, policy(), Clock::System, true).await;
        let id = world.file_in_german(Right::Erasure, "nobody@example.com", false).await;
        let sent = async || world.kinds(id).await.contains(&(L::IdentityLink, LetterState::Sent));
        world.until_true("the link to be sent", sent).await;
        let text = world.text(id, L::IdentityLink).await;
        let link = "https://privacy.acme.example/identity/";
        let token: String = text.split(link).nth(1).unwrap().chars().take_while(|c| !c.is_whitespace()).collect();
        let token = token.trim_end_matches(['>', ')', '.']);
        let txn = world.store.db.begin().await.unwrap();
        assert!(entities::identity_link::prove::prove(&txn, &world.store, None, token).await.unwrap(), "{token}");
        txn.commit().await.unwrap();
        world.approve(id).await;
        world.until_closed(id).await;
        assert!(world.kinds(id).await.contains(&(L::AnswerErasure, LetterState::Sent)));
        assert!(!world.trail(id).await.concat().contains(token));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_unasked_or_without_an_address() {
    on_both(async |kind| {
        let (world, folder) = world(kind, Policy { letters: Letters::None, ..policy() }, Clock::System, true).await;
        let id = world.file_in_german(Right::Erasure, "nobody@example.com", true).await;
        world.approve(id).await;
        world.until_closed(id).await;
        assert!(world.kinds(id).await.is_empty() && !folder.exists());
    })
    .await;
    on_both(async |kind| {
        let (world, _) = world(kind, policy(), Clock::System, true).await;
        let new = world.new_request(Right::Access, &[(K::Phone, "+13175550142")], Vec::new());
        let id = world.file_new(&world.controller, new).await;
        world.asked(id, QuestionCode::LetterByHand).await;
        let questions = world.questions(id).await;
        assert!(questions.iter().any(|it| it.about == "acknowledgement" && it.detail.contains("\"address\"")));
        assert!(world.kinds(id).await.is_empty());
    })
    .await;
}

/// The clocks of both laws are met by it, so it tells what both want told.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_under_two_laws_names_the_authority_of_one_and_the_appeal_of_the_other() {
    on_both(async |kind| {
        let mut said = policy();
        let english = said.writing.statements.get_mut("en").unwrap();
        english.appeal = Some("Write to appeals@acme.example.".to_owned());
        let (world, _) = world(kind, said, Clock::System, true).await;
        for (first, second) in [("eu_gdpr", "us_va"), ("us_va", "eu_gdpr")] {
            let new = world.new_request(Right::Access, &[(K::Email, "nobody@example.com")], Vec::new());
            let (regime, other_regimes) = (first.parse().unwrap(), vec![second.parse().unwrap()]);
            let id = world.file_new(&world.controller, NewRequest { regime, other_regimes, ..new }).await;
            world.until(id, "reviewing", |request| request.status == RequestStatus::Reviewing).await;
            world.decide(id, async |case| case.refuse("excessive", None, "the tenth").await).await.unwrap();
            let sent = async || world.kinds(id).await.contains(&(L::Refusal, LetterState::Sent));
            world.until_true("the refusal to be sent", sent).await;
            let text = world.text(id, L::Refusal).await;
            let authority = "Datenschutzaufsichtsbehörde";
            for named in [authority, "to court", "appeals@acme.example", "Virginia Consumer Data Protection Act"] {
                assert!(text.contains(named), "{first} and {second}, {named}: {text}");
            }
            let both_met = async || {
                let clocks = current(world.store.db.read(), id).await.unwrap();
                clocks.iter().filter(|it| it.duty == "respond" && it.state == ClockState::Met).count() == 2
            };
            world.until_true("the clocks of both to be met", both_met).await;
        }
    })
    .await;
}
