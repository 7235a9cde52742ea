//! Holding a letter back: it waits for somebody to send it, and its words can be changed until then.
//!
//! Why held and not merely late: a letter that goes out while somebody still writes would say half of it. Why only one that was
//! never tried: whatever was tried once may have arrived, and then its words are what was said. Whether it was is asked by the
//! statement that holds it back; the one that begins an attempt asks the reverse.

use std::collections::BTreeMap;

use jiff::civil::Date;
use letters::edit::{self, Edited, Passage, Written, Wrong};
use letters::part::Part;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use vault::data_key::DataKey;

use super::kind::{LetterKind, LetterState};
use super::outbox::{Words, resaid, reworded, words_hash};
use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::LetterId;
use crate::question::queries::{answer, ask};
use crate::question::table::QuestionCode;
use crate::request::table::Model as Request;
use crate::step::queue::{self, NewStep};
use crate::time::At;

/// Holds back a letter about a locked request that waits to be sent and was never tried, and asks officers to see to it. Says
/// whether it did.
///
/// # Errors
/// The database fails.
pub async fn hold(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    letter: LetterId,
    kind: LetterKind,
) -> Result<bool, StoreError> {
    let held = Entity::update_many()
        .col_expr(Column::State, LetterState::Held.into())
        .col_expr(Column::UpdatedAt, now.into())
        .filter(COLUMN.id.eq(letter))
        .filter(COLUMN.state.eq(LetterState::Queued))
        .filter(COLUMN.attempts.eq(0))
        .exec(&**txn)
        .await?;
    if held.rows_affected == 0 {
        return Ok(false);
    }
    let detail = json!({ "letter": letter, "kind": kind });
    trail::record(&**txn, now, by, [Entry::of(request, "letter.held", detail.clone())]).await?;
    ask(txn, now, by, request, QuestionCode::LetterHeld, kind.as_str(), detail).await?;
    Ok(true)
}

/// Has a letter go out that was held back, with the words it has. Says whether it was held back.
///
/// # Errors
/// The database fails.
pub async fn release(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    letter: LetterId,
    kind: LetterKind,
) -> Result<bool, StoreError> {
    let released = Entity::update_many()
        .col_expr(Column::State, LetterState::Queued.into())
        .col_expr(Column::QueuedAt, now.into())
        .col_expr(Column::UpdatedAt, now.into())
        .filter(COLUMN.id.eq(letter))
        .filter(COLUMN.state.eq(LetterState::Held))
        .exec_with_returning(&**txn)
        .await?;
    let Some(row) = released.first() else { return Ok(false) };
    let data = json!({ "letter": letter, "kind": kind, "words_hash": words_hash(row) });
    trail::record(&**txn, now, by, [Entry::of(request, "letter.released", data)]).await?;
    answer(txn, now, by, request, &[QuestionCode::LetterHeld], Some(kind.as_str())).await?;
    queue::add(&**txn, now, [NewStep::of_letter(request.controller_id, Some(request.id), letter, now)]).await?;
    Ok(true)
}

/// A letter with what editing it needs.
pub struct Sheet<'a> {
    letter: &'a Model,
    said: &'a Words,
    parts: Vec<Part>,
    demanded: Vec<Part>,
}

impl<'a> Sheet<'a> {
    /// A letter and what it says.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn of(letter: &'a Model, said: &'a Words) -> Result<Self, StoreError> {
        let demanded = letter.demanded()?.into_iter().map(|it| it.part).collect();
        Ok(Self { parts: letter.said_parts()?, demanded, letter, said })
    }

    fn written(&self) -> Result<Written<'_>, StoreError> {
        let language = self.letter.language.parse();
        Ok(Written {
            language: language.map_err(|_| StoreError::Corrupt("a letter is in no language of ours"))?,
            subject: &self.said.subject,
            sections: &self.said.sections,
            parts: &self.parts,
            demanded: &self.demanded,
        })
    }

    /// Its passages, from top to bottom.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn passages(&self) -> Result<Vec<Passage>, StoreError> {
        Ok(edit::passages(&self.written()?))
    }

    /// The letter dated another day, where it bears `from` as its own.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn redated(&self, from: Date, to: Date) -> Result<Edited, StoreError> {
        Ok(edit::redated(&self.written()?, from, to))
    }

    /// The letter as it would be with these passages changed, or what is wrong with them.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn edited(&self, changes: &BTreeMap<usize, String>) -> Result<Result<Edited, Vec<Wrong>>, StoreError> {
        Ok(edit::edit(&self.written()?, changes))
    }
}

/// Has a letter that is held back bear another date.
///
/// # Errors
/// The database fails.
pub async fn redate(
    txn: &Txn,
    now: At,
    by: &Actor,
    (request, key): (&Request, &DataKey),
    letter: &Model,
    said: &Words,
) -> Result<(), StoreError> {
    let change = ActiveModel { written_at: Set(now), updated_at: Set(now), ..reworded(key, letter.id, said)? };
    let held = Entity::update_many().set(change).filter(COLUMN.id.eq(letter.id));
    let rows = held.filter(COLUMN.state.eq(LetterState::Held)).exec_with_returning(&**txn).await?;
    let Some(row) = rows.first() else { return Ok(()) };
    let data = json!({ "letter": letter.id, "kind": letter.kind, "words_hash_before": words_hash(letter),
                       "words_hash": words_hash(row) });
    trail::record(&**txn, now, by, [Entry::of(request, "letter.redated", data)]).await?;
    Ok(())
}

/// Changes the words of a letter that is held back. Says whether it still was.
///
/// # Errors
/// The database fails.
pub async fn rewrite(
    txn: &Txn,
    now: At,
    by: &Actor,
    (request, key): (&Request, &DataKey),
    letter: &Model,
    edited: &Edited,
) -> Result<bool, StoreError> {
    let change = ActiveModel { edited_at: Set(Some(now)), updated_at: Set(now), ..resaid(key, letter.id, edited)? };
    let rows = Entity::update_many()
        .set(change)
        .filter(COLUMN.id.eq(letter.id))
        .filter(COLUMN.state.eq(LetterState::Held))
        .exec_with_returning(&**txn)
        .await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let data =
        json!({ "letter": letter.id, "kind": letter.kind, "parts": edited.parts, "words_hash": words_hash(row) });
    trail::record(&**txn, now, by, [Entry::of(request, "letter.edited", data)]).await?;
    Ok(true)
}
