//! The installation's keys in use: the look-up key and the signing key, kept in the database, sealed under the keyring.
//!
//! They stand in the database so that all processes share them, and not in the key file so that rotating the installation
//! key changes neither look-up hashes nor the identity behind the signatures.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;
use vault::keyring::Keyring;
use vault::lookup::LookupKey;
use vault::seal::SealError;
use vault::signing::SigningKey;

use super::table::{ActiveModel, Column, Entity};
use crate::db::{Db, Txn};
use crate::id::ControllerId;
use crate::store::StoreError;
use crate::time::At;

const LOOKUP: &str = "lookup_key";
const SIGNING: &str = "signing_key";

/// The keys that a process works with.
#[derive(Debug)]
pub struct Safe {
    keyring: Keyring,
    lookup: LookupKey,
    signing: SigningKey,
}

impl Safe {
    /// Reads the installation's secrets, making them first if there are none yet. Processes that start together end with the
    /// same secrets: the first to commit wins, and all read back what stands.
    ///
    /// # Errors
    /// The database fails, or the secrets were sealed under a key that `keyring` does not hold.
    pub async fn open(db: &Db, keyring: Keyring, now: At) -> Result<Self, StoreError> {
        let fresh = [
            (LOOKUP, LookupKey::generate().as_bytes().to_vec()),
            (SIGNING, SigningKey::generate().as_bytes().to_vec()),
        ];
        let known = Entity::find().all(db.read()).await?;
        if known.len() < fresh.len() {
            let txn = db.begin().await?;
            let rows = fresh.iter().map(|(name, value)| ActiveModel {
                name: Set((*name).to_owned()),
                value_sealed: Set(keyring.seal(Uuid::nil(), name, value)),
                created_at: Set(now),
            });
            Entity::insert_many(rows)
                .on_conflict(OnConflict::column(Column::Name).do_nothing().to_owned())
                .exec_without_returning(&*txn)
                .await?;
            txn.commit().await?;
        }
        let lookup = read(db, &keyring, LOOKUP).await?;
        let signing = read(db, &keyring, SIGNING).await?;
        Ok(Self {
            lookup: LookupKey::from_bytes(&lookup)
                .map_err(|_| StoreError::Corrupt("the look-up key has a wrong length"))?,
            signing: SigningKey::from_bytes(&signing)
                .map_err(|_| StoreError::Corrupt("the signing key has a wrong length"))?,
            keyring,
        })
    }

    /// The installation's keys, for wrapping.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The key that checkpoints are signed with.
    #[must_use]
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// Keyed hash of a value, for exact look-up without storing the value. Two controllers never get the same hash.
    #[must_use]
    pub fn hash(&self, controller: ControllerId, kind: &str, value: &str) -> String {
        self.lookup.hash(controller.0, kind, value)
    }
}

async fn read(db: &Db, keyring: &Keyring, name: &str) -> Result<Vec<u8>, StoreError> {
    let row = Entity::find_by_id(name.to_owned())
        .one(db.write())
        .await?
        .ok_or(StoreError::Corrupt("a secret of the installation is missing"))?;
    Ok(keyring.open(Uuid::nil(), name, &row.value_sealed)?)
}

/// Seals everything that an older installation key had sealed anew under the current one: the installation's secrets,
/// controllers' credentials and requests' keys. Says how many values that were. All or nothing.
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
    resealed += crate::request::keys::rewrap(txn, keyring).await?;
    Ok(resealed)
}

/// Proof that [`SealError`] is what an unknown key looks like, for messages that name the way out.
#[must_use]
pub fn is_unknown_key(error: &StoreError) -> bool {
    matches!(error, StoreError::Sealed(SealError::UnknownKey { .. }))
}
