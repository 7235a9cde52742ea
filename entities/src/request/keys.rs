//! The key of one request: everything personal of the request is sealed under it, and goes with it.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use vault::data_key::DataKey;
use vault::keyring::Keyring;

use super::table::key::{ActiveModel, Column, Entity};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::RequestId;
use crate::installation::secrets::Safe;
use crate::time::At;

/// The row of a request's key, wrapped.
pub(crate) fn row(request: RequestId, wrapped: Vec<u8>, at: At) -> ActiveModel {
    ActiveModel { request_id: Set(request), wrapped: Set(Some(wrapped)), created_at: Set(at), destroyed_at: Set(None) }
}

/// The key of a request.
///
/// # Errors
/// [`StoreError::Erased`] once it has been destroyed.
pub async fn of(conn: &impl ConnectionTrait, safe: &Safe, request: RequestId) -> Result<DataKey, StoreError> {
    let row = Entity::find_by_id(request).one(conn).await?.ok_or(StoreError::Erased)?;
    let wrapped = row.wrapped.ok_or(StoreError::Erased)?;
    Ok(safe.keyring().unwrap(request.0, &wrapped)?)
}

/// Wraps every key that an older installation key had wrapped anew. Says how many.
///
/// # Errors
/// The database fails, or a key does not unwrap.
pub async fn rewrap(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut rewrapped = 0;
    for row in Entity::find().filter(Column::Wrapped.is_not_null()).all(&**txn).await? {
        let Some(wrapped) = row.wrapped.filter(|wrapped| !keyring.is_current(wrapped)) else { continue };
        let key = keyring.unwrap(row.request_id.0, &wrapped)?;
        let wrapped = Set(Some(keyring.wrap(row.request_id.0, &key)));
        Entity::update(ActiveModel { request_id: Set(row.request_id), wrapped, ..Default::default() })
            .exec(&**txn)
            .await?;
        rewrapped += 1;
    }
    Ok(rewrapped)
}
