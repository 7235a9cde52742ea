//! Deciding about letters: a new link, one that was sent by other means, one that is sent again.

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;

use super::{Case, Decider, NotDecided, conflict, unfit};
use crate::controller;
use crate::controller::policy::Letters;
use crate::db::Txn;
use crate::id::LetterId;
use crate::letter::compose::Missing;
use crate::letter::kind::{Audience, LetterKind, LetterState, Means};
use crate::letter::outbox::{About, Draft, Template, queue, words};
use crate::letter::owe::{Owed, answer_to, owe, record};
use crate::letter::queries::by_id;
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

fn incomplete(missing: &Missing) -> NotDecided {
    conflict("letter_incomplete", format!("the letter cannot be written; it lacks {}", missing.0.join("; ")))
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
    /// outcome.
    ///
    /// # Errors
    /// The controller writes no letters, there is no occasion for this one, or something is missing for it still.
    pub async fn write_letter(self, kind: LetterKind) -> Result<Model, NotDecided> {
        self.writes_letters().await?;
        if kind.is_answer() {
            if self.request.status != RequestStatus::Answering || kind != answer_to(self.request.right) {
                return Err(conflict("letter_incomplete", "the request is not at the point of this answer"));
            }
            let close = NewStep::of(&self.request, StepKind::Close, self.now);
            steps::add(&**self.txn, self.now, [close]).await?;
            return self.write(ActiveModel::default()).await;
        }
        match owe(self.txn, self.store, &self.by.actor, &self.request, kind, None).await? {
            Owed::Queued(_) => self.write(ActiveModel::default()).await,
            Owed::ByHand(missing) => Err(incomplete(&missing)),
            Owed::Nothing => Err(conflict("no_letters", "the controller has no letters written")),
        }
    }

    /// An officer sent a letter by other means at `sent_at`: it counts as ours would.
    ///
    /// # Errors
    /// The kind is one for officers, or `sent_at` lies in the future.
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
        record(self.txn, self.now, &self.by.actor, &self.request, kind, sent_at, means).await?;
        self.write(ActiveModel::default()).await
    }

    /// Tries a letter again that failed, to the same address.
    ///
    /// # Errors
    /// It is not the request's, or it did not fail.
    pub async fn retry_letter(self, letter: LetterId) -> Result<Model, NotDecided> {
        let letter = self.failed(letter).await?;
        let change = LetterRow {
            id: Unchanged(letter.id),
            state: Set(LetterState::Queued),
            // It is tried as long as a new one.
            queued_at: Set(self.now),
            updated_at: Set(self.now),
            ..Default::default()
        };
        LetterRows::update(change).exec(&**self.txn).await?;
        let step = NewStep::of_letter(letter.controller_id, letter.request_id, letter.id, self.now);
        steps::add(&**self.txn, self.now, [step]).await?;
        self.record("letter.retried", json!({ "letter": letter.id, "kind": letter.kind })).await?;
        self.settle_bounce(&letter).await?;
        self.write(ActiveModel::default()).await
    }

    /// Sends a letter that failed to another address, which is the request's from now on. `vouched` says that the decider
    /// knows the address to be the person's: what tells of their data goes to no other.
    ///
    /// # Errors
    /// It is not the request's, it did not fail, or the address was not proven to be the person's.
    pub async fn resend_letter(self, letter: LetterId, address: &str, vouched: bool) -> Result<Model, NotDecided> {
        let letter = self.failed(letter).await?;
        if letter.kind.is_answer() && !vouched {
            let message = "what is held on the person goes only to an address that is known to be theirs; \
                           say that you vouch for it, or have the person prove it by a link";
            return Err(conflict("address_not_proven", message));
        }
        self.write_to(address, vouched).await?;
        if letter.kind == LetterKind::IdentityLink {
            // Whoever reads the wrong mailbox must not hold a link that is good.
            owe(self.txn, self.store, &self.by.actor, &self.request, letter.kind, None).await?;
        } else {
            let said = words(&**self.txn, &self.store.safe, &letter).await?;
            let template = letter.template.clone().zip(letter.template_hash.clone());
            let draft = Draft {
                kind: letter.kind,
                language: letter.language.clone(),
                recipient: address.to_owned(),
                subject: said.subject,
                text: said.text,
                html: said.html,
                blocks: said.blocks,
                template: template.map(|(id, hash)| Template { id, hash }),
                parts: serde_json::from_str(&letter.parts).unwrap_or_default(),
            };
            let about = About { controller: letter.controller_id, request: Some(&self.request) };
            queue(self.txn, &self.store.safe, self.now, &self.by.actor, about, &draft).await?;
        }
        self.settle_bounce(&letter).await?;
        self.write(ActiveModel::default()).await
    }

    async fn failed(&self, id: LetterId) -> Result<Letter, NotDecided> {
        let letter = by_id(&**self.txn, &self.by.reach, id).await?;
        let letter = letter.filter(|letter| letter.request_id == Some(self.request.id));
        let letter = letter.ok_or(NotDecided::NotFound("letter"))?;
        match letter.state {
            LetterState::Failed | LetterState::Held => Ok(letter),
            LetterState::Queued | LetterState::Sent => {
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

    async fn writes_letters(&self) -> Result<(), NotDecided> {
        let controller = controller::queries::by_id(&**self.txn, self.request.controller_id).await?;
        if controller.is_some_and(|controller| controller.policy.letters == Letters::Mail) {
            return Ok(());
        }
        Err(conflict("no_letters", "the controller has no letters written; its policy says so (`letters`)"))
    }
}
