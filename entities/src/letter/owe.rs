//! What a decision owes the person: a letter in its transaction, or a question to a person who can write it. And what follows
//! once a letter has gone out, by whatever means.

use law::duty::Duty;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::compose::{Missing, Order, Subject, compose};
use super::hold::hold;
use super::kind::{Audience, LetterKind, LetterState, Means};
use super::outbox::{About, queue};
use super::queries::{newest, sent_first};
use super::supersede::{supersede, supersede_held};
use super::table::{ActiveModel, Entity, Model};
use crate::client::reach::Reach;
use crate::clock::notice::{Sent, acknowledged, announced, asked};
use crate::clock::settle::{meet, refused};
use crate::controller::policy::Letters;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::guest::table::Guest;
use crate::id::LetterId;
use crate::inquiry::table::InquiryKind;
use crate::question::queries::{answer, ask_anew};
use crate::question::table::QuestionCode;
use crate::request::right::Right;
use crate::request::status::Outcome;
use crate::request::table::Model as Request;
use crate::step::kind::StepKind;
use crate::step::queue::{self as steps, NewStep};
use crate::store::Store;
use crate::time::At;
use crate::{appeal, controller, guest, identity_link, request};

/// What came of a letter that was owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owed {
    /// The controller has no letters written.
    Nothing,
    /// It waits to be sent, or for an officer to send it where the controller's policy says so.
    Queued(LetterId),
    /// It could not be written, and a person is asked.
    ByHand(Missing),
}

/// The kind of letter that answers a right.
#[must_use]
pub const fn answer_to(right: Right) -> LetterKind {
    match right {
        Right::Access | Right::Portability | Right::AdmtAccess => LetterKind::AnswerAccess,
        Right::Erasure => LetterKind::AnswerErasure,
        Right::Rectification => LetterKind::AnswerRectification,
        Right::Restriction | Right::Objection | Right::OptOut | Right::Limit | Right::AdmtOptOut => {
            LetterKind::AnswerOptOut
        }
    }
}

/// Writes what is owed for a locked request, and has officers reminded of its dates from then on.
///
/// # Errors
/// The database fails.
pub async fn owe(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    request: &Request,
    kind: LetterKind,
    outcome: Option<Outcome>,
) -> Result<Owed, StoreError> {
    let controller = controller::queries::by_id(&**txn, request.controller_id).await?;
    let controller = controller.ok_or(StoreError::Corrupt("a request's controller is missing"))?;
    if controller.policy.letters == Letters::None {
        return Ok(Owed::Nothing);
    }
    let now = store.now();
    steps::add(&**txn, now, [NewStep::of(request, StepKind::Remind, now)]).await?;
    // What is owed now is not what an older letter of the kind would say.
    supersede(txn, now, by, request, kind).await?;
    let key = request::keys::of(&**txn, &store.safe, request.id).await?;
    let about = Subject { controller: &controller, request, key: &key };
    match compose(&**txn, store, about, Order { kind, outcome, preview: false }).await? {
        Ok(composed) => {
            let about = About { controller: controller.id, request: Some(request) };
            let letter = queue(txn, &store.safe, now, by, about, &composed.draft).await?;
            if let Some(hash) = composed.token_hash {
                let language = &composed.draft.language;
                match kind {
                    LetterKind::StatusLink => {
                        guest::link::write(txn, now, Guest::Person(request.id), hash, language).await?;
                    }
                    _ => {
                        identity_link::queries::make(txn, now, request.id, letter, hash, language).await?;
                    }
                }
            }
            answer(txn, now, by, request, &[QuestionCode::LetterByHand], Some(kind.as_str())).await?;
            if controller.policy.writing.hold.covers(kind) {
                hold(txn, now, by, request, letter, kind).await?;
            }
            Ok(Owed::Queued(letter))
        }
        Err(missing) => {
            let detail = json!({ "kind": kind, "missing": missing.0 });
            ask_anew(txn, now, by, request, QuestionCode::LetterByHand, kind.as_str(), detail).await?;
            Ok(Owed::ByHand(missing))
        }
    }
}

/// An officer sent a letter by other means: it counts as ours would.
///
/// # Errors
/// The database fails.
pub async fn record(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    kind: LetterKind,
    sent_at: At,
    means: Means,
) -> Result<Model, StoreError> {
    let row = ActiveModel {
        id: Set(LetterId::new()),
        controller_id: Set(request.controller_id),
        request_id: Set(Some(request.id)),
        kind: Set(kind),
        audience: Set(Audience::Person),
        language: Set(String::new()),
        means: Set(means),
        recipient_sealed: Set(None),
        subject_sealed: Set(None),
        text_sealed: Set(None),
        html_sealed: Set(None),
        sections_sealed: Set(None),
        message_id: Set(None),
        template: Set(None),
        template_hash: Set(None),
        parts: Set("[]".to_owned()),
        demands: Set("[]".to_owned()),
        state: Set(LetterState::Sent),
        attempts: Set(0),
        unclear: Set(0),
        last_answer: Set(None),
        caused_by: Set(None),
        written_at: Set(now),
        queued_at: Set(now),
        edited_at: Set(None),
        sent_at: Set(Some(sent_at)),
        updated_at: Set(now),
    };
    let letter = Entity::insert(row).exec_with_returning(&**txn).await?;
    let data = json!({ "letter": letter.id, "kind": kind, "means": means, "sent_at": sent_at });
    trail::record(&**txn, now, by, [Entry::of(request, "letter.recorded", data)]).await?;
    supersede_held(txn, now, by, request, Some(kind)).await?;
    went_out(txn, now, by, request, &letter).await?;
    Ok(letter)
}

/// A letter about a locked request went out: what it was owed for is done.
///
/// # Errors
/// The database fails.
pub async fn went_out(txn: &Txn, now: At, by: &Actor, request: &Request, letter: &Model) -> Result<(), StoreError> {
    let sent_at = letter.sent_at.unwrap_or(now);
    answer(txn, now, by, request, &[QuestionCode::LetterByHand], Some(letter.kind.as_str())).await?;
    answer(txn, now, by, request, &[QuestionCode::LetterBounced], Some(letter.kind.as_str())).await?;
    match letter.kind {
        LetterKind::Acknowledgement => {
            acknowledged(txn, now, by, request, sent_at).await?;
        }
        _ if tells_of_refusal(request, letter) => {
            refused(txn, now, by, request, sent_at).await?;
        }
        LetterKind::AppealDecision => {
            let appeal = appeal::queries::of_request(&**txn, request.id).await?;
            if appeal.is_some_and(|appeal| appeal.decided_at.is_some()) {
                meet(txn, now, by, request, Duty::DecideAppeal, None, sent_at).await?;
            }
        }
        // A notice that is still on its way when the request ends extends nothing.
        LetterKind::Extension if !request.status.is_closed() => {
            let sent = Sent { at: sent_at, means: letter.means.as_str(), letter: Some(letter.id.0) };
            announced(txn, now, by, request, sent).await?;
        }
        kind if kind.is_answer() && !request.status.is_closed() => {
            steps::add(&**txn, now, [NewStep::of(request, StepKind::Close, now)]).await?;
        }
        kind if !request.status.is_closed() => {
            if let Some(inquiry) = asks(kind) {
                asked(txn, now, by, request, inquiry, (letter.written_at, sent_at)).await?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// What a letter of this kind asks of the person, if anything.
#[must_use]
pub const fn asks(kind: LetterKind) -> Option<InquiryKind> {
    match kind {
        LetterKind::IdentityLink => Some(InquiryKind::Identity),
        LetterKind::Clarification => Some(InquiryKind::Clarification),
        LetterKind::FeeNotice => Some(InquiryKind::Fee),
        _ => None,
    }
}

/// Whether a letter is the notice of how the request ended. One about an access that was narrowed to categories is of the same
/// kind, and was written before, whenever it goes out.
fn tells_of_refusal(request: &Request, letter: &Model) -> bool {
    let notice = match request.outcome {
        Some(Outcome::Refused) => LetterKind::Refusal,
        Some(Outcome::IdentityNotProven) => LetterKind::Unverified,
        _ => return false,
    };
    letter.kind == notice && request.closed_at.is_some_and(|closed_at| letter.written_at >= closed_at)
}

/// When a request's answer went out first, if it did: whatever became of others that were written before or after it.
///
/// # Errors
/// The database fails.
pub async fn answered_at(txn: &Txn, request: &Request) -> Result<Option<At>, StoreError> {
    let answer = sent_first(&**txn, request.id, answer_to(request.right)).await?;
    Ok(answer.and_then(|letter| letter.sent_at))
}

/// Whether a letter of a kind was written already, and no longer waits to be written anew, whatever became of it.
///
/// # Errors
/// The database fails.
pub async fn is_written(txn: &Txn, request: &Request, kind: LetterKind) -> Result<bool, StoreError> {
    Ok(newest(&**txn, request.id, kind).await?.is_some_and(|letter| letter.state != LetterState::Superseded))
}

/// The request of a letter, locked; none if it is about no request.
///
/// # Errors
/// The database fails.
pub async fn lock_request(txn: &Txn, letter: &Model) -> Result<Option<Request>, StoreError> {
    match letter.request_id {
        Some(id) => Ok(request::queries::lock(txn, &Reach::installation(), id).await?),
        None => Ok(None),
    }
}
