//! Letters that are held back: nobody gets them before an officer sends them, and what the law wants said outlives every edit.

use std::collections::BTreeMap;

use entities::controller::policy::{HeldBack, Policy, Writing};
use entities::controller::queries::{Change, change};
use entities::event;
use entities::event::table::Model as Event;
use entities::id::{LetterId, RequestId};
use entities::letter::hold::Sheet;
use entities::letter::kind::{LetterKind, LetterState, Means};
use entities::letter::outbox::{Words, begin_attempt, words};
use entities::letter::queries::of_request;
use entities::letter::table::Model as Letter;
use entities::question;
use entities::question::table::QuestionCode;
use entities::request::decide::{Case, NotDecided};
use entities::request::right::Right;
use entities::request::table::Model as Request;
use letters::part::Part;
use rstest::rstest;
use serde_json::Value;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::notices::{Desk, OPEN, code, met};
use crate::world::EMAIL;

/// What an officer writes, which no event may tell.
const REASON: &str = "# Why\n\n- You asked ten times, dear Zoe Zander.";

impl Desk {
    /// Has these letters held back from now on.
    pub async fn holds(&mut self, hold: HeldBack) {
        let policy = self.controller.policy.clone();
        let policy = Policy { writing: Writing { hold, ..policy.writing.clone() }, ..policy };
        let txn = self.world.begin().await;
        let with = Change { policy: Some(policy), ..Default::default() };
        self.controller = change(&txn, &self.world.store, &self.officer.actor, &self.controller, with).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// A refusal that was decided today.
    pub async fn refused(&self) -> (RequestId, Letter) {
        let id = self.file("eu_gdpr", Right::Erasure, "2026-11-02T09:00:00Z").await;
        self.it_is("2026-11-20T09:00:00Z");
        let refuse = async |case: Case<'_>| case.refuse("excessive", None, "the tenth").await;
        self.decide(id, refuse).await.unwrap();
        (id, self.letter(id, LetterKind::Refusal).await)
    }

    pub async fn words(&self, letter: &Letter) -> Words {
        words(self.world.store.db.read(), &self.world.store.safe, letter).await.unwrap()
    }

    /// The place of a part in a letter.
    async fn place(&self, letter: &Letter, part: Part) -> usize {
        let said = self.words(letter).await;
        let all = Sheet::of(letter, &said).unwrap().passages().unwrap();
        all.iter().position(|passage| passage.parts.contains(&part)).unwrap()
    }

    async fn edit(&self, id: RequestId, letter: &Letter, at: usize, text: &str) -> Result<Request, NotDecided> {
        let changes = BTreeMap::from([(at, text.to_owned())]);
        self.decide(id, async |case| case.edit_letter(letter.id, &changes).await).await
    }

    pub async fn send(&self, id: RequestId, letter: LetterId) -> Result<Request, NotDecided> {
        self.decide(id, async |case| case.send_letter(letter).await).await
    }

    pub async fn is_asked(&self, id: RequestId) -> bool {
        let all = question::queries::of_request(self.world.store.db.read(), id).await.unwrap();
        all.iter().any(|it| it.code == QuestionCode::LetterHeld && it.answered_at.is_none())
    }

    pub async fn states(&self, id: RequestId) -> Vec<LetterState> {
        of_request(self.world.store.db.read(), id).await.unwrap().iter().map(|letter| letter.state).collect()
    }

    async fn hash(&self, id: RequestId, kind: &str) -> String {
        let event = self.events(id).await.into_iter().rfind(|event| event.kind == kind);
        let data = event.unwrap_or_else(|| panic!("no {kind}")).data;
        serde_json::from_str::<Value>(&data).unwrap()["words_hash"].as_str().unwrap().to_owned()
    }

    async fn events(&self, id: RequestId) -> Vec<Event> {
        event::queries::of_request(self.world.store.db.read(), &self.officer.reach, id, None, 1000).await.unwrap()
    }
}

#[rstest]
#[tokio::test]
async fn what_is_sent_is_what_an_officer_last_wrote_and_no_event_tells_it(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::Decisions).await;
    let (id, letter) = desk.refused().await;
    assert_eq!((letter.state, desk.is_asked(id).await), (LetterState::Held, true));
    let reasons = desk.place(&letter, Part::Reasons).await;
    desk.edit(id, &letter, reasons, REASON).await.unwrap();

    let edited = desk.letter(id, LetterKind::Refusal).await;
    assert!(edited.id == letter.id && edited.edited_at.is_some() && edited.state == LetterState::Held);
    let said = desk.words(&edited).await;
    assert!(said.text.contains("Why\n- You asked ten times, dear Zoe Zander.\n"), "{}", said.text);
    assert!(said.html.contains("dear Zoe Zander.</li>") && !said.text.contains("the tenth"));
    assert_eq!(edited.parts, letter.parts, "it says all that it said");
    let sealed = edited.text_sealed.clone().unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"Zander"));

    desk.it_is("2026-11-21T09:00:00Z");
    desk.send(id, letter.id).await.unwrap();
    assert_eq!((desk.states(id).await, desk.is_asked(id).await), (vec![LetterState::Queued], false));
    desk.sends(id, LetterKind::Refusal, "2026-11-21T10:00:00Z").await;
    assert_eq!(desk.state(id, "respond").await, met("2026-11-21T10:00:00Z"));
    // It bears the day on which it goes out, from which the time for a remedy runs; the trail ties both to one another.
    let redated = desk.events(id).await.into_iter().rfind(|event| event.kind == "letter.redated").unwrap().data;
    assert_eq!(
        desk.hash(id, "letter.edited").await,
        serde_json::from_str::<Value>(&redated).unwrap()["words_hash_before"]
    );
    let hash = desk.hash(id, "letter.redated").await;
    assert_eq!(hash.len(), 64);
    assert_eq!(hash, desk.hash(id, "letter.released").await);
    assert_eq!(hash, desk.hash(id, "letter.sent").await);
    let trail = format!("{:?}", desk.events(id).await);
    assert!(!trail.contains("Zander") && !trail.contains("ten times"), "{trail}");
    for late in [desk.edit(id, &letter, reasons, "more").await, desk.send(id, letter.id).await] {
        assert_eq!(code(&late), "letter_not_held");
    }
    let (before, after) = ("Friday, 20 November 2026", "Saturday, 21 November 2026");
    assert_eq!(said.text.matches(before).count(), 1, "{}", said.text);
    let sent = desk.words(&desk.letter(id, LetterKind::Refusal).await).await;
    assert_eq!(sent.text, said.text.replace(before, after));
    assert!(sent.html.contains(after) && !sent.html.contains(before));
}

#[rstest]
#[tokio::test]
async fn a_request_that_ends_has_nothing_go_out_that_waited_to_be_read(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::All).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    desk.decide(id, async |case| case.write_letter(LetterKind::Acknowledgement, None).await).await.unwrap();
    let waits = desk.letter(id, LetterKind::Acknowledgement).await;
    assert_eq!((waits.state, desk.is_asked(id).await), (LetterState::Held, true), "the policy says so, not the caller");
    desk.decide(id, async |case| case.withdraw("rang us").await).await.unwrap();
    assert_eq!(desk.letter(id, LetterKind::Acknowledgement).await.state, LetterState::Superseded);
    assert_eq!(code(&desk.send(id, waits.id).await), "letter_not_held");
}

#[rstest]
#[tokio::test]
async fn what_the_law_wants_said_cannot_be_edited_away(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::All).await;
    let (id, letter) = desk.refused().await;
    let before = desk.words(&letter).await.text;
    let reasons = desk.place(&letter, Part::Reasons).await;
    for nothing in ["", " \n", "# Why", "- …"] {
        let refused = desk.edit(id, &letter, reasons, nothing).await;
        assert_eq!(code(&refused), "letter_incomplete", "{nothing:?}");
        let says = refused.unwrap_err().to_string();
        assert!(says.contains("reasons (GDPR Art. 12(4)"), "{says}");
    }
    for part in [Part::Authority, Part::JudicialRemedy, Part::LegalBasis] {
        let at = desk.place(&letter, part).await;
        let refused = desk.edit(id, &letter, at, "Nobody can help you, dear Zoe Zander.").await;
        assert_eq!(code(&refused), "fixed", "{part}");
        assert!(!refused.unwrap_err().to_string().contains("Zander"));
    }
    assert_eq!(code(&desk.edit(id, &letter, 99, "more").await), "no_such_passage");
    assert_eq!(code(&desk.edit(id, &letter, reasons, &"a".repeat(10_001)).await), "too_long");
    let said = desk.words(&letter).await;
    let same = Sheet::of(&letter, &said).unwrap().passages().unwrap()[reasons].text.clone();
    assert_eq!(code(&desk.edit(id, &letter, reasons, &same).await), "nothing_to_do");
    let now = desk.letter(id, LetterKind::Refusal).await;
    assert_eq!((desk.words(&now).await.text, now.edited_at), (before, None));
    assert_eq!(desk.state(id, "respond").await, OPEN, "what waits to be read has not told anybody anything");
}

#[rstest]
#[tokio::test]
async fn of_two_who_edit_the_second_is_told(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::All).await;
    let (id, letter) = desk.refused().await;
    let reasons = desk.place(&letter, Part::Reasons).await;
    let txn = desk.world.begin().await;
    let seen = Case::open(&txn, &desk.world.store, &desk.officer, id, None).await.unwrap().request().version;
    txn.rollback().await.unwrap();
    desk.edit(id, &letter, reasons, "You asked ten times.").await.unwrap();
    let txn = desk.world.begin().await;
    let second = Case::open(&txn, &desk.world.store, &desk.officer, id, Some(seen)).await.map(|_| ());
    assert!(matches!(second, Err(NotDecided::Stale { .. })), "{second:?}");
}

/// Whatever was tried may have arrived: its words are what was said. Whatever is held back is not tried.
#[rstest]
#[tokio::test]
async fn a_letter_is_held_back_or_on_its_way_and_never_both(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::berlin(on).await;
    let (id, letter) = desk.refused().await;
    assert_eq!(letter.state, LetterState::Queued, "no policy holds it back");
    let hold = async || desk.decide(id, async |case| case.hold_letter(letter.id).await).await;
    let attempt = async || {
        let txn = desk.world.begin().await;
        let begun = begin_attempt(&txn, desk.world.now(), letter.id, "<1@acme.example>").await.unwrap();
        txn.commit().await.unwrap();
        begun
    };
    hold().await.unwrap();
    assert_eq!(code(&hold().await), "letter_not_waiting");
    assert!(attempt().await.is_none(), "it goes to nobody");
    desk.edit(id, &letter, desk.place(&letter, Part::Reasons).await, REASON).await.unwrap();
    desk.send(id, letter.id).await.unwrap();
    let begun = attempt().await.unwrap();
    assert!(desk.words(&begun).await.text.contains("Zander"), "an attempt takes the words that count");
    assert_eq!(code(&hold().await), "letter_not_waiting");
    assert_eq!(desk.states(id).await, [LetterState::Queued]);
}

#[rstest]
#[tokio::test]
async fn a_letter_that_is_held_back_goes_where_letters_go_now_or_nowhere(#[values(Sqlite, Postgres)] on: Kind) {
    use LetterState::{Held, Queued, Sent, Superseded};
    let desk = Desk::berlin(on).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    let write = async |held| {
        let kind = LetterKind::Acknowledgement;
        desk.decide(id, async |case| case.write_letter(kind, Some(held)).await).await.unwrap();
        desk.letter(id, kind).await
    };
    let first = write(true).await;
    assert_eq!((first.state, desk.recipient(&first).await), (Held, EMAIL.to_owned()));
    desk.edit(id, &first, 0, "We spoke today.").await.unwrap();
    desk.decide(id, async |case| case.set_address(Some("ada@example.org"), false).await).await.unwrap();
    let second = desk.letter(id, LetterKind::Acknowledgement).await;
    assert_eq!((second.state, desk.recipient(&second).await), (Held, "ada@example.org".to_owned()));
    assert!(desk.words(&second).await.text.contains("We spoke today.") && second.edited_at.is_some());
    assert!(desk.is_asked(id).await);
    assert_eq!(code(&desk.send(id, first.id).await), "letter_not_held");

    // Written anew it takes the place of the one before; told by other means, none goes out besides.
    write(true).await;
    assert_eq!(desk.states(id).await, [Superseded, Superseded, Held]);
    let now = desk.world.now();
    let by_post = async |case: Case<'_>| case.record_letter(LetterKind::Acknowledgement, now, Means::Post).await;
    desk.decide(id, by_post).await.unwrap();
    assert_eq!(desk.states(id).await, [Superseded, Superseded, Superseded, Sent]);
    assert!(!desk.is_asked(id).await);

    // Whoever has read it and sends it is not asked to read it again, whatever the policy.
    let mut desk = desk;
    desk.holds(HeldBack::All).await;
    let kind = LetterKind::Acknowledgement;
    desk.decide(id, async |case| case.write_letter(kind, Some(false)).await).await.unwrap();
    assert_eq!((desk.letter(id, kind).await.state, desk.is_asked(id).await), (Queued, false));
}

/// Nobody but the person reads a link, so nobody edits the letter it comes in; an answer is held back by policy.
#[rstest]
#[tokio::test]
async fn a_link_is_never_held_back(#[values(Sqlite, Postgres)] on: Kind) {
    let mut desk = Desk::berlin(on).await;
    desk.holds(HeldBack::All).await;
    let id = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    let kind = LetterKind::IdentityLink;
    desk.decide(id, async |case| case.send_identity_link().await).await.unwrap();
    let link = desk.letter(id, kind).await;
    assert_eq!(link.state, LetterState::Queued);
    let held = desk.decide(id, async |case| case.hold_letter(link.id).await).await;
    assert_eq!(code(&held), "not_editable");
    for kind in [kind, LetterKind::AnswerAccess] {
        let written = desk.decide(id, async |case| case.write_letter(kind, Some(true)).await).await;
        assert_eq!(code(&written), "not_held_by_hand");
    }
    let other = desk.file("eu_gdpr", Right::Access, "2026-11-02T09:00:00Z").await;
    let elsewhere = desk.decide(other, async |case| case.send_letter(link.id).await).await;
    assert!(matches!(elsewhere, Err(NotDecided::NotFound("letter"))));
}
