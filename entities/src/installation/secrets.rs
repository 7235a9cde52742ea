//! The installation's keys in use: the look-up key and the signing key, kept in the database, sealed under the keyring.
//!
//! They stand in the database so that all processes share them, and not in the key file so that rotating the installation
//! key changes neither look-up hashes nor the identity behind the signatures.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, QuerySelect};
use uuid::Uuid;
use vault::keyring::Keyring;
use vault::lookup::LookupKey;
use vault::signing::SigningKey;

use super::table::{ActiveModel, Column, Entity};
use crate::db::{Db, Txn};
use crate::error::StoreError;
use crate::id::ControllerId;
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

/// Has everybody who changes the installation as a whole wait until this transaction ends. On SQLite they do anyway.
pub(crate) async fn lock(txn: &Txn) -> Result<(), DbErr> {
    Entity::find_by_id(LOOKUP.to_owned()).lock_exclusive().one(&**txn).await.map(|_| ())
}

async fn read(db: &Db, keyring: &Keyring, name: &str) -> Result<Vec<u8>, StoreError> {
    let row = Entity::find_by_id(name.to_owned())
        .one(db.write())
        .await?
        .ok_or(StoreError::Corrupt("a secret of the installation is missing"))?;
    Ok(keyring.open(Uuid::nil(), name, &row.value_sealed)?)
}
