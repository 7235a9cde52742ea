//! Keys that we sign with for a subscriber: made here, sealed under the installation's key, shown once.

use std::time::Duration;

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use secrecy::{ExposeSecret, SecretString};
use vault::keyring::Keyring;
use webhooks::keys::{SigningKey, Version};
use webhooks::sign::Signer;

use super::table::key::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::{SubscriberId, SubscriberKeyId};
use crate::installation::secrets::Safe;
use crate::time::At;

/// How long a key that was replaced goes on signing, beside its successor.
pub const OVERLAP: Duration = Duration::from_secs(24 * 3600);

/// How many keys may sign at once: each adds a signature to every message.
pub const MOST: usize = 5;

const KEY: &str = "subscriber_keys.key";

/// Why there is no new key.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// As many sign as may. None is cut off before its time: whoever verifies with it would refuse what comes.
    #[error(
        "{MOST} keys sign already, and none before its time is taken away: make a new one after {0}, when the oldest ends"
    )]
    TooMany(At),
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotMade {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Makes a key beside those there are, which go on signing for [`OVERLAP`]. Says what the subscriber verifies with.
///
/// # Errors
/// As many sign as may, or the database fails.
pub(super) async fn rotate(
    txn: &Txn,
    safe: &Safe,
    now: At,
    subscriber: SubscriberId,
    version: Version,
) -> Result<SecretString, NotMade> {
    let before = live(&**txn, subscriber, now).await?;
    if before.len() >= MOST {
        return Err(NotMade::TooMany(before.iter().filter_map(|key| key.ends_at).min().unwrap_or(now + OVERLAP)));
    }
    for key in before.iter().filter(|key| key.ends_at.is_none()) {
        let change = ActiveModel { id: Unchanged(key.id), ends_at: Set(Some(now + OVERLAP)), ..Default::default() };
        Entity::update(change).exec(&**txn).await?;
    }
    Ok(make(txn, safe, now, subscriber, version).await?)
}

/// Makes a key and says what the subscriber verifies with, which is never seen again.
///
/// # Errors
/// The database fails.
pub(super) async fn make(
    txn: &Txn,
    safe: &Safe,
    now: At,
    subscriber: SubscriberId,
    version: Version,
) -> Result<SecretString, StoreError> {
    let (id, key) = (SubscriberKeyId::new(), SigningKey::generate(version));
    let row = ActiveModel {
        id: Set(id),
        subscriber_id: Set(subscriber),
        version: Set(version.as_str().to_owned()),
        key_sealed: Set(safe.keyring().seal(id.0, KEY, key.secret().expose_secret().as_bytes())),
        created_at: Set(now),
        ends_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(&**txn).await?;
    Ok(key.for_subscriber())
}

/// The keys that sign now, newest first.
///
/// # Errors
/// The database fails.
pub async fn live(conn: &impl ConnectionTrait, subscriber: SubscriberId, now: At) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.subscriber_id.eq(subscriber))
        .filter(Condition::any().add(COLUMN.ends_at.is_null()).add(COLUMN.ends_at.gt(now)))
        .order_by_desc(Column::Id)
        .all(conn)
        .await
}

/// Signs for a subscriber, by every key that it may verify with now.
///
/// # Errors
/// The database fails, there is no key, or one does not open.
pub async fn signer(
    conn: &impl ConnectionTrait,
    safe: &Safe,
    subscriber: SubscriberId,
    now: At,
) -> Result<Signer, StoreError> {
    let mut keys = live(conn, subscriber, now).await?.into_iter();
    let first = keys.next().ok_or(StoreError::Corrupt("a subscriber has no key"))?;
    let mut signer = Signer::new(open(safe.keyring(), &first)?);
    for key in keys {
        signer = signer.with_previous(open(safe.keyring(), &key)?);
    }
    Ok(signer)
}

fn open(keyring: &Keyring, key: &Model) -> Result<SigningKey, StoreError> {
    let corrupt = || StoreError::Corrupt("a subscriber's key is none");
    let plain = keyring.open(key.id.0, KEY, &key.key_sealed)?;
    let text = String::from_utf8(plain).map_err(|_| corrupt())?;
    SigningKey::parse(&SecretString::from(text)).map_err(|_| corrupt())
}

/// Forgets all keys of a subscriber: nothing can be signed for it any more.
///
/// # Errors
/// The database fails.
pub(super) async fn forget(txn: &Txn, subscriber: SubscriberId) -> Result<(), DbErr> {
    Entity::delete_many().filter(COLUMN.subscriber_id.eq(subscriber)).exec(&**txn).await.map(|_| ())
}

/// Forgets keys that ended before `now`. Says how many.
///
/// # Errors
/// The database fails.
pub async fn forget_ended(txn: &Txn, now: At) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.ends_at.lt(now)).exec(&**txn).await?.rows_affected)
}

/// Seals every key anew that an older installation key had sealed. Says how many.
///
/// # Errors
/// The database fails, or a key does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().all(&**txn).await? {
        if !keyring.is_current(&row.key_sealed) {
            let key_sealed = keyring.seal(row.id.0, KEY, &keyring.open(row.id.0, KEY, &row.key_sealed)?);
            let change = ActiveModel { id: Unchanged(row.id), key_sealed: Set(key_sealed), ..Default::default() };
            Entity::update(change).exec(&**txn).await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}
