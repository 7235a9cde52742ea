//! What a source signs with, and who we are at its API: sealed under the installation's key, and fit for how it signs.

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use secrecy::{ExposeSecret, SecretString};
use vault::keyring::Keyring;
use webhooks::secrets::Secrets;
use webhooks::setup::{BadSetup, Setup};
use webhooks::verify::Verifier;

use super::table::{ActiveModel, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::SourceId;
use crate::store::Store;
use crate::time::At;

pub(super) const SECRET: &str = "sources.secret";
pub(super) const PREVIOUS: &str = "sources.previous_secret";
pub(super) const CREDENTIALS: &str = "sources.credentials";

/// How a source signs, as it is stored.
///
/// # Errors
/// It was stored past the rules.
pub fn setup(row: &Model) -> Result<Setup, StoreError> {
    read(&row.setup)
}

pub(super) fn read(setup: &str) -> Result<Setup, StoreError> {
    serde_json::from_str(setup).map_err(|_| StoreError::Corrupt("how a source signs is not understood"))
}

/// Whether a secret is of any use to who signs so: refused here rather than at the first call.
///
/// # Errors
/// What is wrong with it, never what it is.
pub fn check(setup: &Setup, secret: &SecretString) -> Result<(), BadSetup> {
    Verifier::new(setup, &Secrets::new(secret.clone())).map(|_| ())
}

/// The secrets that count at `now`: the one in use, and the one before it until its time is over.
///
/// # Errors
/// They do not open under the installation's keys.
pub fn secrets(store: &Store, row: &Model, now: At) -> Result<(SecretString, Option<SecretString>), StoreError> {
    let keyring = store.safe.keyring();
    let previous = row.previous_secret_sealed.as_deref().filter(|_| previous_until(row, now).is_some());
    let previous = previous.map(|sealed| open(keyring, row.id, PREVIOUS, sealed)).transpose()?;
    Ok((open(keyring, row.id, SECRET, &row.secret_sealed)?, previous))
}

/// Until when the secret before the one in use still counts, if it does at `now`.
#[must_use]
pub fn previous_until(row: &Model, now: At) -> Option<At> {
    row.previous_until.filter(|until| now < *until && row.previous_secret_sealed.is_some())
}

/// Who we are at its API, as it was given; none if nothing was.
///
/// # Errors
/// It does not open under the installation's keys.
pub fn credentials(store: &Store, row: &Model) -> Result<Option<SecretString>, StoreError> {
    let sealed = row.credentials_sealed.as_deref();
    sealed.map(|sealed| open(store.safe.keyring(), row.id, CREDENTIALS, sealed)).transpose()
}

pub(super) fn seal(keyring: &Keyring, id: SourceId, place: &str, secret: &SecretString) -> Vec<u8> {
    keyring.seal(id.0, place, secret.expose_secret().as_bytes())
}

pub(super) fn open(keyring: &Keyring, id: SourceId, place: &str, sealed: &[u8]) -> Result<SecretString, StoreError> {
    let plain = keyring.open(id.0, place, sealed)?;
    String::from_utf8(plain).map(SecretString::from).map_err(|_| StoreError::Corrupt("a source's secret is not text"))
}

/// Seals what an older installation key had sealed anew. Says how many values.
///
/// # Errors
/// The database fails, or a value does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().all(&**txn).await? {
        let mut anew = |place: &str, sealed: &[u8]| -> Result<Vec<u8>, StoreError> {
            if keyring.is_current(sealed) {
                return Ok(sealed.to_owned());
            }
            resealed += 1;
            Ok(keyring.seal(row.id.0, place, &keyring.open(row.id.0, place, sealed)?))
        };
        let previous = row.previous_secret_sealed.as_deref();
        let update = ActiveModel {
            id: Unchanged(row.id),
            secret_sealed: Set(anew(SECRET, &row.secret_sealed)?),
            previous_secret_sealed: Set(previous.map(|it| anew(PREVIOUS, it)).transpose()?),
            credentials_sealed: Set(row.credentials_sealed.as_deref().map(|it| anew(CREDENTIALS, it)).transpose()?),
            ..Default::default()
        };
        Entity::update(update).exec(&**txn).await?;
    }
    Ok(resealed)
}
