//! Where a subscriber is called. The address is sealed under the installation's key, because a path may be a secret of the other
//! side; its host alone can be read in the table.

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use url::Url;
use uuid::Uuid;
use vault::keyring::Keyring;

use super::table::{ActiveModel, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::SubscriberId;
use crate::installation::secrets::Safe;

const URL: &str = "subscribers.url";

pub(super) fn seal(safe: &Safe, id: SubscriberId, url: &Url) -> Vec<u8> {
    safe.keyring().seal(id.0, URL, url.as_str().as_bytes())
}

fn open(keyring: &Keyring, id: Uuid, sealed: &[u8]) -> Result<String, StoreError> {
    String::from_utf8(keyring.open(id, URL, sealed)?)
        .map_err(|_| StoreError::Corrupt("a subscriber's address is not text"))
}

impl Model {
    /// Where it is called.
    ///
    /// # Errors
    /// It does not open under the installation's keys.
    pub fn url(&self, safe: &Safe) -> Result<String, StoreError> {
        open(safe.keyring(), self.id.0, &self.url_sealed)
    }
}

/// Seals every address anew that an older installation key had sealed. Says how many.
///
/// # Errors
/// The database fails, or an address does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().all(&**txn).await? {
        if !keyring.is_current(&row.url_sealed) {
            let url = open(keyring, row.id.0, &row.url_sealed)?;
            let url_sealed = Set(keyring.seal(row.id.0, URL, url.as_bytes()));
            Entity::update(ActiveModel { id: Unchanged(row.id), url_sealed, ..Default::default() })
                .exec(&**txn)
                .await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}
