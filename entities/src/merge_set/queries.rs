//! A request's merge sets: stored before anything is submitted, because no field of the platform links the jobs it makes
//! for the other members (contract §3.5).

use resolution::record::{MergeSet, RecordKey};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use vault::data_key::DataKey;

use super::table::{ActiveModel, COLUMN, Column, Entity, Model, member};
use crate::candidate::queries::key_hash;
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::{ControllerId, MergeSetId, RequestId};
use crate::installation::secrets::Safe;
use crate::request::file::context;
use crate::time::At;

/// Stores a merge set, unless it is stored already, and says its id. Members that have joined since are added.
///
/// # Errors
/// The database fails.
pub async fn store(
    txn: &Txn,
    safe: &Safe,
    key: &DataKey,
    (controller, request): (ControllerId, RequestId),
    set: &MergeSet,
    now: At,
) -> Result<MergeSetId, StoreError> {
    let hash_of = |contact: &str| key_hash(safe, controller, &RecordKey::ExternalContact(contact.to_owned()));
    let canonical_hash = hash_of(&set.canonical);
    let known = Entity::find()
        .filter(COLUMN.request_id.eq(request))
        .filter(COLUMN.canonical_hash.eq(canonical_hash.as_str()))
        .one(&**txn)
        .await?;
    let id = match known {
        Some(row) => row.id,
        None => {
            let id = MergeSetId::new();
            let row = ActiveModel {
                id: Set(id),
                request_id: Set(request),
                canonical_hash: Set(canonical_hash.clone()),
                created_at: Set(now),
            };
            Entity::insert(row).exec_without_returning(&**txn).await?;
            id
        }
    };
    let there = member::Entity::find().filter(member::COLUMN.merge_set_id.eq(id)).all(&**txn).await?;
    let rows: Vec<_> = set
        .members
        .iter()
        .map(|contact| (contact, hash_of(contact)))
        .filter(|(_, hash)| there.iter().all(|row| row.contact_hash != *hash))
        .map(|(contact, hash)| member::ActiveModel {
            merge_set_id: Set(id),
            canonical: Set(hash == canonical_hash),
            contact_sealed: Set(key.seal(&context("merge_set_members.contact", &hash), contact.as_bytes())),
            contact_hash: Set(hash),
        })
        .collect();
    if !rows.is_empty() {
        member::Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    Ok(id)
}

/// A request's merge sets with their members, in the order they were stored.
///
/// # Errors
/// The database fails.
pub async fn of_request(
    conn: &impl ConnectionTrait,
    request: RequestId,
) -> Result<Vec<(Model, Vec<member::Model>)>, StoreError> {
    let sets = Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await?;
    if sets.is_empty() {
        return Ok(Vec::new());
    }
    let mut members = member::Entity::find()
        .filter(member::COLUMN.merge_set_id.is_in(sets.iter().map(|set| set.id)))
        .order_by_asc(member::Column::ContactHash)
        .all(conn)
        .await?;
    Ok(sets
        .into_iter()
        .map(|set| {
            let (own, others) = members.drain(..).partition(|member| member.merge_set_id == set.id);
            members = others;
            (set, own)
        })
        .collect())
}

/// A member's contact id.
///
/// # Errors
/// It does not open under the request's key.
pub fn contact(key: &DataKey, row: &member::Model) -> Result<String, StoreError> {
    let plain = key.open(&context("merge_set_members.contact", &row.contact_hash), &row.contact_sealed)?;
    String::from_utf8(plain).map_err(|_| StoreError::Corrupt("a contact id is not text"))
}
