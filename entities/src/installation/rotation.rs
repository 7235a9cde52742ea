//! A change of the installation key: what the old one had sealed is sealed anew.

use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;
use vault::keyring::Keyring;

use super::table::{ActiveModel, Entity};
use crate::db::Txn;
use crate::error::StoreError;

/// Seals everything that an older installation key had sealed anew under the current one: the installation's secrets,
/// controllers' and sources' credentials, why work was paused, calls and tickets that wait, officers' letters and authenticators, subscribers'
/// addresses, their keys and those of requests. Says how many values that were. All or nothing.
///
/// # Errors
/// The database fails, or a value does not open under any key of `keyring`.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().all(&**txn).await? {
        if !keyring.is_current(&row.value_sealed) {
            let value = keyring.open(Uuid::nil(), &row.name, &row.value_sealed)?;
            let value_sealed = Set(keyring.seal(Uuid::nil(), &row.name, &value));
            Entity::update(ActiveModel { name: Set(row.name), value_sealed, ..Default::default() })
                .exec(&**txn)
                .await?;
            resealed += 1;
        }
    }
    resealed += crate::controller::queries::reseal_credentials(txn, keyring).await?;
    resealed += crate::controller::pause::reseal(txn, keyring).await?;
    resealed += crate::letter::outbox::reseal(txn, keyring).await?;
    resealed += crate::source::secrets::reseal(txn, keyring).await?;
    resealed += crate::delivery::queries::reseal(txn, keyring).await?;
    resealed += crate::ticket::queries::reseal(txn, keyring).await?;
    resealed += crate::subscriber::address::reseal(txn, keyring).await?;
    resealed += crate::subscriber::keys::reseal(txn, keyring).await?;
    resealed += crate::officer::queries::reseal(txn, keyring).await?;
    resealed += crate::request::keys::rewrap(txn, keyring).await?;
    Ok(resealed)
}
