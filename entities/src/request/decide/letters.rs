//! Deciding about letters: a new link, one that was sent by other means, one that is sent again.

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;

use super::{Case, Decider, NotDecided, conflict, unfit};
use crate::addressee;
use crate::controller;
use crate::controller::policy::Letters;
use crate::db::Txn;
use crate::guest;
use crate::guest::table::Guest;
use crate::id::LetterId;
use crate::letter::compose::Missing;
use crate::letter::hold::{hold, release};
use crate::letter::kind::{Audience, LetterKind, LetterState, Means};
use crate::letter::outbox::{About, Draft, Template, Words, queue, words, words_hash};
use crate::letter::owe::{Owed, answer_to, owe, record};
use crate::letter::queries::{by_id, of_request};
use crate::letter::supersede::supersede;
use crate::letter::table::{ActiveModel as LetterRow, Entity as LetterRows, Model as Letter};
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::queries;
use crate::request::status::{RequestEvent, RequestStatus};
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self as steps, NewStep};
use crate::store::Store;
use crate::time::At;

/// Writes what a decision owes the person, and says how the request stands then.
///
/// # Errors
/// The database fails.
pub(super) async fn owing(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    request: Model,
    kind: LetterKind,
) -> Result<Model, NotDecided> {
    match owe(txn, store, &by.actor, &request, kind, None).await? {
        Owed::Nothing => Ok(request),
        // A question may have moved its version.
        Owed::Queued(_) | Owed::ByHand(_) => {
            let found = queries::lock(txn, &by.reach, request.id).await?;
            found.ok_or(NotDecided::NotFound("request"))
        }
    }
}

pub(super) fn incomplete(missing: &Missing) -> NotDecided {
    conflict("letter_incomplete", format!("the letter cannot be written; it lacks {}", missing.0.join("; ")))
}

pub(super) fn not_proven() -> NotDecided {
    let message = "what is held on the person goes only to an address that is known to be theirs; \
                   say that you vouch for it, or have the person prove it by a link";
    conflict("address_not_proven", message)
}

impl Case<'_> {
    /// Sends a new link by which the person proves who they are. Older links are void from now on.
    ///
    /// # Errors
    /// Identity is not in question, the controller writes no letters, or there is nobody to write to.
    pub async fn send_identity_link(self) -> Result<Model, NotDecided> {
        self.request.status.transition(RequestEvent::IdentityProven)?;
        self.writes_letters().await?;
        match owe(self.txn, self.store, &self.by.actor, &self.request, LetterKind::IdentityLink, None).await? {
            Owed::Queued(_) => self.write(ActiveModel::default()).await,
            Owed::ByHand(missing) => Err(incomplete(&missing)),
            Owed::Nothing => Err(conflict("no_letters", "the controller has no letters written")),
        }
    }

    /// Writes a letter that could not be written before. An answer is left to the step that ends the request, which knows the
    /// outcome. `held` says that it is held back then, or that it goes out whatever the controller's policy says; where it says
    /// nothing, the policy does.
    ///
    /// # Errors
    /// The controller writes no letters, there is no occasion for this one, or something is missing for it still; or it is to be
    /// held back and is an answer, or a link.
    pub async fn write_letter(self, kind: LetterKind, held: Option<bool>) -> Result<Model, NotDecided> {
        self.writes_letters().await?;
        if held == Some(true) && (kind.is_answer() || kind.lets_in()) {
            let message = "is for letters other than links and answers; the controller's policy says whether answers are held back";
            return Err(unfit("hold", "not_held_by_hand", message));
        }
        if kind.is_answer() {
            if self.request.status != RequestStatus::Answering || kind != answer_to(self.request.right) {
                return Err(conflict("letter_incomplete", "the request is not at the point of this answer"));
            }
            let close = NewStep::of(&self.request, StepKind::Close, self.now);
            steps::add(&**self.txn, self.now, [close]).await?;
            return self.write(ActiveModel::default()).await;
        }
        if kind == LetterKind::StatusLink {
            // Whoever came in by an earlier link may not be whom this one is for.
            guest::link::shut(self.txn, self.now, Guest::Person(self.request.id)).await?;
        }
        match owe(self.txn, self.store, &self.by.actor, &self.request, kind, None).await? {
            Owed::Queued(letter) => {
                let by = &self.by.actor;
                match held {
                    Some(true) => hold(self.txn, self.now, by, &self.request, letter, kind).await?,
                    Some(false) => release(self.txn, self.now, by, &self.request, letter, kind).await?,
                    None => false,
                };
                self.write(ActiveModel::default()).await
            }
            Owed::ByHand(missing) => Err(incomplete(&missing)),
            Owed::Nothing => Err(conflict("no_letters", "the controller has no letters written")),
        }
    }

    /// An officer sent a letter by other means at `sent_at`: it counts as ours would.
    ///
    /// # Errors
    /// The kind is one for officers, or `sent_at` lies in the future, or before an extension that it would announce.
    pub async fn record_letter(self, kind: LetterKind, sent_at: At, means: Means) -> Result<Model, NotDecided> {
        self.is_past("sent_at", sent_at)?;
        if kind.audience() != Audience::Person {
            return Err(unfit("kind", "not_to_a_person", "is a letter to officers"));
        }
        if kind.is_answer() && kind != answer_to(self.request.right) {
            return Err(unfit("kind", "another_answer", "answers another right than the one that was asked for"));
        }
        if kind.is_answer() && self.request.status != RequestStatus::Answering {
            let message =
                format!("an answer is recorded once the work is done; this request is {}", self.request.status);
            return Err(conflict("not_answering", message));
        }
        if kind == LetterKind::Extension {
            self.is_after_extending(sent_at).await?;
        }
        record(self.txn, self.now, &self.by.actor, &self.request, kind, sent_at, means).await?;
        self.write(ActiveModel::default()).await
    }

    /// Tries a letter again that failed, at the request's address as it is now: where that was corrected since, the letter is
    /// written anew, and the older one goes out no more.
    ///
    /// # Errors
    /// It is not the request's, it did not fail, it tells of the person's data and the address is not proven to be theirs, or it
    /// tells of more time that cannot be had any more.
    pub async fn retry_letter(self, letter: LetterId) -> Result<Model, NotDecided> {
        let letter = self.failed(letter).await?;
        if letter.audience == Audience::Officer {
            // It goes where it went, and never to the person.
            self.record("letter.retried", json!({ "letter": letter.id, "kind": letter.kind })).await?;
            self.queue_again(&letter).await?;
            self.settle_bounce(&letter).await?;
            return self.write(ActiveModel::default()).await;
        }
        let row = addressee::queries::of_request(&**self.txn, self.request.id).await?;
        if letter.kind.needs_proven_address() && row.as_ref().is_some_and(|row| row.proven_at.is_none()) {
            return Err(not_proven());
        }
        let key = self.key().await?;
        let now_at = row.map(|row| addressee::queries::open(&key, &row)).transpose()?.and_then(|to| to.address);
        self.record("letter.retried", json!({ "letter": letter.id, "kind": letter.kind })).await?;
        let said = words(&**self.txn, &self.store.safe, &letter).await?;
        match now_at {
            // A link is made anew in any case: the older one may have run out.
            Some(address) if address != said.recipient || letter.kind.lets_in() => {
                self.write_anew(&letter, said, &address).await?;
            }
            _ => self.queue_again(&letter).await?,
        }
        self.settle_bounce(&letter).await?;
        self.write(ActiveModel::default()).await
    }

    /// Sends a letter that failed to another address, which is the request's from now on. `vouched` says that the decider
    /// knows the address to be the person's: what tells of their data goes to no other. What else still waits to go to the
    /// older address goes to the new one, but for what tells of their data where nobody vouched.
    ///
    /// # Errors
    /// It is not the request's, it did not fail, the address was not proven to be the person's, or it tells of more time that
    /// cannot be had any more.
    pub async fn resend_letter(self, letter: LetterId, address: &str, vouched: bool) -> Result<Model, NotDecided> {
        let letter = self.failed(letter).await?;
        if letter.audience == Audience::Officer {
            let message =
                "is to officers, at the addresses of the controller's policy; correct them there, and retry it";
            return Err(unfit("letter", "not_to_a_person", message));
        }
        if letter.kind.needs_proven_address() && !vouched {
            return Err(not_proven());
        }
        self.write_to(address, vouched).await?;
        self.readdress(address, vouched, Some(letter.kind)).await?;
        let said = words(&**self.txn, &self.store.safe, &letter).await?;
        self.write_anew(&letter, said, address).await?;
        self.settle_bounce(&letter).await?;
        self.write(ActiveModel::default()).await
    }

    /// Has what waits to go to an older address go to this one, but for what tells of the person's data where nobody vouched,
    /// and for letters of one kind that are seen to otherwise.
    pub(super) async fn readdress(
        &self,
        address: &str,
        vouched: bool,
        except: Option<LetterKind>,
    ) -> Result<(), NotDecided> {
        let proves = self.request.status.transition(RequestEvent::IdentityProven).is_ok();
        for letter in of_request(&**self.txn, self.request.id).await? {
            let is_held = letter.state == LetterState::Held;
            let waits = (is_held || letter.state == LetterState::Queued) && letter.audience == Audience::Person;
            let may =
                (vouched || !letter.kind.needs_proven_address()) && (proves || letter.kind != LetterKind::IdentityLink);
            if waits && may && Some(letter.kind) != except {
                let said = words(&**self.txn, &self.store.safe, &letter).await?;
                let anew = self.write_anew(&letter, said, address).await?;
                if let Some(anew) = anew.filter(|_| is_held) {
                    hold(self.txn, self.now, &self.by.actor, &self.request, anew, letter.kind).await?;
                }
            }
        }
        Ok(())
    }

    /// Has a letter go out as it was written. It is tried as long as a new one.
    async fn queue_again(&self, letter: &Letter) -> Result<(), NotDecided> {
        let change = LetterRow {
            id: Unchanged(letter.id),
            state: Set(LetterState::Queued),
            queued_at: Set(self.now),
            updated_at: Set(self.now),
            ..Default::default()
        };
        LetterRows::update(change).exec(&**self.txn).await?;
        let step = NewStep::of_letter(letter.controller_id, letter.request_id, letter.id, self.now);
        Ok(steps::add(&**self.txn, self.now, [step]).await?)
    }

    /// Writes a letter's words, dated today, to an address in a letter of its own, which takes the older one's place. Says which
    /// that is, unless it is a link, which is made anew.
    pub(super) async fn write_anew(
        &self,
        letter: &Letter,
        said: Words,
        address: &str,
    ) -> Result<Option<LetterId>, NotDecided> {
        let by = &self.by.actor;
        if letter.kind.lets_in() {
            // Whoever reads the wrong mailbox must not hold a link that is good.
            owe(self.txn, self.store, by, &self.request, letter.kind, None).await?;
            return Ok(None);
        }
        supersede(self.txn, self.now, by, &self.request, letter.kind).await?;
        let said = self.dated_today(letter, &said).await?;
        let template = letter.template.clone().zip(letter.template_hash.clone());
        let draft = Draft {
            kind: letter.kind,
            language: letter.language.clone(),
            recipient: address.to_owned(),
            subject: said.subject,
            text: said.text,
            html: said.html,
            sections: said.sections,
            template: template.map(|(id, hash)| Template { id, hash }),
            parts: serde_json::from_str(&letter.parts).unwrap_or_default(),
            demands: letter.demanded()?,
            edited_at: letter.edited_at,
        };
        let about = About { controller: letter.controller_id, request: Some(&self.request) };
        let anew = queue(self.txn, &self.store.safe, self.now, by, about, &draft).await?;
        // What was approved under one seal goes out under another: the trail ties the two.
        let sealed = by_id(&**self.txn, &self.by.reach, anew).await?;
        let data = json!({ "letter": anew, "kind": letter.kind, "instead_of": letter.id, "words_hash_before": words_hash(letter),
                           "words_hash": sealed.as_ref().and_then(words_hash) });
        self.record("letter.readdressed", data).await?;
        Ok(Some(anew))
    }

    /// A letter of the request's.
    pub(super) async fn letter(&self, id: LetterId) -> Result<Letter, NotDecided> {
        let letter = by_id(&**self.txn, &self.by.reach, id).await?;
        letter.filter(|letter| letter.request_id == Some(self.request.id)).ok_or(NotDecided::NotFound("letter"))
    }

    async fn failed(&self, id: LetterId) -> Result<Letter, NotDecided> {
        let letter = self.letter(id).await?;
        if letter.kind == LetterKind::IdentityLink {
            self.request.status.transition(RequestEvent::IdentityProven)?;
        }
        match letter.state {
            // The notice of an extension that cannot be had any more would promise a day that does not hold; one that was given
            // otherwise has moved the day already.
            LetterState::Failed if letter.kind == LetterKind::Extension => self.extends_still().await.map(|()| letter),
            LetterState::Failed => Ok(letter),
            LetterState::Superseded => {
                Err(conflict("letter_not_failed", "a newer letter took its place; look at that one"))
            }
            LetterState::Queued | LetterState::Held | LetterState::Sent => {
                Err(conflict("letter_not_failed", "only a letter that failed is sent again"))
            }
        }
    }

    async fn settle_bounce(&self, letter: &Letter) -> Result<(), NotDecided> {
        let bounced = [QuestionCode::LetterBounced];
        let about = Some(letter.kind.as_str());
        answer(self.txn, self.now, &self.by.actor, &self.request, &bounced, about).await?;
        Ok(())
    }

    /// Whether the controller has letters written. Where it has not, whoever reads a decision tells the person, and nothing is
    /// owed by us.
    pub(super) async fn has_letters(&self) -> Result<bool, NotDecided> {
        let controller = controller::queries::by_id(&**self.txn, self.request.controller_id).await?;
        Ok(controller.is_some_and(|controller| controller.policy.letters == Letters::Mail))
    }

    async fn writes_letters(&self) -> Result<(), NotDecided> {
        if self.has_letters().await? {
            return Ok(());
        }
        Err(conflict("no_letters", "the controller has no letters written; its policy says so (`letters`)"))
    }
}
