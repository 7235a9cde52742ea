//! Letters on their way: sent once, put off, refused, lost in the middle, and never told of in logs or events.

use std::collections::BTreeSet;
use std::time::Duration;

use entities::event;
use entities::id::{LetterId, RequestId};
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::outbox::{About, Draft, queue, words};
use entities::letter::queries;
use entities::letter::supersede::supersede;
use entities::letter::table::Model as Letter;
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use lettre::message::Mailbox;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use sea_orm::ConnectionTrait;
use serde_json::json;
use testbed::database::Kind;
use testbed::platform::swift;
use testbed::smtp::{MailServer, PASSWORD, Privacy, USER};
use worker::mail::config::{MailConfig, SmtpConfig, Tls, Transport};
use worker::mail::delivery::Away;
use worker::mail::mailer::Mailer;

use crate::by_hand::ByHand;
use crate::world::{World, on_both};

const TO: &str = "ada.quill@example.org";

/// What a worker needs to send by this server.
pub fn by(server: &MailServer) -> MailConfig {
    let tls = match server.privacy {
        Privacy::StartTls => Tls::StartTls,
        Privacy::Tls => Tls::Tls,
        Privacy::None => Tls::None,
    };
    let smtp = SmtpConfig {
        host: "localhost".to_owned(),
        port: server.port,
        tls,
        login: Some((USER.to_owned(), PASSWORD.into())),
        ca_file: Some(server.ca_file()),
        timeout: Duration::from_secs(10),
    };
    let from = Mailbox::new(None, "privacy@acme.example".parse().unwrap());
    MailConfig { transport: Transport::Smtp(smtp), from, ..MailConfig::default() }
}

/// A world whose worker has not begun yet, and a request in it.
async fn world(kind: Kind, mail: MailConfig) -> (World, RequestId) {
    let mut world = World::idle(kind, swift(Population::Samples)).await;
    world.config.mail = mail;
    let id = world.file(Right::Access, &[(K::Email, TO)]).await;
    (world, id)
}

impl World {
    /// Writes a letter of the request's.
    async fn write(&self, id: RequestId, recipient: &str) -> LetterId {
        let request = self.request(id).await;
        let draft = Draft {
            kind: LetterKind::Acknowledgement,
            language: "de".to_owned(),
            recipient: recipient.to_owned(),
            subject: "Ihre Anfrage, für Sie".to_owned(),
            text: "Guten Tag Ada Quillfeather,\n\nwir haben Ihre Anfrage erhalten. Grüße\n.\n.. zwei Punkte\n"
                .to_owned(),
            html: "<!doctype html><html lang=\"de\"><p>Guten Tag Ada Quillfeather, Grüße</p></html>".to_owned(),
            sections: Vec::new(),
            template: None,
            parts: vec!["when_to_expect".to_owned()],
            demands: Vec::new(),
            edited_at: None,
        };
        let about = About { controller: request.controller_id, request: Some(&request) };
        let txn = self.store.db.begin().await.unwrap();
        let actor = &self.filer.actor;
        let letter = queue(&txn, &self.store.safe, self.store.now(), actor, about, &draft).await.unwrap();
        txn.commit().await.unwrap();
        letter
    }

    async fn letters(&self, id: RequestId) -> Vec<Letter> {
        queries::of_request(self.store.db.read(), id).await.unwrap()
    }

    async fn until_settled(&self, id: RequestId) -> Vec<Letter> {
        let settled = async || self.letters(id).await.iter().all(|letter| letter.state != LetterState::Queued);
        self.until_true("all letters to be settled", settled).await;
        self.letters(id).await
    }

    /// What the trail says of letters, without ids.
    async fn letter_events(&self, id: RequestId) -> Vec<String> {
        let conn = self.store.db.read();
        let rows = event::queries::of_request(conn, &self.filer.reach, id, None, 200).await.unwrap();
        rows.into_iter().filter(|row| row.kind.starts_with("letter.")).map(|row| row.kind + " " + &row.data).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_out_in_private_and_the_trail_says_so() {
    on_both(async |kind| {
        for privacy in [Privacy::StartTls, Privacy::Tls] {
            let server = MailServer::start(privacy);
            let (mut world, id) = world(kind, by(&server)).await;
            let letter = world.write(id, TO).await;
            world.work();
            let letters = world.until_settled(id).await;
            assert_eq!((letters[0].state, letters[0].attempts, letters[0].unclear), (LetterState::Sent, 1, 0));
            assert!(letters[0].sent_at.is_some() && letters[0].caused_by.is_some());

            let taken = server.taken();
            assert_eq!(taken.len(), 1);
            assert_eq!(taken[0].header("X-Envelope-To"), TO);
            assert_eq!(taken[0].header("To"), TO);
            assert_eq!(taken[0].header("From"), "acme <privacy@acme.example>");
            assert_eq!(taken[0].header("Message-ID"), format!("<{letter}@acme.example>"));
            assert_eq!(letters[0].message_id, Some(taken[0].header("Message-ID")));
            assert_eq!(taken[0].header("Auto-Submitted"), "auto-generated");
            assert!(taken[0].header("Content-Type").starts_with("multipart/alternative"));
            assert!(server.log().contains(&"private".to_owned()) && server.log().contains(&"signed in".to_owned()));

            let events = world.letter_events(id).await;
            assert_eq!(
                events.iter().map(|it| it.split(' ').next().unwrap()).collect::<Vec<_>>(),
                ["letter.queued", "letter.sent"]
            );
            assert!(!events.concat().contains("quill") && !events.concat().contains("Quill"), "{events:?}");
            let words = words(world.store.db.read(), &world.store.safe, &letters[0]).await.unwrap();
            assert!(words.recipient == TO && words.text.contains("Grüße"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_letter_is_asked_about_without_its_address() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        server.turn(&json!({ "refuse": format!("550 5.1.1 <{TO}> is nobody") }));
        let (mut world, id) = world(kind, by(&server)).await;
        let letter = world.write(id, TO).await;
        world.work();
        let letters = world.until_settled(id).await;
        assert_eq!(letters[0].state, LetterState::Failed);
        assert_eq!(letters[0].last_answer.as_deref(), Some("550 5.1.1 at RCPT TO"));
        let questions = world.questions(id).await;
        let asked = questions.iter().find(|it| it.code == QuestionCode::LetterBounced).unwrap();
        assert_eq!(asked.about, "acknowledgement");
        assert!(
            asked.detail.contains(&letter.to_string())
                && asked.detail.contains("550 5.1.1")
                && !asked.detail.contains("quill"),
            "{}",
            asked.detail
        );
        assert!(!world.letter_events(id).await.concat().contains("quill"));
        assert!(server.taken().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_put_off_comes_again() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        server.turn(&json!({ "greylist": 2 }));
        let (mut world, id) = world(kind, by(&server)).await;
        world.write(id, TO).await;
        world.work();
        let letters = world.until_settled(id).await;
        assert_eq!((letters[0].state, letters[0].attempts, letters[0].unclear), (LetterState::Sent, 3, 0));
        assert_eq!(server.taken().len(), 1);
        assert!(world.questions(id).await.iter().all(|it| it.code != QuestionCode::LetterBounced));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_put_off_for_too_long_has_failed() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        server.turn(&json!({ "greylist": 1000 }));
        let mail = MailConfig { give_up_after: Duration::from_millis(200), ..by(&server) };
        let (mut world, id) = world(kind, mail).await;
        world.write(id, TO).await;
        world.work();
        let letters = world.until_settled(id).await;
        assert_eq!(letters[0].state, LetterState::Failed);
        assert_eq!(letters[0].last_answer.as_deref(), Some("given up after 451 4.7.1 at RCPT TO"));
        world.asked(id, QuestionCode::LetterBounced).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_after_the_message_costs_one_copy_of_the_same_id() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        server.turn(&json!({ "drop": 1 }));
        let (mut world, id) = world(kind, by(&server)).await;
        world.write(id, TO).await;
        world.work();
        let letters = world.until_settled(id).await;
        assert_eq!((letters[0].state, letters[0].attempts, letters[0].unclear), (LetterState::Sent, 2, 1));
        let taken = server.taken();
        assert_eq!(taken.len(), 2);
        assert_eq!(taken[0].raw, taken[1].raw, "the receiver can tell that they are one letter");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_fails_no_letter() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        let mut mail = by(&server);
        if let Transport::Smtp(smtp) = &mut mail.transport {
            smtp.login = Some((USER.to_owned(), "wrong".into()));
        }
        let (mut world, id) = world(kind, mail.clone()).await;
        world.config.max_attempts = 2;
        let away = Mailer::new(mail).unwrap().check().await.unwrap_err();
        assert!(matches!(&away, Away::NotSignedIn(answer) if answer.code == 535), "{away}");
        world.write(id, TO).await;
        world.work();
        world.asked(id, QuestionCode::PlatformAway).await;
        world.rest().await;
        assert_eq!(world.letters(id).await[0].state, LetterState::Queued);
        world.config.mail = by(&server);
        world.work();
        assert_eq!(world.until_settled(id).await[0].state, LetterState::Sent);
        world
            .until_true("the outage to be over", async || {
                world.open_question(id, QuestionCode::PlatformAway).await.is_none()
            })
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_a_server_that_is_not_trusted() {
    let server = MailServer::start(Privacy::StartTls);
    for privacy in [Tls::StartTls, Tls::Tls] {
        let server = if privacy == Tls::Tls { &MailServer::start(Privacy::Tls) } else { &server };
        let mut mail = by(server);
        if let Transport::Smtp(smtp) = &mut mail.transport {
            smtp.ca_file = None;
        }
        let away = Mailer::new(mail).unwrap().check().await.unwrap_err();
        assert!(matches!(away, Away::NotPrivate | Away::NoConnection(_)), "{away:?}");
        assert!(!server.log().iter().any(|line| line.contains("signed")), "{:?}", server.log());
    }
}

/// What follows from a letter may fail when the server has taken it: it is done later, and no second copy goes out.
#[tokio::test(flavor = "multi_thread")]
async fn what_follows_from_a_letter_is_made_up_for_and_the_letter_goes_once() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        let (world, id) = world(kind, by(&server)).await;
        world.write(id, TO).await;
        let (now, request) = (world.store.now(), world.request(id).await);
        let txn = world.store.db.begin().await.unwrap();
        let (code, about) = (QuestionCode::LetterByHand, LetterKind::Acknowledgement.as_str());
        ask(&txn, now, &world.filer.actor, &request, code, about, json!({})).await.unwrap();
        txn.commit().await.unwrap();
        let by_hand = async |sql: &str| world.store.db.write().execute_unprepared(sql).await.unwrap();
        let claim = async |name: &str| {
            let hand = ByHand::new(&world, name);
            let steps = hand.claim(Duration::from_millis(50)).await;
            (hand, steps.into_iter().find(|step| step.letter_id.is_some()))
        };

        by_hand("ALTER TABLE questions RENAME TO questions_away").await;
        let (hand, step) = claim("first").await;
        assert!(hand.run(&step.unwrap()).await.is_err(), "the question cannot be answered");
        by_hand("ALTER TABLE questions_away RENAME TO questions").await;
        assert_eq!((world.letters(id).await[0].state, server.taken().len()), (LetterState::Sent, 1));
        assert!(world.open_question(id, code).await.is_some());

        tokio::time::sleep(Duration::from_millis(60)).await;
        let (hand, step) = claim("second").await;
        hand.run(&step.unwrap()).await.unwrap();
        assert!(world.open_question(id, code).await.is_none(), "made up for");
        assert_eq!((world.letters(id).await[0].attempts, server.taken().len()), (1, 1), "and sent once");
        assert!(claim("third").await.1.is_none(), "nothing is left to do");
    })
    .await;
}

/// A letter whose place another took is sent no more, be its step there.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_place_another_took_is_not_sent() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        let (mut world, id) = world(kind, by(&server)).await;
        let older = world.write(id, "ada.old@example.org").await;
        let txn = world.store.db.begin().await.unwrap();
        let (now, actor, request) = (world.store.now(), &world.filer.actor, world.request(id).await);
        supersede(&txn, now, actor, &request, LetterKind::Acknowledgement).await.unwrap();
        txn.commit().await.unwrap();
        world.write(id, TO).await;
        world.work();
        let letters = world.until_settled(id).await;
        let states: Vec<_> = letters.iter().map(|letter| letter.state).collect();
        assert_eq!((letters[0].id, states), (older, vec![LetterState::Superseded, LetterState::Sent]));
        let to: Vec<_> = server.taken().iter().map(|it| it.header("X-Envelope-To")).collect();
        assert_eq!(to, [TO]);
    })
    .await;
}

/// Two workers and thirty letters, one of the workers aborted in the middle: each letter arrives, and what arrives twice says
/// so by its message id.
#[tokio::test(flavor = "multi_thread")]
async fn no_letter_is_lost_and_none_goes_out_from_two_workers() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        server.turn(&json!({ "slow_ms": 20 }));
        let (mut world, id) = world(kind, by(&server)).await;
        world.config.lease = Duration::from_secs(2);
        for _ in 0..30 {
            world.write(id, TO).await;
        }
        world.work();
        let other = world.work_beside();
        world.until_true("some to be sent", async || server.taken().len() >= 8).await;
        world.kill();
        let letters = world.until_settled(id).await;
        assert!(letters.iter().all(|letter| letter.state == LetterState::Sent));
        let sent: Vec<_> = server.taken().iter().map(|it| it.header("Message-ID")).collect();
        let ids: BTreeSet<_> = sent.iter().cloned().collect();
        assert_eq!(ids.len(), 30, "none is lost");
        let attempts: i64 = letters.iter().map(|letter| letter.attempts).sum();
        assert!(sent.len() <= usize::try_from(attempts).unwrap(), "{} copies of {attempts} attempts", sent.len());
        other.cancel();
    })
    .await;
}

/// A worker whose lease ran out while it was at a letter may write nothing: its successor's word stands.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_late_settles_nothing() {
    on_both(async |kind| {
        let server = MailServer::start(Privacy::StartTls);
        let (world, id) = world(kind, by(&server)).await;
        world.write(id, TO).await;
        server.turn(&json!({ "slow_ms": 2_500 }));
        let hand = ByHand::new(&world, "frozen");
        let steps = hand.claim(Duration::from_millis(50)).await;
        let step = steps.iter().find(|step| step.letter_id.is_some()).unwrap();
        let late = hand.run(step);
        let successor = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let successor = ByHand::new(&world, "successor");
            successor.claim(Duration::from_secs(60)).await
        };
        let (late, _) = tokio::join!(late, successor);
        assert!(late.is_err(), "its lease is gone");
        assert_eq!(world.letters(id).await[0].state, LetterState::Queued);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_whole_letters_and_a_hostile_recipient_is_none() {
    on_both(async |kind| {
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().join("mail");
        let mail = MailConfig { transport: Transport::Files(files.clone()), ..MailConfig::default() };
        let (mut world, id) = world(kind, mail).await;
        let good = world.write(id, TO).await;
        let hostile = world.write(id, "ada@example.org\r\nBcc: eve@example.org").await;
        world.work();
        let letters = world.until_settled(id).await;
        let state = |id| letters.iter().find(|letter| letter.id == id).unwrap();
        assert_eq!(state(good).state, LetterState::Sent);
        assert_eq!(state(hostile).state, LetterState::Failed);
        assert_eq!(state(hostile).last_answer.as_deref(), Some("the recipient is no mail address"));
        let names: Vec<_> = std::fs::read_dir(&files).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(names[0].to_string_lossy().ends_with(&format!("acknowledgement-{good}.eml")));
    })
    .await;
}
