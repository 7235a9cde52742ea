//! A request's candidates: storing what a search found, opening it again.

use resolution::record::{Record, RecordKey};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use vault::data_key::DataKey;

use super::table::{ActiveModel, COLUMN, Column, Entity, Model, hit};
use crate::error::StoreError;
use crate::id::{CandidateId, IdentifierId, RequestId};
use crate::identifier::table::Choice;
use crate::installation::secrets::Safe;
use crate::request::file::context;
use crate::time::At;
use crate::{db::Txn, id::ControllerId};

/// Keyed hash of a record's key: how a record is recognised without being readable. Search terms are compared without case,
/// but for ids, where case tells one from another.
#[must_use]
pub fn key_hash(safe: &Safe, controller: ControllerId, key: &RecordKey) -> String {
    match key {
        RecordKey::Term { kind, .. } if !kind.is_case_sensitive() => {
            safe.hash(controller, "record", &key.text().to_lowercase())
        }
        _ => safe.hash(controller, "record", &key.text()),
    }
}

/// Stores a record that an identifier found, and that it did. A record that is known already keeps its row, its choice and
/// what was first seen of it.
///
/// # Errors
/// The database fails.
pub async fn found(
    txn: &Txn,
    safe: &Safe,
    key: &DataKey,
    (controller, request): (ControllerId, RequestId),
    identifier: IdentifierId,
    record: &Record,
    now: At,
) -> Result<(), StoreError> {
    let hash = key_hash(safe, controller, &record.key);
    let known = Entity::find().filter(COLUMN.request_id.eq(request)).filter(COLUMN.key_hash.eq(hash.as_str()));
    let candidate = match known.one(&**txn).await? {
        Some(row) => row.id,
        None => {
            let id = CandidateId::new();
            let row = ActiveModel {
                id: Set(id),
                request_id: Set(request),
                kind: Set(record.key.kind_str().to_owned()),
                key_hash: Set(hash),
                record_sealed: Set(sealed(key, id, record)?),
                merge_set_id: Set(None),
                ancestor: Set(false),
                certain: Set(false),
                doubt: Set(None),
                set_aside: Set(None),
                choice: Set(Choice::Undecided),
                choice_reason_sealed: Set(None),
                chosen_by: Set(None),
                chosen_at: Set(None),
                created_at: Set(now),
            };
            Entity::insert(row).exec_without_returning(&**txn).await?;
            id
        }
    };
    let row = hit::ActiveModel { candidate_id: Set(candidate), identifier_id: Set(identifier) };
    let once = OnConflict::columns([hit::Column::CandidateId, hit::Column::IdentifierId]).do_nothing().to_owned();
    hit::Entity::insert_many([row]).on_conflict(once).exec_without_returning(&**txn).await?;
    Ok(())
}

/// A record, sealed to its candidate.
///
/// # Errors
/// It does not serialise.
pub fn sealed(key: &DataKey, id: CandidateId, record: &Record) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(record).map_err(|_| StoreError::Corrupt("a record does not serialise"))?;
    Ok(key.seal(&context("candidates.record", id), &plain))
}

/// A candidate's record.
///
/// # Errors
/// It does not open under the request's key.
pub fn record(key: &DataKey, row: &Model) -> Result<Record, StoreError> {
    let plain = key.open(&context("candidates.record", row.id), &row.record_sealed)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("a candidate's record is not JSON"))
}

/// A request's candidates, in the order they were found.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}

/// Which identifiers found which of these candidates.
///
/// # Errors
/// The database fails.
pub async fn hits(conn: &impl ConnectionTrait, candidates: &[Model]) -> Result<Vec<hit::Model>, DbErr> {
    hit::Entity::find().filter(hit::COLUMN.candidate_id.is_in(candidates.iter().map(|row| row.id))).all(conn).await
}
