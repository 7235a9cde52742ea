//! The outbox: a letter is written down in the transaction that causes it, with the step that sends it. So no letter tells of
//! what did not happen, and nothing happens that a letter owed would not tell of.

use letters::edit::Edited;
use letters::markup::Section;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use vault::data_key::DataKey;
use vault::digest::sha256_hex;
use vault::keyring::Keyring;

use super::demand::Demand;
use super::kind::{Audience, LetterKind, LetterState, Means};
use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::table as event;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ControllerId, EventId, LetterId};
use crate::installation::secrets::Safe;
use crate::request;
use crate::request::file::context;
use crate::step::queue::{self, NewStep};
use crate::time::At;

/// A letter that is ready to go out.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is.
    pub kind: LetterKind,
    /// In what language, as ISO 639-1.
    pub language: String,
    /// Whom it goes to: one mail address.
    pub recipient: String,
    /// Its subject, in one line.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// What both were drawn from, for paper.
    pub sections: Vec<Section>,
    /// The template it was made from, if any.
    pub template: Option<Template>,
    /// The parts that it says.
    pub parts: Vec<String>,
    /// Those of them that the law asks for.
    pub demands: Vec<Demand>,
    /// When somebody changed its words last.
    pub edited_at: Option<At>,
}

/// Which template a letter was made from, for evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name.
    pub id: String,
    /// Its SHA-256.
    pub hash: String,
}

/// What a letter says and to whom, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Words {
    /// Whom it goes to.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// What both were drawn from, for paper.
    pub sections: Vec<Section>,
}

/// What a letter belongs to.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The controller it is written for.
    pub controller: ControllerId,
    /// The request it is about.
    pub request: Option<&'a request::table::Model>,
}

/// A letter with all that is written along with it.
pub struct Queued {
    /// The row.
    pub row: ActiveModel,
    /// Its sending.
    pub step: NewStep,
    /// What the trail says of it.
    pub entry: Entry,
    /// Its id.
    pub id: LetterId,
}

enum Seal<'a> {
    Request(&'a DataKey),
    Installation(&'a Keyring),
}

impl Seal<'_> {
    fn seal(&self, id: LetterId, column: &str, text: &str) -> Vec<u8> {
        match self {
            Self::Request(key) => key.seal(&context(column, id), text.as_bytes()),
            Self::Installation(keyring) => keyring.seal(id.0, column, text.as_bytes()),
        }
    }

    fn open(&self, id: LetterId, column: &str, sealed: Option<&Vec<u8>>) -> Result<String, StoreError> {
        let sealed = sealed.ok_or(StoreError::Corrupt("a letter without words is to be read"))?;
        let plain = match self {
            Self::Request(key) => key.open(&context(column, id), sealed)?,
            Self::Installation(keyring) => keyring.open(id.0, column, sealed)?,
        };
        String::from_utf8(plain).map_err(|_| StoreError::Corrupt("a letter is not text"))
    }
}

const RECIPIENT: &str = "letters.recipient";
const SUBJECT: &str = "letters.subject";
const TEXT: &str = "letters.text";
const HTML: &str = "letters.html";
const SECTIONS: &str = "letters.sections";

/// Makes the rows of a letter, without a database. `key` is the request's: what is written to the person is sealed under it.
///
/// # Errors
/// A letter to a person needs a request and its key.
pub fn prepare(
    safe: &Safe,
    now: At,
    about: About<'_>,
    key: Option<&DataKey>,
    draft: &Draft,
    caused_by: Option<EventId>,
) -> Result<Queued, StoreError> {
    let id = LetterId::new();
    let audience = draft.kind.audience();
    let seal = match (audience, key) {
        (Audience::Officer | Audience::Guest, _) => Seal::Installation(safe.keyring()),
        (Audience::Person, Some(key)) => Seal::Request(key),
        (Audience::Person, None) => return Err(StoreError::Corrupt("a letter to a person belongs to no request")),
    };
    let request = about.request.map(|request| request.id);
    let sections = serialised(&draft.sections)?;
    let row = ActiveModel {
        id: Set(id),
        controller_id: Set(about.controller),
        request_id: Set(request),
        kind: Set(draft.kind),
        audience: Set(audience),
        language: Set(draft.language.clone()),
        means: Set(Means::Mail),
        recipient_sealed: Set(Some(seal.seal(id, RECIPIENT, &draft.recipient))),
        subject_sealed: Set(Some(seal.seal(id, SUBJECT, &draft.subject))),
        text_sealed: Set(Some(seal.seal(id, TEXT, &draft.text))),
        html_sealed: Set(Some(seal.seal(id, HTML, &draft.html))),
        sections_sealed: Set(Some(seal.seal(id, SECTIONS, &sections))),
        message_id: Set(None),
        template: Set(draft.template.as_ref().map(|template| template.id.clone())),
        template_hash: Set(draft.template.as_ref().map(|template| template.hash.clone())),
        parts: Set(json!(draft.parts).to_string()),
        demands: Set(json!(draft.demands).to_string()),
        state: Set(LetterState::Queued),
        attempts: Set(0),
        unclear: Set(0),
        last_answer: Set(None),
        caused_by: Set(caused_by),
        written_at: Set(now),
        queued_at: Set(now),
        edited_at: Set(draft.edited_at),
        sent_at: Set(None),
        updated_at: Set(now),
    };
    let data = json!({ "letter": id, "kind": draft.kind, "language": draft.language, "parts": draft.parts,
                       "template_hash": draft.template.as_ref().map(|template| &template.hash) });
    let entry = Entry { controller: about.controller, request, kind: "letter.queued", data };
    Ok(Queued { row, step: NewStep::of_letter(about.controller, request, id, now), entry, id })
}

/// Writes a letter down, with its sending and its event. What caused it is the request's newest event, which stands in the
/// same transaction.
///
/// # Errors
/// The database fails, or the request's key has been destroyed.
pub async fn queue(
    txn: &Txn,
    safe: &Safe,
    now: At,
    by: &Actor,
    about: About<'_>,
    draft: &Draft,
) -> Result<LetterId, StoreError> {
    let (key, cause) = match about.request {
        Some(request) if draft.kind.audience() == Audience::Person => {
            (Some(request::keys::of(&**txn, safe, request.id).await?), newest_event(txn, request).await?)
        }
        Some(request) => (None, newest_event(txn, request).await?),
        None => (None, None),
    };
    let queued = prepare(safe, now, about, key.as_ref(), draft, cause)?;
    Entity::insert(queued.row).exec_without_returning(&**txn).await?;
    queue::add(&**txn, now, [queued.step]).await?;
    trail::record(&**txn, now, by, [queued.entry]).await?;
    Ok(queued.id)
}

async fn newest_event(txn: &Txn, request: &request::table::Model) -> Result<Option<EventId>, DbErr> {
    event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::COLUMN.request_id.eq(request.id))
        .order_by_desc(event::Column::Id)
        .into_tuple()
        .one(&**txn)
        .await
}

/// What a letter says and to whom.
///
/// # Errors
/// [`StoreError::Erased`] once the request's key has been destroyed.
pub async fn words(conn: &impl ConnectionTrait, safe: &Safe, letter: &Model) -> Result<Words, StoreError> {
    let key = match (letter.audience, letter.request_id) {
        (Audience::Person, Some(request)) => Some(request::keys::of(conn, safe, request).await?),
        (Audience::Person, None) => return Err(StoreError::Corrupt("a letter to a person belongs to no request")),
        (Audience::Officer | Audience::Guest, _) => None,
    };
    let seal = key.as_ref().map_or(Seal::Installation(safe.keyring()), Seal::Request);
    let sections = seal.open(letter.id, SECTIONS, letter.sections_sealed.as_ref())?;
    Ok(Words {
        recipient: seal.open(letter.id, RECIPIENT, letter.recipient_sealed.as_ref())?,
        subject: seal.open(letter.id, SUBJECT, letter.subject_sealed.as_ref())?,
        text: seal.open(letter.id, TEXT, letter.text_sealed.as_ref())?,
        html: seal.open(letter.id, HTML, letter.html_sealed.as_ref())?,
        sections: serde_json::from_str(&sections).map_err(|_| StoreError::Corrupt("a letter's text does not read"))?,
    })
}

/// What a letter to a person says from now on, sealed.
///
/// # Errors
/// It does not serialise.
pub(super) fn resaid(key: &DataKey, letter: LetterId, said: &Edited) -> Result<ActiveModel, StoreError> {
    let sealed = sealed(key, letter, (&said.text, &said.html, &said.sections))?;
    Ok(ActiveModel { parts: Set(json!(said.parts).to_string()), ..sealed })
}

/// The same, where the parts that it says are the same.
///
/// # Errors
/// It does not serialise.
pub(super) fn reworded(key: &DataKey, letter: LetterId, said: &Words) -> Result<ActiveModel, StoreError> {
    sealed(key, letter, (&said.text, &said.html, &said.sections))
}

fn sealed(
    key: &DataKey,
    letter: LetterId,
    (text, html, sections): (&str, &str, &[Section]),
) -> Result<ActiveModel, StoreError> {
    let seal = Seal::Request(key);
    Ok(ActiveModel {
        text_sealed: Set(Some(seal.seal(letter, TEXT, text))),
        html_sealed: Set(Some(seal.seal(letter, HTML, html))),
        sections_sealed: Set(Some(seal.seal(letter, SECTIONS, &serialised(sections)?))),
        ..Default::default()
    })
}

fn serialised(sections: &[Section]) -> Result<String, StoreError> {
    serde_json::to_string(sections).map_err(|_| StoreError::Corrupt("a letter does not serialise"))
}

/// The SHA-256 of a letter to a person as it is sealed: it ties an event to these very words, and tells nothing of them to
/// whoever guesses.
pub fn words_hash(letter: &Model) -> Option<String> {
    let (text, html) = (letter.text_sealed.as_ref()?, letter.html_sealed.as_ref()?);
    (letter.audience == Audience::Person).then(|| sha256_hex(&[text.as_slice(), html].concat()))
}

/// Notes that an attempt begins, before anything is sent: so that what a dead process may have sent is counted. The
/// message id of the first attempt stays. Says which it is, or nothing if the letter does not wait any more.
///
/// # Errors
/// The database fails.
pub async fn begin_attempt(txn: &Txn, now: At, letter: LetterId, message_id: &str) -> Result<Option<Model>, DbErr> {
    let rows = Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::MessageId, Func::coalesce([Expr::col(Column::MessageId), Expr::value(message_id)]).into())
        .col_expr(Column::UpdatedAt, now.into())
        .filter(COLUMN.id.eq(letter))
        .filter(COLUMN.state.eq(LetterState::Queued))
        .exec_with_returning(&**txn)
        .await?;
    Ok(rows.into_iter().next())
}

/// Notes how an attempt ended that did not settle the letter.
///
/// # Errors
/// The database fails.
pub async fn note_answer(txn: &Txn, now: At, letter: &Model, answer: &str, unclear: bool) -> Result<(), DbErr> {
    let change = ActiveModel {
        id: Unchanged(letter.id),
        last_answer: Set(Some(answer.to_owned())),
        unclear: Set(letter.unclear + i64::from(unclear)),
        updated_at: Set(now),
        ..Default::default()
    };
    Entity::update(change).exec(&**txn).await.map(|_| ())
}

/// Settles a letter: sent, or failed. Says how it stands then, or nothing if it failed when another had taken its place, which
/// is nobody's trouble. One that went out all the same went out.
///
/// # Errors
/// The database fails.
pub async fn settle(
    txn: &Txn,
    now: At,
    by: &Actor,
    letter: &Model,
    state: LetterState,
    answer: &str,
) -> Result<Option<Model>, DbErr> {
    let change = ActiveModel {
        state: Set(state),
        last_answer: Set(Some(answer.to_owned())),
        sent_at: Set((state == LetterState::Sent).then_some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    let mut update = Entity::update_many().set(change).filter(COLUMN.id.eq(letter.id));
    if state != LetterState::Sent {
        update = update.filter(COLUMN.state.eq(LetterState::Queued));
    }
    let Some(settled) = update.exec_with_returning(&**txn).await?.into_iter().next() else { return Ok(None) };
    let kind = if state == LetterState::Sent { "letter.sent" } else { "letter.failed" };
    let data = json!({ "letter": letter.id, "kind": letter.kind, "answer": answer, "attempts": settled.attempts,
                       "unclear": settled.unclear, "words_hash": words_hash(&settled) });
    let entry = Entry { controller: letter.controller_id, request: letter.request_id, kind, data };
    trail::record(&**txn, now, by, [entry]).await?;
    Ok(Some(settled))
}

/// Seals what letters to officers and guests hold anew after a rotation of the installation's key. Says how many letters that were.
///
/// # Errors
/// The database fails, or a letter does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().filter(COLUMN.audience.is_in([Audience::Officer, Audience::Guest])).all(&**txn).await? {
        let anew = |column: &str, sealed: &Option<Vec<u8>>| -> Result<Option<Vec<u8>>, StoreError> {
            let Some(sealed) = sealed else { return Ok(None) };
            Ok(Some(keyring.seal(row.id.0, column, &keyring.open(row.id.0, column, sealed)?)))
        };
        if row.text_sealed.as_ref().is_none_or(|sealed| keyring.is_current(sealed)) {
            continue;
        }
        let change = ActiveModel {
            id: Unchanged(row.id),
            recipient_sealed: Set(anew(RECIPIENT, &row.recipient_sealed)?),
            subject_sealed: Set(anew(SUBJECT, &row.subject_sealed)?),
            text_sealed: Set(anew(TEXT, &row.text_sealed)?),
            html_sealed: Set(anew(HTML, &row.html_sealed)?),
            sections_sealed: Set(anew(SECTIONS, &row.sections_sealed)?),
            ..Default::default()
        };
        Entity::update(change).exec(&**txn).await?;
        resealed += 1;
    }
    Ok(resealed)
}
